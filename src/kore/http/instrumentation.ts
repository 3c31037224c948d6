import { KoreError } from "../errors.ts";
import { type KoreObserver } from "../events.ts";
import { type KoreCall } from "./transport/transport.ts";
import { type Interceptor } from "./interceptor.ts";

/** Counts each sending and reports its outcome. */
export function instrumentation({ callEnded }: KoreObserver): Interceptor {
  const ended = (call: KoreCall, start: number, status: number | undefined, failure?: KoreError) => {
    const { operation, host, requestId, attempt, batchSize } = call;
    const milliseconds = performance.now() - start;
    const error = failure?.kind;
    callEnded({ operation, host, requestId, attempt, batchSize, status, error, failure, milliseconds });
  };
  return (next) => async (call, signal) => {
    const start = performance.now();
    const { stats } = call;
    if (stats) {
      stats.requests += 1;
      if (call.attempt > 1) stats.retried += 1;
    }
    try {
      const reply = await next(call, signal);
      ended(call, start, 200);
      return reply;
    } catch (error) {
      if (error instanceof KoreError) ended(call, start, error.status, error);
      throw error;
    }
  };
}
