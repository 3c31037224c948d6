import { KoreError } from "../error.ts";
import { type CallReport, type KoreObserver } from "../observer.ts";
import { type KoreCall } from "../transport.ts";
import { type Policy } from "./policy.ts";

/** Counts every sending, and tells what became of it. */
export function reporting({ callEnded }: KoreObserver): Policy {
  return (next) => async (call, signal) => {
    const start = performance.now();
    const { tally } = call;
    if (tally) {
      tally.requests += 1;
      if (call.attempt > 1) tally.retried += 1;
    }
    try {
      const reply = await next(call, signal);
      callEnded({ ...nameOf(call), status: 200, milliseconds: performance.now() - start });
      return reply;
    } catch (error) {
      if (error instanceof KoreError) {
        const { status, kind } = error;
        const milliseconds = performance.now() - start;
        callEnded({ ...nameOf(call), ...(status !== undefined && { status }), error: kind, milliseconds });
      }
      throw error;
    }
  };
}

/** What may be told of a call. */
export function nameOf({ operation, host, attempt, batchSize, requestId }: KoreCall): Omit<CallReport, "milliseconds"> {
  return {
    operation,
    host,
    attempt,
    ...(batchSize !== undefined && { batchSize }),
    ...(requestId !== undefined && { requestId }),
  };
}
