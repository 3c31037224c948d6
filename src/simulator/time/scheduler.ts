interface Entry {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Work due at a time of the simulated clock. There is no timer: each access first runs the work that is due,
 * in order, which gives the same result on a real clock as on one that tests advance. (Only webhooks need a `Timer`.)
 */
export class Scheduler {
  readonly #entries: Entry[] = [];

  schedule(at: number, run: () => void): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { at, run });
  }

  /** When the next work is due, in milliseconds; null when none is scheduled. */
  get next(): number | null {
    return this.#entries[0]?.at ?? null;
  }

  /** Runs what is due, including what that work schedules. */
  runDue(now: number): void {
    for (let first = this.#entries[0]; first && first.at <= now; first = this.#entries[0]) {
      this.#entries.shift();
      first.run();
    }
  }
}
