import { KoreError } from "../errors.ts";
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
      const sent = { operation, host, requestId, attempt, batchSize, milliseconds };
      if (failure === undefined) callEnded({ ...sent, status: 200, error: undefined, failure: undefined });
      else if (failure instanceof KoreError) {
        callEnded({ ...sent, status: failure.status, error: failure.kind, failure });
      }
    });
  };
}
