/** Half of it at once on a 429, and a twentieth of the configured rate back each second: learned fast, tried slowly. */
const THROTTLE_FACTOR = 0.5;
const RECOVERY_PER_SECOND = 0.05;

/** A KORE that refuses now and then must not be lowered to nothing: below this, its pauses slow us down. */
const MIN_SHARE = 0.1;
const THROTTLE_INTERVAL = 1000;

/** For a 429 that does not say how long. The lowered rate does the rest. Milliseconds. */
const DEFAULT_PAUSE = 1000;

/** The longest pause that is believed: one odd Retry-After must not stop everything until the next restart. */
const MAX_PAUSE = 15 * 60_000;

/** How many calls a second: as configured, less after a 429, none in a pause that KORE asks for. */
export class TokenBucket {
  readonly #maxRate: number;
  readonly #minRate: number;
  readonly #onChange: () => void;
  #rate: number;
  /** Calls that may be made at once: a second's worth, when none was made for a second. */
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

  /** Spends a call, if there is one. */
  tryAcquire(): boolean {
    const now = performance.now();
    this.#refill(now);
    if (this.#tokens < 1 || now < this.#pausedUntil) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Until the last of so many calls could be made at the present rate. Milliseconds. */
  expectedWait(calls: number): number {
    this.#refill(performance.now());
    return this.remainingPause() + (Math.max(0, calls - this.#tokens) / this.#rate) * 1000;
  }

  /** KORE has said 429 to a call that began at an instant. */
  throttle(startedAt: number, retryAfter = DEFAULT_PAUSE): void {
    const now = performance.now();
    this.#refill(now);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfter, MAX_PAUSE));
    // Several 429s to calls in flight together lower the rate once.
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
