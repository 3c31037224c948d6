import { type CallName } from "../events.ts";
import { type KoreCall, type Send } from "./transport/transport.ts";

/** Wraps the sending of a call. */
export type Interceptor = (next: Send) => Send;

/** Outermost first. */
export function compose(policies: readonly Interceptor[], send: Send): Send {
  return policies.reduceRight<Send>((next, policy) => policy(next), send);
}

/** What may be told of a call. */
export function nameOf({ operation, host, requestId }: KoreCall): CallName {
  return { operation, host, requestId };
}
