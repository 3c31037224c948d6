import { type CallName } from "../events.ts";
import { type KoreCall, type Send } from "./transport/transport.ts";

/** Wraps the sending of a call. */
export type Interceptor = (next: Send) => Send;

/** @param interceptors outermost first */
export function compose(interceptors: readonly Interceptor[], send: Send): Send {
  return interceptors.reduceRight<Send>((next, intercept) => intercept(next), send);
}

/** The reply, once `ended` has seen that it came, or the error that it did not: a promise each, unlike an async function. */
export function observed(reply: Promise<unknown>, ended: (error?: unknown) => void): Promise<unknown> {
  return reply.then(
    (content) => {
      ended();
      return content;
    },
    (error: unknown) => {
      ended(error);
      throw error;
    },
  );
}

/** The part of a call that is safe for logs. */
export function nameOf({ operation, host, requestId }: KoreCall): CallName {
  return { operation, host, requestId };
}
