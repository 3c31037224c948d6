import { type Clock } from "./clock.ts";

/** Longer, and a timer would go off at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * The simulated world has no timer of its own (see `Agenda`), which suffices for requests. A webhook is sent at its time
 * without a request, so this is a timer for it.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings once, at this time or a little before, in place of what was set. null: does not ring. */
  set(at: number | null): void {
    clearTimeout(this.#timer);
    if (at === null || !this.#clock.ticks) return; // who moves a manual clock looks at the world then
    const wait = Math.max(at - this.#clock.now().getTime(), 1);
    this.#timer = setTimeout(this.#ring, Math.min(wait, MAX_DELAY_MS)).unref();
  }
}
