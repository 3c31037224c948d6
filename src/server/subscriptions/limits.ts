/** What one caller may hold of us. The numbers can be set for tests. */
export interface SubscriptionLimits {
  /** Operations at once on one socket; one more is refused, the others go on. */
  maxOperations: number;
  /** Bytes that a socket may receive before `connection_ack`, in all: room for `connection_init` with a long token. */
  maxInitBytes: number;
  /** Between signs of life: pings on sockets, comments on streams. A socket that answers none in this time is dropped. */
  pingMs: number;
  /** Within which a new socket must say `connection_init`. */
  initMs: number;
  /** What a caller may leave unread of events and pongs, in bytes of memory, for longer than `slowMs`. */
  maxUnread: number;
  slowMs: number;
  /** How long a caller may take to close its end. */
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
  /** Has the caller come back, or go elsewhere, as soon as no reply is under way. */
  drain(): void;
  /** Lets go at once. */
  destroy(): void;
  readonly closed: Promise<void>;
}
