import { randomUUID } from "node:crypto";

/** A point in the sequence of one process, without meaning in another. */
export interface SequenceMark {
  process: string;
  count: number;
}

/** About 100 bytes each. */
const MAX_REQUESTS = 20_000;

/**
 * Provisioning requests in the order in which this process observed them. Independent of clocks: a request that was
 * observed before a POST certainly does not belong to it.
 */
export class RequestSequence {
  readonly #process = randomUUID();
  /** Index by account and request, the earliest first. One that was evicted and observed again gets a later index, which is safe. */
  readonly #places = new Map<string, number>();
  #count = 0;

  add(accountId: string, requestId: string): void {
    const key = `${accountId} ${requestId}`;
    if (this.#places.has(key)) return;
    this.#places.set(key, ++this.#count);
    const [earliest] = this.#places.keys();
    if (this.#places.size > MAX_REQUESTS && earliest !== undefined) this.#places.delete(earliest);
  }

  mark(): SequenceMark {
    return { process: this.#process, count: this.#count };
  }

  /** Whether a request was observed before a mark. False when unknown. */
  wasSeenBefore(accountId: string, requestId: string, mark: SequenceMark | undefined): boolean {
    if (mark?.process !== this.#process) return false;
    const place = this.#places.get(`${accountId} ${requestId}`);
    return place !== undefined && place <= mark.count;
  }
}
