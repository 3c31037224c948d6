/** Interval of ticks, and their maximum duration by this clock. Milliseconds. */
const TICK = 4;
const WORTH = 8;

/**
 * A clock without stalls of the event loop: a busy machine or a garbage collection costs at most one tick, and each tick
 * is one turn of the loop. During a wait by this clock the simulator, which runs in the same loop, can process requests
 * that have reached it. By the system clock a stall could end a wait early, and a request in flight would seem absent.
 */
export class LoopClock {
  #time = Date.now();
  #seenAt = performance.now();
  #sleepers: { until: number; wake: () => void }[] = [];
  #isStopped = false;
  /** Longest observed interval between two ticks. Milliseconds. */
  longestStall = 0;

  constructor() {
    this.#next();
  }

  /** Milliseconds since the epoch, minus all stalls. */
  readonly now = (): number => this.#time;

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => this.#sleepers.push({ until: this.#time + milliseconds, wake }));

  stop(): void {
    this.#isStopped = true;
  }

  /** Through the check phase, so that sockets were served since the last tick. */
  #next(): void {
    setTimeout(() => setImmediate(() => this.#tick()), TICK);
  }

  #tick(): void {
    const seenAt = performance.now();
    const elapsed = seenAt - this.#seenAt;
    this.#seenAt = seenAt;
    this.#time += Math.min(elapsed, WORTH);
    this.longestStall = Math.max(this.longestStall, elapsed);
    const due = this.#sleepers.filter(({ until }) => until <= this.#time);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#time);
    for (const { wake } of due) wake();
    if (!this.#isStopped) this.#next();
  }
}
