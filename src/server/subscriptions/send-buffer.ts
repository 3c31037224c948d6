import { type SubscriptionLimits } from "./limits.ts";

/** Overhead of a message in memory: many small ones take a multiple of their length. Bytes. */
const MESSAGE_BYTES = 256;

/** A multiple of the limit at which a client is dropped at once: bounds a burst. */
const MAX_BURST = 16;

/**
 * Backpressure of one connection: counts unsent bytes. Events are sent without waiting for slow clients; one whose buffer
 * is over the limit for too long is dropped.
 */
export class SendBuffer {
  readonly #limits: SubscriptionLimits;
  readonly #drop: () => void;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: SubscriptionLimits, drop: () => void) {
    this.#limits = limits;
    this.#drop = drop;
  }

  get isOverLimit(): boolean {
    return this.#bytes > this.#limits.maxUnread;
  }

  /** Counts a text that is being sent. Call the returned function once it is sent. */
  add(text: string): () => void {
    const bytes = Buffer.byteLength(text) + MESSAGE_BYTES;
    this.#bytes += bytes;
    if (this.#bytes > MAX_BURST * this.#limits.maxUnread) this.#drop();
    else if (this.isOverLimit) this.#timer ??= setTimeout(this.#drop, this.#limits.slowMs);
    return () => {
      this.#bytes -= bytes;
      if (!this.isOverLimit) this.clear();
    };
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
