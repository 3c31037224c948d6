import { LightAbortController } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";
import { type Interceptor, observed } from "./interceptor.ts";

/** Aborts a call that has no complete reply in time. */
export function timeout(milliseconds: number): Interceptor {
  return (next) => (call, signal) => {
    const sending = new LightAbortController();
    const abort = () => sending.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
    const expire = () => sending.abort(late(call.operation, milliseconds));
    const expiresAt = (call.sentAt ?? performance.now()) + milliseconds;
    sending.checkTime = () => {
      if (performance.now() >= expiresAt) expire();
    };
    const timer = setTimeout(expire, milliseconds);
    return observed(next(call, sending), () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
  };
}

function late(operation: string, milliseconds: number): KoreError {
  return new KoreError("timeout", `KORE did not answer ${operation} within ${milliseconds} ms`, { operation });
}
