import { BrokenCircuitError, CircuitState, CountBreaker, DelegateBackoff, circuitBreaker, handleWhen } from "cockatiel";
import { KoreError, type KoreErrorKind } from "../error.ts";
import { type BreakerState, type KoreObserver } from "../observer.ts";
import { type KoreCall } from "../transport.ts";
import { type Policy, nameOf } from "./policy.ts";

/** When a host counts as ill: which share of its last calls, and of how many at least, must have failed. */
export type BreakerOptions = ConstructorParameters<typeof CountBreaker>[0];

/** Half of the calls failing is bad luck that repeating mends; nearly all is an outage. */
const OPENS_AT: BreakerOptions = { threshold: 0.7, size: 20, minimumNumberOfCalls: 10 };

/**
 * Pauses before one call may try whether the host is well again: short, since one call costs KORE nothing, and everybody
 * waits for its answer. Milliseconds.
 */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 2000;

/**
 * A trial that takes longer is taken for failed. An outage may end right after a trial has begun that is never answered,
 * and then a pause follows: together they are less than the five seconds within which all must be well again.
 */
const LONGEST_TRIAL = 2500;

/** What says that the host is ill. Refusals and 429 do not: it is well enough to refuse. */
const FAILURES: ReadonlySet<KoreErrorKind> = new Set(["unavailable", "timeout", "connection"]);

/**
 * Leaves a host alone that fails again and again. In two parts: `refuse` stands before the queue, so that nobody waits
 * in vain; `watch` behind it, so that those who wait already are refused when their turn comes, and only what was sent
 * counts.
 */
export function breaking(
  { breakerChanged, refusedEarly }: KoreObserver,
  opensAt = OPENS_AT,
): { refuse: Policy; watch: Policy } {
  const hosts = new Map<string, HostBreaker>();
  const of = (host: string): HostBreaker => {
    let breaker = hosts.get(host);
    if (!breaker) {
      breaker = new HostBreaker(opensAt, (state) => breakerChanged(host, state));
      hosts.set(host, breaker);
    }
    return breaker;
  };
  const refusal = (call: KoreCall, breaker: HostBreaker) => {
    const { operation } = call;
    refusedEarly({ ...nameOf(call), reason: "breaker-open" });
    return new KoreError("breaker-open", `KORE has failed too often to be asked ${operation} now`, {
      operation,
      isUnsent: true,
      retryAfter: breaker.pauseLeft,
    });
  };
  return {
    refuse: (next) => (call, signal) => {
      const breaker = of(call.host);
      return breaker.isOpen ? Promise.reject(refusal(call, breaker)) : next(call, signal);
    },
    watch: (next) => async (call, signal) => {
      const breaker = of(call.host);
      if (breaker.isOpen) throw refusal(call, breaker);
      if (!breaker.isClosed) {
        const answer = await breaker.try(() => next(call, signal));
        if (!answer) throw refusal(call, breaker);
        if (answer.error !== undefined) throw answer.error;
        return answer.reply;
      }
      try {
        const reply = await next(call, signal);
        breaker.answered();
        return reply;
      } catch (error) {
        if (isFailure(error)) await breaker.failed(error);
        else if (isAnswer(error)) breaker.answered();
        throw error;
      }
    },
  };
}

type Answer = { reply: unknown; error?: undefined } | { error: KoreError };

class HostBreaker {
  /** By the monotonic clock. */
  #openUntil = 0;
  readonly #circuit;
  readonly #counts: CountBreaker;

  constructor(trips: BreakerOptions, onChange: (state: BreakerState) => void) {
    this.#counts = new CountBreaker(trips);
    // A trial that its caller gave up says nothing, and nothing must not close the circuit.
    const counts = (error: Error) => isFailure(error) || !this.isClosed;
    this.#circuit = circuitBreaker(handleWhen(counts), {
      breaker: this.#counts,
      halfOpenAfter: new DelegateBackoff(({ attempt }) => {
        const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
        this.#openUntil = performance.now() + pause;
        return -Infinity; // cockatiel waits by the system clock, which may step back by hours.
      }),
    });
    this.#circuit.onStateChange((state) => {
      if (state === CircuitState.Closed) onChange("closed");
      else onChange(state === CircuitState.HalfOpen ? "half-open" : "open");
    });
  }

  get isClosed(): boolean {
    return this.#circuit.state === CircuitState.Closed;
  }

  /** Whether a call would be refused. While one call tries the host, the others are, or they would all wait for it. */
  get isOpen(): boolean {
    const { state } = this.#circuit;
    return state === CircuitState.HalfOpen || (state === CircuitState.Open && performance.now() < this.#openUntil);
  }

  /** At least as long as an answer takes. Milliseconds. */
  get pauseLeft(): number {
    return Math.max(FIRST_PAUSE, this.#openUntil - performance.now());
  }

  /** A call that was sent through the closed circuit was answered: as nearly all are, so nothing is built for it. */
  answered(): void {
    this.#counts.success(CircuitState.Closed);
  }

  /** A call that was sent through the closed circuit has failed, and may have been one too many. */
  async failed(error: unknown): Promise<void> {
    // Others may have opened it meanwhile: what was sent before counts, but opens nothing anew.
    if (!this.isClosed) this.#counts.failure(CircuitState.Closed);
    else await this.#circuit.execute(() => Promise.reject(error as Error)).catch(() => undefined);
  }

  /**
   * Sends a call to see whether the host is well again; undefined when that is too early still. What takes long is taken
   * for failed, so that the next trial can begin; its caller waits on for the answer.
   */
  async try(send: () => Promise<unknown>): Promise<Answer | undefined> {
    let answer: Promise<Answer> | undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(LATE), LONGEST_TRIAL)));
    const start = () =>
      (answer = send().then(
        (reply) => ({ reply }),
        (error: unknown) => {
          if (isAnswer(error)) return { error };
          throw error;
        },
      ));
    try {
      return await this.#circuit.execute(() => Promise.race([start(), late]));
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined; // Another call tries the host already.
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

/** What KORE refuses it has answered: that counts for the host. What the caller gave up counts for nothing. */
function isAnswer(error: unknown): error is KoreError {
  return error instanceof KoreError && !FAILURES.has(error.kind) && error.kind !== "aborted";
}
