import { type KoreObserver, type Trace } from "../events.ts";
import { type Send } from "./transport/transport.ts";
import { beforeSending } from "./before-sending.ts";
import { circuitBreaker } from "./circuit-breaker/circuit-breaker.ts";
import { type Priority, type Permits, withPermit } from "./rate-limit/rate-limiter.ts";
import { timeout } from "./timeout.ts";
import { type BreakerOptions } from "./circuit-breaker/recent-calls.ts";
import { compose } from "./interceptor.ts";
import { instrumentation } from "./instrumentation.ts";
import { type Repeatable, retry } from "./retry.ts";
import { tracing } from "./tracing.ts";

export { authentication, isTokenRejection } from "./authentication.ts";
export { type BreakerOptions } from "./circuit-breaker/recent-calls.ts";
export { RateLimiter, type RateLimitOptions } from "./rate-limit/rate-limiter.ts";
export { type PermitSource } from "./rate-limit/leased-token-bucket.ts";

export interface PipelineOptions {
  /** For one sending, to the last byte of its reply; and for all waiting before the last of them. Milliseconds. */
  deadline: number;
  rateLimiter: Permits;
  breaker?: BreakerOptions | undefined;
  observer: KoreObserver;
  trace?: Trace | undefined;
}

/**
 * Longest wait of a write for its permit, however long the deadline: reconciliation assumes this bound. Milliseconds.
 */
const MAX_WRITE_WAIT = 60_000;

/** One `Send` for each kind of call, by how it is retried. */
export interface Pipelines {
  tokens: Send;
  reads: Send;
  /** Writes without a ledger: retried when KORE certainly never saw them. */
  writes: Send;
  /**
   * Writes of which a ledger is kept: never retried here. Their sender decides what a 429, a full queue or an unreachable KORE
   * means, by the ledger; two layers of retries would multiply.
   */
  ledgerWrites: Send;
  /** How many accounts are refused at present since their calls have failed again and again. */
  openAccounts: () => number;
}

/**
 * All interceptors of calls to KORE, outermost first. Authentication is outside: a refreshed token is no retry, and the
 * token request itself passes this pipeline.
 */
export function createPipelines(send: Send, options: PipelineOptions): Pipelines {
  const { deadline: milliseconds, rateLimiter, observer, trace } = options;
  const breaker = circuitBreaker(observer, options.breaker);

  const way = (rank: Priority, patience: number, repeatable?: Repeatable) =>
    compose(
      [
        // Outside everything, so that each attempt passes all that follows.
        ...(repeatable ? [retry({ repeatable, within: patience, observer })] : []),
        // Before the queue: no call waits for an open circuit.
        breaker.guard,
        withPermit(rateLimiter, rank, patience),
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
  const writePatience = Math.min(milliseconds, MAX_WRITE_WAIT);
  return {
    tokens: way("token", milliseconds, "always"),
    reads: way("read", milliseconds, "always"),
    writes: way("write", writePatience, "if-unsent"),
    ledgerWrites: way("write", writePatience),
    openAccounts: breaker.openAccounts,
  };
}
