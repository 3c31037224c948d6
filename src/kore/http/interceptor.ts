import { type CallName } from "../events.ts";
import { type KoreCall, type Send } from "./transport/transport.ts";

/** Wraps the sending of a call, as an interceptor does. */
export type Interceptor = (next: Send) => Send;

/** Outermost first. */
export function compose(policies: readonly Interceptor[], send: Send): Send {
  return policies.reduceRight<Send>((next, policy) => policy(next), send);
}

/** The part of a call that is safe for logs. */
export function nameOf({ operation, host, requestId }: KoreCall): CallName {
  return { operation, host, requestId };
}
