import { KoreError } from "../errors.ts";
import { type KoreObserver } from "../events.ts";
import { type Interceptor, nameOf } from "./interceptor.ts";
import { pause } from "./retry.ts";

/** So many calls may begin in any span of so many milliseconds. */
export interface Pace {
  calls: number;
  within: number;
}

/**
 * Paces of operations, beside the rate of all calls. KORE publishes no limits, but its own sample pauses 5 s after every
 * 11 reads of plans' usage so as not to be rejected. A 429 would slow all other calls down as well.
 */
export const PACES: Readonly<Record<string, Pace>> = {
  "GET /v1/accounts/{account-id}/plans/{plan-id}/usage-records": { calls: 11, within: 5_000 },
};

/** Lets calls of some operations wait for their pace. Of this process: replicas each have their own. */
export function pacing(
  paces: Readonly<Record<string, Pace>>,
  observer: Pick<KoreObserver, "refusedEarly">,
): Interceptor {
  /** Starts of the last calls of each operation, oldest first, some of them in the future. By `performance.now()`. */
  const starts = new Map<string, number[]>(Object.keys(paces).map((operation) => [operation, []]));
  return (next) => (call, signal) => {
    const pace = paces[call.operation];
    const last = starts.get(call.operation);
    if (!pace || !last) return next(call, signal);
    const now = performance.now();
    const oldest = last.length < pace.calls ? undefined : last[0];
    const start = oldest === undefined ? now : Math.max(now, oldest + pace.within);
    if (call.beginBy !== undefined && start >= call.beginBy) {
      observer.refusedEarly({ ...nameOf(call), reason: "budget" });
      const { operation } = call;
      const message = `Too many calls wait for KORE to send ${operation}`;
      return Promise.reject(new KoreError("busy", message, { operation, isUnsent: true, retryAfter: start - now }));
    }
    if (oldest !== undefined) last.shift();
    last.push(start);
    return start > now ? pause(start - now, signal).then(() => next(call, signal)) : next(call, signal);
  };
}
