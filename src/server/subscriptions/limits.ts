/** Limits of one WebSocket or event stream. Tests set lower ones. */
export interface SubscriptionLimits {
  /** Operations at once on one socket; one more is refused, the others go on. */
  maxOperations: number;
  /** Bytes that a socket may receive before `connection_ack`, in all: room for `connection_init` with a long token. */
  maxInitBytes: number;
  /** Between heartbeats: pings on WebSockets, comments on streams. A WebSocket without a pong in this time is dropped. */
  pingMs: number;
  /** Within which a new WebSocket must send `connection_init`. */
  initMs: number;
  /** Bytes of events and pongs that may stay in the send buffer for longer than `slowMs`. */
  maxUnread: number;
  slowMs: number;
  /** Within which the client must close its end. */
  closeMs: number;
}

export const DEFAULT_SUBSCRIPTION_LIMITS: SubscriptionLimits = {
  maxOperations: 50,
  maxInitBytes: 8 * 1024,
  pingMs: 12_000,
  initMs: 10_000,
  maxUnread: 1024 * 1024,
  slowMs: 5_000,
  closeMs: 1_000,
};

/** A socket or stream that is open. */
export interface Connection {
  /** Closes the connection as soon as no response is pending; the client reconnects, here or elsewhere. */
  drain(): void;
  /** Closes at once. */
  destroy(): void;
  readonly closed: Promise<void>;
}
