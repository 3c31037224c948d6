/** Round-robin queue by caller: any number of calls of one caller delay another caller's call by at most one. */
export class FairQueue<Waiter> {
  /** In the order in which callers are served. */
  readonly #callers = new Map<string, Set<Waiter>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(caller: string, waiter: Waiter): void {
    const waiting = this.#callers.get(caller);
    if (waiting) waiting.add(waiter);
    else this.#callers.set(caller, new Set([waiter]));
    this.#size += 1;
  }

  delete(caller: string, waiter: Waiter): void {
    const waiting = this.#callers.get(caller);
    if (!waiting?.delete(waiter)) return;
    this.#size -= 1;
    if (waiting.size === 0) this.#callers.delete(caller);
  }

  /** The next one to serve. */
  first(): Waiter | undefined {
    const [waiting] = this.#callers.values();
    return waiting?.values().next().value;
  }

  /** Moves a served caller to the end. */
  served(caller: string): void {
    const waiting = this.#callers.get(caller);
    if (!waiting) return;
    this.#callers.delete(caller);
    this.#callers.set(caller, waiting);
  }

  waitingOf(caller: string): number {
    return this.#callers.get(caller)?.size ?? 0;
  }

  /** Number of waiters that are served before a new one of a caller. */
  ahead(caller: string): number {
    const own = this.waitingOf(caller);
    let ahead = own;
    for (const [other, waiting] of this.#callers) if (other !== caller) ahead += Math.min(waiting.size, own + 1);
    return ahead;
  }

  all(): Waiter[] {
    return [...this.#callers.values()].flatMap((waiting) => [...waiting]);
  }
}
