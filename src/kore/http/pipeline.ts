import { type KoreObserver, type Trace } from "../events.ts";
import { type Send } from "./transport/transport.ts";
import { beforeSending } from "./before-sending.ts";
import { breaking } from "./circuit-breaker/circuit-breaker.ts";
import { type Rank, type Turns, inTurn } from "./rate-limit/rate-limiter.ts";
import { deadline } from "./timeout.ts";
import { type BreakerOptions } from "./circuit-breaker/recent-calls.ts";
import { compose } from "./interceptor.ts";
import { reporting } from "./instrumentation.ts";
import { type Repeatable, retry } from "./retry.ts";
import { tracing } from "./tracing.ts";

export { bearer, refusesTokenInWords } from "./authentication.ts";
export { type BreakerOptions } from "./circuit-breaker/recent-calls.ts";
export { Budget, type BudgetOptions } from "./rate-limit/rate-limiter.ts";
export { type PermitSource } from "./rate-limit/leased-token-bucket.ts";

export interface PolicyOptions {
  /** For one sending, to the last byte of its reply; and for all waiting before the last of them. Milliseconds. */
  deadline: number;
  turns: Turns;
  breaker?: BreakerOptions | undefined;
  observer: KoreObserver;
  trace?: Trace | undefined;
}

/**
 * A write waits no longer for its turn than this, however long the deadline: whoever ordered it has noted when, and looks
 * for it at KORE accordingly. Milliseconds.
 */
const WRITE_PATIENCE = 60_000;

/** The ways to KORE, by what may be done when one fails. */
export interface Ways {
  tokens: Send;
  reads: Send;
  /** Writes with nobody behind them: repeated when it is certain that KORE never saw them. */
  writes: Send;
  /**
   * Writes of which a ledger is kept: never repeated here. What a 429, a busy queue or an unreachable KORE means for them
   * is their sender's to decide, who knows what the disk says; two layers that repeat would multiply.
   */
  orders: Send;
  /** How many accounts are refused at present since their calls have failed again and again. */
  openAccounts: () => number;
}

/**
 * All policies of calls to KORE, and their order. The token is not among them: it stands outside, since a refreshed token
 * is no retry, and is itself fetched this way.
 */
export function waysToKore(send: Send, options: PolicyOptions): Ways {
  const { deadline: milliseconds, turns, observer, trace } = options;
  const breaker = breaking(observer, options.breaker);

  const way = (rank: Rank, patience: number, repeatable?: Repeatable) =>
    compose(
      [
        // Outside everything, so that each attempt passes all that follows.
        ...(repeatable ? [retry({ repeatable, within: patience, observer })] : []),
        // Before the queue: nobody waits for a host that is left alone.
        breaker.refuse,
        inTurn(turns, rank, patience),
        // Behind the queue: a host is judged by what it was sent, not by how long we kept it.
        breaker.watch,
        // Behind all waiting, and behind whatever refuses early.
        beforeSending,
        reporting(observer),
        ...(trace ? [tracing(trace)] : []),
        // Innermost: it starts with the sending, and each attempt has its own.
        deadline(milliseconds),
      ],
      send,
    );
  const writePatience = Math.min(milliseconds, WRITE_PATIENCE);
  return {
    tokens: way("token", milliseconds, "always"),
    reads: way("read", milliseconds, "always"),
    writes: way("write", writePatience, "if-unsent"),
    orders: way("write", writePatience),
    openAccounts: breaker.openAccounts,
  };
}
