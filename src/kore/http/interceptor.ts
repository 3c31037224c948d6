import { type CallName } from "../events.ts";
import { type KoreCall, type Send } from "./transport/transport.ts";

/** Wraps the sending of a call. */
export type Interceptor = (next: Send) => Send;

/** @param interceptors outermost first */
export function compose(interceptors: readonly Interceptor[], send: Send): Send {
  return interceptors.reduceRight<Send>((next, intercept) => intercept(next), send);
}

/** The part of a call that is safe for logs. */
export function nameOf({ operation, host, requestId }: KoreCall): CallName {
  return { operation, host, requestId };
}
