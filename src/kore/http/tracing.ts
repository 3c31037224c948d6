import { type Trace } from "../events.ts";
import { type Interceptor } from "./interceptor.ts";

/** Wraps each sending in a span. */
export function tracing(trace: Trace): Interceptor {
  return (next) => (call, signal) => {
    const { method, operation, host, attempt, batchSize } = call;
    return trace({ method, operation, host, attempt, batchSize }, () => next(call, signal));
  };
}
