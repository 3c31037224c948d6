import { type KoreObserver, type Trace } from "../observer.ts";
import { type Send } from "../transport.ts";
import { deadline } from "./deadline.ts";
import { compose } from "./policy.ts";
import { reporting } from "./reporting.ts";
import { tracing } from "./tracing.ts";

export { bearer } from "./bearer.ts";
export { compose } from "./policy.ts";

export interface PolicyOptions {
  /** For one call, from sending to the last byte. Milliseconds. */
  deadline: number;
  observer: KoreObserver;
  trace?: Trace | undefined;
}

/**
 * All policies of calls to KORE, outermost first. The token is not among them: it is fetched through them.
 * Retry, breaker and budget belong before the reporting: each attempt is reported.
 */
export function withPolicies(send: Send, { deadline: milliseconds, observer, trace }: PolicyOptions): Send {
  return compose([reporting(observer), ...(trace ? [tracing(trace)] : []), deadline(milliseconds)], send);
}
