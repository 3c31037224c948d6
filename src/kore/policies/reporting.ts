import { KoreError } from "../error.ts";
import { type CallReport, type KoreObserver } from "../observer.ts";
import { type KoreCall } from "../transport.ts";
import { type Policy, nameOf } from "./policy.ts";

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
      callEnded({ ...sendingOf(call), status: 200, milliseconds: performance.now() - start });
      return reply;
    } catch (error) {
      if (error instanceof KoreError) {
        const { status, kind } = error;
        const milliseconds = performance.now() - start;
        callEnded({ ...sendingOf(call), ...(status !== undefined && { status }), error: kind, milliseconds });
      }
      throw error;
    }
  };
}

/** What may be told of one sending of a call. */
export function sendingOf(call: KoreCall): Omit<CallReport, "milliseconds"> {
  const { attempt, batchSize } = call;
  return { ...nameOf(call), attempt, ...(batchSize !== undefined && { batchSize }) };
}
