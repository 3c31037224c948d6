import { type KoreError, type KoreErrorKind } from "./errors.ts";

/** Identifies a call in logs and labels. Holds no identifiers of KORE's. */
export interface CallName {
  /** Method and path template. */
  operation: string;
  /** Such as api.korewireless.com. */
  host: string;
  /** Of its operation. */
  requestId?: string | undefined;
}

/** Outcome of one sending of a call, for logs and metrics. */
export interface CallReport extends CallName {
  /** 1 for the first sending. */
  attempt: number;
  /** Number of items that the call reads or writes; absent where it is always one. */
  batchSize?: number | undefined;
  /** HTTP status; absent without a reply. */
  status?: number | undefined;
  /** Kind of the error, absent on success. */
  error?: KoreErrorKind | undefined;
  /** Absent on success. Its `koreMessage` must not be logged. */
  failure?: KoreError | undefined;
  milliseconds: number;
}

export type BreakerState = "closed" | "open" | "half-open";

/** State of a rate limiter, for gauges. */
export interface RateLimitState {
  /** Calls per second; lower than configured after a 429. */
  rate: number;
  queued: number;
  running: number;
  /** Remaining pause after a 429. Milliseconds. */
  pause: number;
}

/** Why a call was not sent. */
export type EarlyRefusal =
  /** The queue is full. */
  | "queue-full"
  /** Its wait would exceed the maximum, because of a pause or a slow queue. */
  | "budget"
  /** The circuit of its host or account is open. */
  | "breaker-open";

/** Handlers of events of calls to KORE. Called without `this`; exceptions fail the call. */
export interface KoreObserver {
  /** A sending has ended, with a reply or an error. Token requests are included. */
  callEnded: (report: CallReport) => void;
  /** A call will be sent again after `wait` milliseconds. */
  retried: (call: CallName & { attempt: number; error: KoreErrorKind; wait: number }) => void;
  /** A read has joined an identical one in flight. */
  coalesced: (operation: string) => void;
  /** `isStale`: an expired reply was served because KORE failed. */
  cacheHit: (hit: { operation: string; isStale: boolean }) => void;
  /** A cacheable read was sent to KORE. */
  cacheMiss: (operation: string) => void;
  /**
   * The circuit of a host, or of an unnamed account at the host, has changed. A host counts as open as well while circuits
   * of its accounts are open and none of its accounts gets replies.
   */
  breakerChanged: (host: string, state: BreakerState, scope: "host" | "account") => void;
  /** The rate was lowered or restored, or a pause has begun. Gauges read `CredentialClient.rateLimitState`. */
  rateLimitChanged: (state: RateLimitState) => void;
  refusedEarly: (call: CallName & { reason: EarlyRefusal }) => void;
  tokenRenewed: (host: string) => void;
  /** A background renewal has failed; the present token is still valid. */
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

/** One sending of a call, for a span. */
export type TracedCall = Pick<CallReport, "operation" | "host" | "attempt" | "batchSize"> & { method: string };

/** Wraps each sending of a call in a span. */
export type Trace = <T>(call: TracedCall, run: () => Promise<T>) => Promise<T>;
