/** Lets one write at a time at a SIM. A write waits for all earlier ones that share a SIM with it, so none can deadlock. */
export class SimLocks {
  readonly #last = new Map<string, Promise<void>>();

  async hold<T>(sims: readonly string[], work: () => Promise<T>): Promise<T> {
    const earlier = sims.map((sim) => this.#last.get(sim));
    let release = () => {};
    const mine = new Promise<void>((resolve) => (release = resolve));
    for (const sim of sims) this.#last.set(sim, mine);
    try {
      await Promise.all(earlier.filter((write) => write !== undefined));
      return await work();
    } finally {
      release();
      for (const sim of sims) if (this.#last.get(sim) === mine) this.#last.delete(sim);
    }
  }
}
