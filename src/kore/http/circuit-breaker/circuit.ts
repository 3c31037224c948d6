import { KoreError, type KoreErrorKind } from "../../errors.ts";
import { type BreakerState } from "../../events.ts";
import { type BreakerOptions, RecentCalls } from "./recent-calls.ts";

/**
 * Pauses before a probe: short, since one call costs KORE nothing and all callers wait for its answer. Milliseconds.
 */
const FIRST_PAUSE = 1000;
const MAX_PAUSE = 2000;

/**
 * A probe that takes longer counts as failed. A probe that began just before the end of an outage may never be answered,
 * and a pause follows it: together they take less than the five seconds after which calls must pass again. Milliseconds.
 */
const MAX_PROBE = 2500;

/** Errors that count as failures. Refusals and 429 do not: KORE has answered. */
const FAILURES: ReadonlySet<KoreErrorKind> = new Set(["unavailable", "timeout", "connection"]);

/** Errors of calls that were aborted or not sent: they are not counted. */
const IGNORED: ReadonlySet<KoreErrorKind> = new Set(["aborted", "breaker-open"]);

/** A refusal by KORE is an answer. */
export type Outcome = "answered" | "failed" | "ignored";

export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof KoreError) || IGNORED.has(error.kind)) return "ignored";
  return FAILURES.has(error.kind) ? "failed" : "answered";
}

/** Passes calls until too many of the last ones have failed, then one probe at a time. */
export class Circuit {
  readonly #calls: RecentCalls;
  readonly #onChange: (state: BreakerState) => void;
  #state: BreakerState = "closed";
  /** Probes that failed since it opened, and one. */
  #attempts = 0;
  /** By the monotonic clock. */
  #openUntil = 0;
  #pause = 0;
  /** The account whose call opened it, or whose probe began last. */
  #lastFailed: string | undefined;

  constructor(options: BreakerOptions, onChange: (state: BreakerState) => void, mostOfOneAccount?: number) {
    this.#calls = new RecentCalls(options, mostOfOneAccount);
    this.#onChange = onChange;
  }

  get state(): BreakerState {
    return this.#state;
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Whether KORE has answered any of the calls that count. */
  get hasSuccesses(): boolean {
    return this.#calls.hasSuccesses;
  }

  /**
   * Whether a call is refused at present. During a probe all others are, or they would all wait for it. Half of the pause
   * is enough for a call of another account than the one that failed last: an account whose calls always fail must not be
   * the only one that probes.
   */
  isOpenFor(account: string | undefined): boolean {
    if (this.#state !== "open") return this.#state === "half-open";
    const until = account === this.#lastFailed ? this.#openUntil : this.#openUntil - this.#pause / 2;
    return performance.now() < until;
  }

  /** At least as long as an answer takes. Milliseconds. */
  get remainingPause(): number {
    return Math.max(FIRST_PAUSE, this.#openUntil - performance.now());
  }

  /** Begins a call for which the circuit is not open: a probe unless it is closed. @returns records the call's outcome */
  begin(account: string | undefined): (outcome: Outcome) => void {
    return this.isClosed ? (outcome) => this.#count(account, outcome) : this.#probe(account);
  }

  #count(account: string | undefined, outcome: Outcome): void {
    if (outcome === "ignored") return;
    const hasFailed = outcome === "failed";
    this.#calls.add(account, hasFailed);
    // Another call may have opened it meanwhile: earlier calls count, but do not open it again.
    if (!hasFailed || !this.isClosed || !this.#calls.isOverThreshold) return;
    this.#lastFailed = account;
    this.#open();
  }

  /** An ignored outcome counts as a failure: a probe that its caller aborted must not close the circuit. */
  #probe(account: string | undefined): (outcome: Outcome) => void {
    this.#lastFailed = account;
    this.#become("half-open");
    let isOver = false;
    const end = (outcome: Outcome) => {
      clearTimeout(late);
      if (isOver) return;
      isOver = true;
      if (outcome === "answered") this.#close();
      else this.#open();
    };
    const late = setTimeout(() => end("failed"), MAX_PROBE);
    return end;
  }

  #open(): void {
    this.#attempts += 1;
    this.#pause = Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** (this.#attempts - 1));
    this.#openUntil = performance.now() + this.#pause;
    this.#become("open");
  }

  #close(): void {
    this.#attempts = 0;
    this.#calls.clear();
    this.#become("closed");
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
