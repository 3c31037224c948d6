import { type AbortSignalLike } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";
import { type KoreObserver } from "../events.ts";
import { type Interceptor, nameOf } from "./interceptor.ts";

/** Whether a call is idempotent. */
export type Repeatable =
  /** Reads and token requests are idempotent. */
  | "always"
  /** Writes are not idempotent. */
  | "if-unsent";

interface RetryOptions {
  repeatable: Repeatable;
  /** Latest start of an attempt, after the first. Milliseconds. */
  within: number;
  observer: KoreObserver;
}

const MAX_ATTEMPTS = 3;

/** Upper bound of the first pause; the second is twice as long. Milliseconds. */
const FIRST_PAUSE = 200;

/** Retries transient failures when that is safe and the caller has not aborted. */
export function retry({ repeatable, within, observer: { retried } }: RetryOptions): Interceptor {
  return (next) => (call, signal) => {
    const beginBy = performance.now() + within;
    let answered: KoreError | undefined;
    const send = (attempt: number): Promise<unknown> =>
      next({ ...call, attempt, beginBy }, signal).catch((error: unknown) => {
        // KORE's answer to an earlier attempt takes precedence over a later attempt that was not sent or not answered.
        if (!(error instanceof KoreError) || signal.aborted) throw error;
        const reported: KoreError = answered !== undefined && hasNoAnswer(error) ? answered : error;
        if (attempt >= MAX_ATTEMPTS || !mayRepeat(error, repeatable)) throw reported;
        const wait = pauseBefore(attempt, error);
        if (performance.now() + wait >= beginBy) throw reported;
        answered = reported;
        retried({ ...nameOf(call), attempt: attempt + 1, error: error.kind, wait });
        const again = () => send(attempt + 1);
        return wait > 0 ? pause(wait, signal).then(again) : again();
      });
    return send(call.attempt);
  };
}

function mayRepeat(error: KoreError, repeatable: Repeatable): boolean {
  // Refused locally to bound the queue: a retry would only move the queue here.
  if (error.kind === "busy" || error.kind === "breaker-open") return false;
  // KORE never saw it, so that even a write is safe.
  if (error.isUnsent) return true;
  // A write may have arrived: its sender reconciles it, and also decides how long to wait after a 429.
  if (repeatable === "if-unsent") return false;
  switch (error.kind) {
    // KORE may have closed a keep-alive connection; the next attempt opens a new one.
    case "connection":
    // A 5xx may come from one of many servers.
    case "unavailable":
    // The rate limiter delays the next attempt for as long as KORE asks.
    case "rate-limited":
      return true;
    // 408 and 504 come from a gateway. Our own deadline is the limit of the caller's wait.
    case "timeout":
      return error.status !== undefined;
    // Refusals and contract errors would repeat.
    default:
      return false;
  }
}

/** Whether the attempt was not sent or not answered. */
function hasNoAnswer({ kind, status }: KoreError): boolean {
  return kind === "busy" || kind === "breaker-open" || (kind === "timeout" && status === undefined);
}

/** Full jitter: calls that failed together must not retry together. */
function pauseBefore(attempt: number, { kind }: KoreError): number {
  return kind === "rate-limited" ? 0 : Math.round(Math.random() * FIRST_PAUSE * 2 ** (attempt - 1));
}

/** Rejects when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignalLike): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort);
  });
}
