import { type AbortSignalLike } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";
import { type KoreObserver } from "../events.ts";
import { type Interceptor, nameOf } from "./interceptor.ts";

/** What is known to stand behind the calls. */
export type Repeatable =
  /** Reads and requests for tokens: to ask twice is to have asked once. */
  | "always"
  /** Writes: a second one is another order. */
  | "if-unsent";

interface RetryOptions {
  repeatable: Repeatable;
  /** No attempt begins later than this after the first. Milliseconds. */
  within: number;
  observer: KoreObserver;
}

const MAX_ATTEMPTS = 3;

/** Upper bound of the first pause; the next is twice as long. Milliseconds. */
const FIRST_PAUSE = 200;

/** Sends again what failed in passing, when that is safe and somebody still waits. */
export function retry({ repeatable, within, observer: { retried } }: RetryOptions): Interceptor {
  return (next) => async (call, signal) => {
    const beginBy = performance.now() + within;
    let said: KoreError | undefined;
    for (let { attempt } = call; ; attempt += 1) {
      try {
        return await next({ ...call, attempt, beginBy }, signal);
      } catch (error) {
        // An answer of KORE's to an earlier attempt tells more than that the next one was not made or got none.
        if (!(error instanceof KoreError) || signal.aborted) throw error;
        const told: KoreError = said !== undefined && isSilence(error) ? said : error;
        if (attempt >= MAX_ATTEMPTS || !mayRepeat(error, repeatable)) throw told;
        const wait = pauseBefore(attempt, error);
        if (performance.now() + wait >= beginBy) throw told;
        said = told;
        retried({ ...nameOf(call), attempt: attempt + 1, error: error.kind, wait });
        await (wait > 0 && pause(wait, signal));
      }
    }
  };
}

/** Each line says why. */
function mayRepeat(error: KoreError, repeatable: Repeatable): boolean {
  // Refused by ourselves, to keep callers from piling up: to try again at once would pile them up here.
  if (error.kind === "busy" || error.kind === "breaker-open") return false;
  // KORE never saw it, so that even a write is safe.
  if (error.isUnsent) return true;
  // It may have arrived: whoever ordered it must find out. How long to wait after a 429 is for him to say as well.
  if (repeatable === "if-unsent") return false;
  switch (error.kind) {
    // Cut off, perhaps because KORE closed a connection that we kept open: the next one is new.
    case "connection":
    // A 5xx may be one bad server of many.
    case "unavailable":
    // The budget holds the next attempt back for as long as KORE asks.
    case "rate-limited":
      return true;
    // 408 and 504 are a gateway's haste. When it was our own deadline, the caller has waited long enough.
    case "timeout":
      return error.status !== undefined;
    // Refusals, and replies that break the contract, would be the same again.
    default:
      return false;
  }
}

/** Whether an error tells only that no answer came. */
function isSilence({ kind, status }: KoreError): boolean {
  return kind === "busy" || kind === "breaker-open" || (kind === "timeout" && status === undefined);
}

/** Full jitter: callers who failed together must not come back together. */
function pauseBefore(attempt: number, { kind }: KoreError): number {
  return kind === "rate-limited" ? 0 : Math.round(Math.random() * FIRST_PAUSE * 2 ** (attempt - 1));
}

/** The caller's leaving ends the waiting. */
function pause(milliseconds: number, signal: AbortSignalLike): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", leave);
  });
}
