import {
  BrokenCircuitError,
  CircuitState,
  DelegateBackoff,
  type IBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";
import { KoreError, type KoreErrorKind } from "../../errors.ts";
import { type BreakerState } from "../../events.ts";
import { type BreakerOptions, RecentCalls } from "./recent-calls.ts";

/**
 * Pauses before one call may try whether KORE answers again: short, since one call costs KORE nothing, and everybody
 * waits for its answer. Milliseconds.
 */
const FIRST_PAUSE = 1000;
const MAX_PAUSE = 2000;

/**
 * A trial that takes longer is taken for failed. An outage may end right after a trial has begun that is never answered,
 * and then a pause follows: together they are less than the five seconds within which all must be well again.
 */
const MAX_PROBE = 2500;

/** Errors that count as failures. Refusals and 429 do not: KORE has answered. */
const FAILURES: ReadonlySet<KoreErrorKind> = new Set(["unavailable", "timeout", "connection"]);

/** Errors of calls that were aborted or not sent: they are not counted. */
const IGNORED: ReadonlySet<KoreErrorKind> = new Set(["aborted", "breaker-open"]);

type ProbeResult = { reply: unknown; error?: undefined } | { error: KoreError };

/** The failures are counted in `RecentCalls`: the circuit sees only the one that opens it. */
const opensAtOnce = (): IBreaker => ({ state: undefined, success: () => undefined, failure: () => true });

/** Passes calls until too many of the last ones have failed, then one probe at a time. */
export class Circuit {
  readonly #calls: RecentCalls;
  readonly #circuit;
  /** By the monotonic clock. */
  #openUntil = 0;
  #pause = 0;
  /** The account whose call opened it, or whose probe failed last. */
  #lastFailed: string | undefined;

  constructor(options: BreakerOptions, onChange: (state: BreakerState) => void, mostOfOneAccount?: number) {
    this.#calls = new RecentCalls(options, mostOfOneAccount);
    // A probe that its caller aborted must not close the circuit.
    const counts = (error: Error) => isFailure(error) || !this.isClosed;
    this.#circuit = circuitBreaker(handleWhen(counts), {
      breaker: opensAtOnce(),
      halfOpenAfter: new DelegateBackoff(({ attempt }) => {
        this.#pause = Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
        this.#openUntil = performance.now() + this.#pause;
        return -Infinity; // cockatiel waits by the system clock, which may step back by hours.
      }),
    });
    this.#circuit.onStateChange(() => {
      if (this.isClosed) this.#calls.clear();
      onChange(this.state);
    });
  }

  get state(): BreakerState {
    if (this.isClosed) return "closed";
    return this.#circuit.state === CircuitState.HalfOpen ? "half-open" : "open";
  }

  /** Whether KORE has answered any of the calls that count. */
  get hasSuccesses(): boolean {
    return this.#calls.hasSuccesses;
  }

  get isClosed(): boolean {
    return this.#circuit.state === CircuitState.Closed;
  }

  /**
   * Whether a call would be refused. While one call tries, the others are, or they would all wait for it. Half of the
   * pause is enough for a call of another account than the one that failed last: an account whose calls always fail
   * must not be the only one that tries.
   */
  isOpenFor(account: string | undefined): boolean {
    const { state } = this.#circuit;
    if (state !== CircuitState.Open) return state === CircuitState.HalfOpen;
    const until = account === this.#lastFailed ? this.#openUntil : this.#openUntil - this.#pause / 2;
    return performance.now() < until;
  }

  /** At least as long as an answer takes. Milliseconds. */
  get remainingPause(): number {
    return Math.max(FIRST_PAUSE, this.#openUntil - performance.now());
  }

  /**
   * Sends a call and counts how it ends; the one that tries decides.
   *
   * @throws what `send` throws, or what `refusal` makes when another call tries already
   */
  async execute(account: string | undefined, send: () => Promise<unknown>, refusal: () => KoreError): Promise<unknown> {
    if (!this.isClosed) {
      const answer = await this.#probe(account, send);
      if (!answer) throw refusal();
      if (answer.error !== undefined) throw answer.error;
      return answer.reply;
    }
    try {
      const reply = await send();
      this.#calls.add(account, false);
      return reply;
    } catch (error) {
      if (isFailure(error)) await this.#failed(account, error);
      else if (isAnswer(error)) this.#calls.add(account, false);
      throw error;
    }
  }

  /** Counts a failure of the closed circuit, and opens it over the threshold. */
  async #failed(account: string | undefined, error: unknown): Promise<void> {
    this.#calls.add(account, true);
    // Another call may have opened it meanwhile: earlier calls count, but do not open it again.
    if (!this.isClosed || !this.#calls.isOverThreshold) return;
    this.#lastFailed = account;
    await this.#circuit.execute(() => Promise.reject(error as Error)).catch(() => undefined);
  }

  /**
   * Sends a call to see whether KORE answers again; undefined when another one tries already. A slow probe
   * counts as failed, so that the next can begin; its caller still gets the answer.
   */
  async #probe(account: string | undefined, send: () => Promise<unknown>): Promise<ProbeResult | undefined> {
    let answer: Promise<ProbeResult> | undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(LATE), MAX_PROBE)));
    const start = () => {
      this.#lastFailed = account; // Unless it succeeds.
      return (answer = send().then(
        (reply) => ({ reply }),
        (error: unknown) => {
          if (isAnswer(error)) return { error };
          throw error;
        },
      ));
    };
    try {
      return await this.#circuit.execute(() => Promise.race([start(), late]));
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      if (error === LATE && answer) return await answer;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

const LATE = new Error("The trial takes long");

function isFailure(error: unknown): boolean {
  return error instanceof KoreError && FAILURES.has(error.kind);
}

/** A refusal by KORE is an answer. Aborted calls and calls that a circuit refused are not counted. */
function isAnswer(error: unknown): error is KoreError {
  return error instanceof KoreError && !FAILURES.has(error.kind) && !IGNORED.has(error.kind);
}
