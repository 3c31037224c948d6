import { type Trace } from "../events.ts";
import { type Interceptor } from "./interceptor.ts";

/** Puts a span around every sending, and the span's headers into it. */
export function tracing(trace: Trace): Interceptor {
  return (next) => (call, signal) => {
    const { method, operation, host, attempt, batchSize } = call;
    return trace({ method, operation, host, attempt, batchSize }, (headers) =>
      next(headers ? { ...call, headers: { ...call.headers, ...headers } } : call, signal),
    );
  };
}
