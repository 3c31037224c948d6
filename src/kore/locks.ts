/** Lets one write at a time at a thing, such as a SIM. A write waits for all earlier ones that share a thing with it, so none can deadlock. */
export class Locks {
  readonly #last = new Map<string, Promise<void>>();

  async hold<T>(things: readonly string[], work: () => Promise<T>): Promise<T> {
    const earlier = things.map((thing) => this.#last.get(thing));
    let release = () => {};
    const mine = new Promise<void>((resolve) => (release = resolve));
    for (const thing of things) this.#last.set(thing, mine);
    try {
      await Promise.all(earlier.filter((write) => write !== undefined));
      return await work();
    } finally {
      release();
      for (const thing of things) if (this.#last.get(thing) === mine) this.#last.delete(thing);
    }
  }
}
