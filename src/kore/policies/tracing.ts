import { type Trace } from "../observer.ts";
import { type Policy } from "./policy.ts";
import { sendingOf } from "./reporting.ts";

/** Puts a span around every sending, and the span's headers into it. */
export function tracing(trace: Trace): Policy {
  return (next) => (call, signal) =>
    trace({ ...sendingOf(call), method: call.method }, (headers) =>
      next(headers ? { ...call, headers: { ...call.headers, ...headers } } : call, signal),
    );
}
