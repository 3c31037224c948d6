import { type KoreObserver, type Trace } from "../events.ts";
import { type Send } from "./transport/transport.ts";
import { beforeSending } from "./before-sending.ts";
import { circuitBreaker } from "./circuit-breaker/circuit-breaker.ts";
import { type Priority, type Permits, withPermit } from "./rate-limit/rate-limiter.ts";
import { timeout } from "./timeout.ts";
import { type BreakerOptions } from "./circuit-breaker/recent-calls.ts";
import { compose } from "./interceptor.ts";
import { instrumentation } from "./instrumentation.ts";
import { PACES, pacing } from "./pacing.ts";
import { type Repeatable, retry } from "./retry.ts";
import { tracing } from "./tracing.ts";

export { authentication, isTokenRejection } from "./authentication.ts";
export { type BreakerOptions } from "./circuit-breaker/recent-calls.ts";
export { RateLimiter, type RateLimitOptions } from "./rate-limit/rate-limiter.ts";
export { type PermitSource } from "./rate-limit/leased-token-bucket.ts";

export interface PipelineOptions {
  /** Limit of one sending, to the last byte of its reply, and of all waiting before the last sending. Milliseconds. */
  deadline: number;
  rateLimiter: Permits;
  breaker?: BreakerOptions | undefined;
  observer: KoreObserver;
  trace?: Trace | undefined;
}

/** Upper bound of a write's wait for its permit, which reconciliation relies on. Milliseconds. */
const MAX_WRITE_WAIT = 60_000;

/** One `Send` per kind of call, which differ in their retries. */
export interface Pipelines {
  tokens: Send;
  reads: Send;
  /** Writes without a ledger: retried when KORE certainly never saw them. */
  writes: Send;
  /** Writes with a ledger: never retried here, because their sender retries by the ledger and the two would multiply. */
  ledgerWrites: Send;
  /** Number of accounts with an open circuit. */
  openAccounts: () => number;
}

/**
 * All interceptors of calls to KORE, outermost first. Authentication is outside: a refreshed token is no retry, and the
 * token request itself passes this pipeline.
 */
export function createPipelines(send: Send, options: PipelineOptions): Pipelines {
  const { deadline: milliseconds, rateLimiter, observer, trace } = options;
  const breaker = circuitBreaker(observer, options.breaker);

  const pipeline = (priority: Priority, maxWait: number, repeatable?: Repeatable) =>
    compose(
      [
        // Outermost, so that each attempt passes all that follows.
        ...(repeatable ? [retry({ repeatable, within: maxWait, observer })] : []),
        // Before the queue: no call waits for an open circuit.
        breaker.guard,
        // Before the queue: a call that waits for its pace takes no place in it.
        ...(priority === "read" ? [pacing(PACES, observer)] : []),
        withPermit(rateLimiter, priority, maxWait),
        // After the queue: only calls that were sent are recorded.
        breaker.record,
        // After all waiting and all local refusals.
        beforeSending,
        instrumentation(observer),
        ...(trace ? [tracing(trace)] : []),
        // Innermost: it starts with the sending, and each attempt has its own.
        timeout(milliseconds),
      ],
      send,
    );
  const maxWriteWait = Math.min(milliseconds, MAX_WRITE_WAIT);
  return {
    tokens: pipeline("token", milliseconds, "always"),
    reads: pipeline("read", milliseconds, "always"),
    writes: pipeline("write", maxWriteWait, "if-unsent"),
    ledgerWrites: pipeline("write", maxWriteWait),
    openAccounts: breaker.openAccounts,
  };
}
