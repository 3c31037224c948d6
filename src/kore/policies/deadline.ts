import { KoreError } from "../error.ts";
import { type Policy } from "./policy.ts";

/** Gives a call up when KORE has not answered completely in time. */
export function deadline(milliseconds: number): Policy {
  return (next) => async (call, signal) => {
    const controller = new AbortController();
    const giveUp = () => controller.abort(signal.reason);
    const late = () =>
      controller.abort(
        new KoreError("timeout", `KORE did not answer ${call.operation} within ${milliseconds} ms`, {
          operation: call.operation,
        }),
      );
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    const timer = setTimeout(late, milliseconds);
    try {
      return await next(call, controller.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  };
}
