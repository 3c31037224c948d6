import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";

/** A point in the sequence of what one process has seen. It means nothing to another process. */
export interface SequenceMark {
  process: string;
  count: number;
}

/** About 100 bytes each. */
const MAX_REQUESTS = 20_000;

/**
 * Provisioning requests that any read of this process has shown, in their order. No clock is asked: a request seen
 * before a POST is certainly not the POST's, whatever the dates say.
 */
export class RequestSequence {
  readonly #process = randomUUID();
  /** By account and request: its place in the sequence. One that is dropped and seen again only gets a later place. */
  readonly #places = new LRUCache<string, number>({ max: MAX_REQUESTS });
  #count = 0;

  add(accountId: string, requestId: string): void {
    const key = `${accountId} ${requestId}`;
    if (!this.#places.has(key)) this.#places.set(key, ++this.#count);
  }

  mark(): SequenceMark {
    return { process: this.#process, count: this.#count };
  }

  /** Whether a request was seen before the mark was made. False when it is not known. */
  wasSeenBefore(accountId: string, requestId: string, mark: SequenceMark | undefined): boolean {
    if (mark?.process !== this.#process) return false;
    const place = this.#places.get(`${accountId} ${requestId}`);
    return place !== undefined && place <= mark.count;
  }
}
