import { type Clock } from "./clock.ts";

/** Longer delays overflow Node's timer, which then fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Runs work for webhooks, which are sent without a request. Everything else runs with the next request (see `Scheduler`).
 */
export class Timer {
  readonly #clock: Clock;
  readonly #run: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#run = ring;
  }

  /** Runs once, at this time or a little before, in place of what was set. null: does not run. */
  set(at: number | null): void {
    clearTimeout(this.#timer);
    if (at === null || !this.#clock.ticks) return; // advancing a manual clock settles the backend
    const wait = Math.max(at - this.#clock.now().getTime(), 1);
    this.#timer = setTimeout(this.#run, Math.min(wait, MAX_DELAY_MS)).unref();
  }
}
