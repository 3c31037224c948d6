/** Limits of connections, before and after authentication. */
export interface ConnectionLimits {
  /** Concurrent TCP connections of any kind. */
  connections: number;
  /** Concurrent TCP connections from one address; behind trusted proxies, WebSockets and event streams. */
  connectionsPerAddress: number;
  /** Concurrent WebSockets and event streams. */
  sockets: number;
  /** WebSockets before `connection_ack`. */
  unauthenticatedSockets: number;
  /** Memory of all request bodies that are being received. */
  arrivingBytes: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  connections: 4096,
  connectionsPerAddress: 1024,
  sockets: 2048,
  unauthenticatedSockets: 256,
  arrivingBytes: 64 * 1024 * 1024,
};

/** Time-outs for receiving a request, in milliseconds. Tests set shorter ones. */
export interface ArrivalTimes {
  /** From the first byte to the end of the headers. */
  head: number;
  /** To the end of the body. */
  whole: number;
  /** Without a request: before the first one, or between two. Replies name it (`Keep-Alive`), so that clients can close first. */
  idle: number;
  /** Between checks for late requests. */
  interval: number;
}

export const ARRIVAL_TIMES: ArrivalTimes = { head: 20_000, whole: 60_000, idle: 72_000, interval: 5_000 };

/**
 * Why a connection was refused or cut off, as metrics name it.
 *
 * - `connections`, `address`, `sockets`, `unauthenticated`: over the limit of that name.
 * - `arriving`: its body was the oldest unfinished one when all together were too large, or was too large by itself.
 * - `slow_request`: headers or body did not arrive in time.
 * - `init_bytes`, `init_timeout`: a WebSocket sent too much before `connection_ack`, or no `connection_init` in time.
 * - `unread`: it did not read what it was sent. `silent`: it answered no ping.
 */
export type ConnectionRefusal =
  | "connections"
  | "address"
  | "sockets"
  | "unauthenticated"
  | "arriving"
  | "slow_request"
  | "init_bytes"
  | "init_timeout"
  | "unread"
  | "silent";
