/** A 429 halves the rate; a twentieth of the configured rate is restored per second. */
const THROTTLE_FACTOR = 0.5;
const RECOVERY_PER_SECOND = 0.05;

/** Least share of the configured rate after 429s; beyond that, KORE's pauses slow the calls. */
const MIN_SHARE = 0.1;
const THROTTLE_INTERVAL = 1000;

/** Pause after a 429 without Retry-After, in addition to the lower rate. Milliseconds. */
const DEFAULT_PAUSE = 1000;

/** Upper bound of Retry-After: one wrong value must not stop all calls until the next restart. Milliseconds. */
const MAX_PAUSE = 15 * 60_000;

/** Rate of calls: as configured, lower after a 429, zero in a pause that KORE asks for. */
export class TokenBucket {
  readonly #maxRate: number;
  readonly #minRate: number;
  readonly #onChange: () => void;
  #rate: number;
  /** Burst capacity: at most the calls of one second. */
  #tokens: number;
  #refilledAt = performance.now();
  #loweredAt = -Infinity;
  #pausedUntil = -Infinity;

  constructor(rate: number, onChange: () => void) {
    this.#maxRate = rate;
    this.#minRate = Math.min(rate, Math.max(1, rate * MIN_SHARE));
    this.#rate = rate;
    this.#tokens = Math.max(1, rate);
    this.#onChange = onChange;
  }

  get rate(): number {
    return this.#rate;
  }

  remainingPause(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Takes a token, if there is one. */
  tryAcquire(): boolean {
    const now = performance.now();
    this.#refill(now);
    if (this.#tokens < 1 || now < this.#pausedUntil) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Time until the last of some calls can start at the present rate. Milliseconds. */
  expectedWait(calls: number): number {
    this.#refill(performance.now());
    return this.remainingPause() + (Math.max(0, calls - this.#tokens) / this.#rate) * 1000;
  }

  /** Slows down after a 429 to a call that began at an instant of `performance.now()`. @param retryAfter milliseconds */
  throttle(startedAt: number, retryAfter = DEFAULT_PAUSE): void {
    const now = performance.now();
    this.#refill(now);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfter, MAX_PAUSE));
    // 429s to calls that were in flight together lower the rate once.
    if (startedAt > this.#loweredAt && now >= this.#loweredAt + THROTTLE_INTERVAL) {
      this.#rate = Math.max(this.#minRate, this.#rate * THROTTLE_FACTOR);
      this.#tokens = Math.min(this.#tokens, 0);
      this.#loweredAt = now;
    }
    this.#onChange();
  }

  #refill(now: number): void {
    const from = Math.max(this.#refilledAt, Math.min(now, this.#pausedUntil));
    this.#refilledAt = now;
    const seconds = Math.max(0, now - from) / 1000;
    if (seconds === 0) return;
    this.#tokens = Math.min(Math.max(1, this.#rate), this.#tokens + seconds * this.#rate);
    if (this.#rate === this.#maxRate) return;
    this.#rate = Math.min(this.#maxRate, this.#rate + seconds * this.#maxRate * RECOVERY_PER_SECOND);
    if (this.#rate === this.#maxRate) this.#onChange();
  }
}
