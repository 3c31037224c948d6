import { LightAbortController } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";
import { type Interceptor } from "./interceptor.ts";

/** Gives a call up when KORE has not answered completely in time. */
export function timeout(milliseconds: number): Interceptor {
  return (next) => async (call, signal) => {
    const sending = new LightAbortController();
    const giveUp = () => sending.abort(signal.reason);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp);
    const expire = () => sending.abort(late(call.operation, milliseconds));
    const expiresAt = performance.now() + milliseconds;
    sending.checkTime = () => {
      if (performance.now() >= expiresAt) expire();
    };
    const timer = setTimeout(expire, milliseconds);
    try {
      return await next(call, sending);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  };
}

function late(operation: string, milliseconds: number): KoreError {
  return new KoreError("timeout", `KORE did not answer ${operation} within ${milliseconds} ms`, { operation });
}
