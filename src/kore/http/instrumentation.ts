import { KoreError, type KoreErrorKind } from "../errors.ts";
import { type KoreObserver } from "../events.ts";
import { type Interceptor, observed } from "./interceptor.ts";

/** Counts each sending and reports its outcome. */
export function instrumentation({ callEnded }: KoreObserver): Interceptor {
  return (next) => (call, signal) => {
    const sentAt = performance.now();
    call.sentAt = sentAt;
    const { operation, host, requestId, attempt, batchSize, stats } = call;
    if (stats) {
      stats.requests += 1;
      if (attempt > 1) stats.retried += 1;
    }
    return observed(next(call, signal), (failure) => {
      const milliseconds = (call.repliedAt ?? performance.now()) - sentAt;
      // Without a spread: V8 gives an object that is extended after one a hidden class of its own each time.
      const ended = (status: number | undefined, error?: KoreErrorKind, known?: KoreError) =>
        callEnded({ operation, host, requestId, attempt, batchSize, milliseconds, status, error, failure: known });
      if (failure === undefined) ended(200);
      else if (failure instanceof KoreError) ended(failure.status, failure.kind, failure);
    });
  };
}
