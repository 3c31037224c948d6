import { type SubscriptionLimits } from "./limits.ts";

/** A message's own size in memory, by which many small ones take a multiple of their length. Bytes. */
const MESSAGE_BYTES = 256;

/** A burst that its caller takes in time is no fault, but it may not fill our memory. */
const MAX_BURST = 16;

/**
 * What one caller has not read yet. Events are sent as they come, whether it reads or not, so that the others need not
 * wait for it: who has too much unread for too long is dropped.
 */
export class SendBuffer {
  readonly #limits: SubscriptionLimits;
  readonly #drop: () => void;
  #unread = 0;
  #patience: NodeJS.Timeout | undefined;

  constructor(limits: SubscriptionLimits, drop: () => void) {
    this.#limits = limits;
    this.#drop = drop;
  }

  get isOverLimit(): boolean {
    return this.#unread > this.#limits.maxUnread;
  }

  /** Counts a text that is being sent. Call what comes back once it is on its way. */
  add(text: string): () => void {
    const bytes = Buffer.byteLength(text) + MESSAGE_BYTES;
    this.#unread += bytes;
    if (this.#unread > MAX_BURST * this.#limits.maxUnread) this.#drop();
    else if (this.isOverLimit) this.#patience ??= setTimeout(this.#drop, this.#limits.slowMs);
    return () => {
      this.#unread -= bytes;
      if (!this.isOverLimit) this.clear();
    };
  }

  clear(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }
}
