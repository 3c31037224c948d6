import { type KoreError, type KoreErrorKind } from "./errors.ts";

/** A call that may be repeated, queued or refused: fit for logs and labels, since it names no identifier. */
export interface CallName {
  /** Method and path template. */
  operation: string;
  /** Such as api.korewireless.com. */
  host: string;
  /** By which the operation is known for which it is made. */
  requestId?: string | undefined;
}

/** Outcome of one sending of a call, for logs and counters. */
export interface CallReport extends CallName {
  /** 1 for the first sending. */
  attempt: number;
  /** How many things are asked for, or written, in one call; absent where it is always one. */
  batchSize?: number | undefined;
  /** HTTP status; absent when none came. */
  status?: number | undefined;
  /** Kind of the error, absent on success. */
  error?: KoreErrorKind | undefined;
  /** The error itself, absent on success. Its `koreMessage` is not for logs. */
  failure?: KoreError | undefined;
  milliseconds: number;
}

export type BreakerState = "closed" | "open" | "half-open";

/** How much KORE is asked at present. */
export interface RateLimitState {
  /** Calls per second that are allowed now: less than configured after a 429. */
  rate: number;
  queued: number;
  running: number;
  /** How long KORE has asked us to pause still. Milliseconds. */
  pause: number;
}

/** Why a call was not even sent. */
export type EarlyRefusal =
  /** As many wait already as may. */
  | "queue-full"
  /** It would wait longer than its caller does: KORE has asked for a pause, or the queue is slow. */
  | "budget"
  /** The host has failed too often. */
  | "breaker-open";

/** Events of calls to KORE. Called without `this`; an exception fails the call. */
export interface KoreObserver {
  /** Every sending that has ended, token requests included: answered, refused, or given up. */
  callEnded: (report: CallReport) => void;
  /** A call will be sent again after `wait` milliseconds. */
  retried: (call: CallName & { attempt: number; error: KoreErrorKind; wait: number }) => void;
  /** A read has joined one in flight. */
  coalesced: (operation: string) => void;
  /** Stale: KORE has failed, and an answer past its time stands in. */
  cacheHit: (hit: { operation: string; isStale: boolean }) => void;
  /** A read that may be cached went to KORE. */
  cacheMiss: (operation: string) => void;
  /**
   * `scope`: whether it is about the host, or about one of its accounts, which is not named. A host counts as open as well
   * while its accounts are and none of them is answered.
   */
  breakerChanged: (host: string, state: BreakerState, scope: "host" | "account") => void;
  /** The rate was lowered, or is as configured again, or a pause has begun. See `CredentialClient.budget` for gauges. */
  rateLimitChanged: (state: RateLimitState) => void;
  refusedEarly: (call: CallName & { reason: EarlyRefusal }) => void;
  tokenRenewed: (host: string) => void;
  /** Ahead of time: the old token is still good, so no call fails with it. */
  renewalFailed: (error: unknown) => void;
  /** A token endpoint has refused the credentials of an API family, with this status. */
  credentialsRefused: (refusal: { family: "connectivity" | "clients"; status: number | undefined }) => void;
}

const ignore = () => undefined;

export const NO_OBSERVER: KoreObserver = {
  callEnded: ignore,
  retried: ignore,
  coalesced: ignore,
  cacheHit: ignore,
  cacheMiss: ignore,
  breakerChanged: ignore,
  rateLimitChanged: ignore,
  refusedEarly: ignore,
  tokenRenewed: ignore,
  renewalFailed: ignore,
  credentialsRefused: ignore,
};

/** Request counters of one operation. A deduplicated read is a request of the operation that began it. */
export interface RequestStats {
  /** Sent to KORE, each repetition once more; without token requests, which serve all operations. */
  requests: number;
  /** Answered out of the cache. */
  cached: number;
  /** Answered by a read that another operation had begun. */
  coalesced: number;
  /** Repetitions among the requests. */
  retried: number;
}

export const newRequestStats = (): RequestStats => ({ requests: 0, cached: 0, coalesced: 0, retried: 0 });

/** One sending of a call, for a span. */
export type TracedCall = Pick<CallReport, "operation" | "host" | "attempt" | "batchSize"> & { method: string };

/** Wraps each sending of a call. */
export type Trace = <T>(call: TracedCall, run: () => Promise<T>) => Promise<T>;
