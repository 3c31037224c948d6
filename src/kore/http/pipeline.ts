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
 * A write waits no longer for its turn than this, however long the deadline: whoever ordered it has noted when, and looks
 * for it at KORE accordingly. Milliseconds.
 */
const MAX_WRITE_WAIT = 60_000;

/** The ways to KORE, by what may be done when one fails. */
export interface Pipelines {
  tokens: Send;
  reads: Send;
  /** Writes with nobody behind them: repeated when it is certain that KORE never saw them. */
  writes: Send;
  /**
   * Writes of which a ledger is kept: never repeated here. What a 429, a busy queue or an unreachable KORE means for them
   * is their sender's to decide, who knows what the disk says; two layers that repeat would multiply.
   */
  ledgerWrites: Send;
  /** How many accounts are refused at present since their calls have failed again and again. */
  openAccounts: () => number;
}

/**
 * All policies of calls to KORE, and their order. The token is not among them: it stands outside, since a refreshed token
 * is no retry, and is itself fetched this way.
 */
export function createPipelines(send: Send, options: PipelineOptions): Pipelines {
  const { deadline: milliseconds, rateLimiter, observer, trace } = options;
  const breaker = circuitBreaker(observer, options.breaker);

  const way = (rank: Priority, patience: number, repeatable?: Repeatable) =>
    compose(
      [
        // Outside everything, so that each attempt passes all that follows.
        ...(repeatable ? [retry({ repeatable, within: patience, observer })] : []),
        // Before the queue: nobody waits for a host that is left alone.
        breaker.guard,
        withPermit(rateLimiter, rank, patience),
        // Behind the queue: a host is judged by what it was sent, not by how long we kept it.
        breaker.record,
        // Behind all waiting, and behind whatever refuses early.
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
