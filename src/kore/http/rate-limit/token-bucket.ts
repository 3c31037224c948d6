/** Half of it at once on a 429, and a twentieth of the configured rate back each second: learned fast, tried slowly. */
const LOWERED_TO = 0.5;
const RAISED_A_SECOND = 0.05;

/** A KORE that refuses now and then must not be lowered to nothing: below this, its pauses slow us down. */
const LEAST_SHARE = 0.1;
const LOWERED_AT_MOST_EVERY = 1000;

/** For a 429 that does not say how long. The lowered rate does the rest. Milliseconds. */
const PAUSE_NOT_STATED = 1000;

/** The longest pause that is believed: one odd Retry-After must not stop everything until the next restart. */
const LONGEST_PAUSE = 15 * 60_000;

/** How many calls a second: as configured, less after a 429, none in a pause that KORE asks for. */
export class Pace {
  readonly #most: number;
  readonly #least: number;
  readonly #onChange: () => void;
  #rate: number;
  /** Calls that may be made at once: a second's worth, when none was made for a second. */
  #left: number;
  #at = performance.now();
  #loweredAt = -Infinity;
  #pausedUntil = -Infinity;

  constructor(rate: number, onChange: () => void) {
    this.#most = rate;
    this.#least = Math.min(rate, Math.max(1, rate * LEAST_SHARE));
    this.#rate = rate;
    this.#left = Math.max(1, rate);
    this.#onChange = onChange;
  }

  get rate(): number {
    return this.#rate;
  }

  pauseLeft(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Spends a call, if there is one. */
  take(): boolean {
    const now = performance.now();
    this.#refill(now);
    if (this.#left < 1 || now < this.#pausedUntil) return false;
    this.#left -= 1;
    return true;
  }

  /** Until the last of so many calls could be made at the present rate. Milliseconds. */
  expectedWait(calls: number): number {
    this.#refill(performance.now());
    return this.pauseLeft() + (Math.max(0, calls - this.#left) / this.#rate) * 1000;
  }

  /** KORE has said 429 to a call that began at an instant. */
  slow(startedAt: number, retryAfter = PAUSE_NOT_STATED): void {
    const now = performance.now();
    this.#refill(now);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfter, LONGEST_PAUSE));
    // Calls that were under way together are told the same, once.
    if (startedAt > this.#loweredAt && now >= this.#loweredAt + LOWERED_AT_MOST_EVERY) {
      this.#rate = Math.max(this.#least, this.#rate * LOWERED_TO);
      this.#left = Math.min(this.#left, 0);
      this.#loweredAt = now;
    }
    this.#onChange();
  }

  #refill(now: number): void {
    const from = Math.max(this.#at, Math.min(now, this.#pausedUntil));
    this.#at = now;
    const seconds = Math.max(0, now - from) / 1000;
    if (seconds === 0) return;
    this.#left = Math.min(Math.max(1, this.#rate), this.#left + seconds * this.#rate);
    if (this.#rate === this.#most) return;
    this.#rate = Math.min(this.#most, this.#rate + seconds * this.#most * RAISED_A_SECOND);
    if (this.#rate === this.#most) this.#onChange();
  }
}
