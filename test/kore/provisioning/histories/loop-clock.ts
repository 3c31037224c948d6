/** Between ticks, and what a tick is worth at most. Milliseconds. */
const TICK = 4;
const WORTH = 8;

/**
 * Time as this process has had it. Whatever keeps the event loop from going round, a busy machine or a collection of
 * garbage, costs no more than one tick, and each tick stands for one round. So a wait by this clock is one in which the
 * simulator, which lives in the same loop, can work on what has reached it: without that a stall ends a wait before its
 * time, and what was on its way seems absent.
 */
export class LoopClock {
  #time = Date.now();
  #seenAt = performance.now();
  #sleepers: { until: number; wake: () => void }[] = [];
  #isStopped = false;
  /** The longest time between two ticks. Milliseconds. */
  longestStall = 0;

  constructor() {
    this.#next();
  }

  /** Milliseconds since the epoch, less all stalls. */
  readonly now = (): number => this.#time;

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => this.#sleepers.push({ until: this.#time + milliseconds, wake }));

  stop(): void {
    this.#isStopped = true;
  }

  /** By way of the check phase, so that sockets were served since the last tick. */
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
