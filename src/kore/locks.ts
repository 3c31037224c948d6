/** Lets one write at a time at a thing, such as a SIM. A write waits for all earlier ones that share a thing with it, so none can deadlock. */
export class Locks {
  readonly #last = new Map<string, Promise<void>>();

  /** @param work is passed whether it had to wait: what its caller read before may be out of date then */
  async hold<T>(things: readonly string[], work: (hasWaited: boolean) => Promise<T>): Promise<T> {
    const earlier = things.map((thing) => this.#last.get(thing)).filter((write) => write !== undefined);
    let release = () => {};
    const mine = new Promise<void>((resolve) => (release = resolve));
    for (const thing of things) this.#last.set(thing, mine);
    try {
      await Promise.all(earlier);
      return await work(earlier.length > 0);
    } finally {
      release();
      for (const thing of things) if (this.#last.get(thing) === mine) this.#last.delete(thing);
    }
  }

  /** Whether a write holds a thing or waits for it. */
  isHeld(thing: string): boolean {
    return this.#last.has(thing);
  }
}
