import { LRUCache } from "lru-cache";

/** One value in a part. Refers weakly to the part, whose lifetime is that of its document. */
interface Slot {
  readonly part: WeakRef<PlanCachePart>;
  readonly key: string;
}

/**
 * An LRU cache of values derived from operations, bounded by their estimated heap over all documents. A value is referenced by
 * its part only, so that it is also released with its document.
 */
export class PlanCache {
  readonly #bytes: LRUCache<Slot, number>;

  constructor(maxBytes: number) {
    this.#bytes = new LRUCache<Slot, number>({
      maxSize: maxBytes,
      sizeCalculation: (bytes) => bytes,
      dispose: (_, slot, reason) => {
        if (reason !== "set") slot.part.deref()?.drop(slot);
      },
    });
  }

  /** Bytes of all values, including those of released documents until they are evicted. */
  get bytes(): number {
    return this.#bytes.calculatedSize;
  }

  get size(): number {
    return this.#bytes.size;
  }

  used(slot: Slot): void {
    this.#bytes.get(slot);
  }

  /** @returns false when the value is too large */
  add(slot: Slot, bytes: number): boolean {
    this.#bytes.set(slot, (this.#bytes.peek(slot) ?? 0) + bytes);
    return this.#bytes.has(slot);
  }
}

/** The values of one operation. */
export class PlanCachePart<Value extends object = object> {
  readonly #all: PlanCache;
  readonly #values = new Map<string, { value: Value; slot: Slot }>();
  readonly #self = new WeakRef<PlanCachePart>(this);

  constructor(all: PlanCache) {
    this.#all = all;
  }

  /** `make`: calls its argument with the bytes by which the value grows, now or later. */
  get(key: string, make: (grow: (bytes: number) => void) => Value): Value {
    const known = this.#values.get(key);
    if (known) {
      this.#all.used(known.slot);
      return known.value;
    }
    const slot: Slot = { part: this.#self, key };
    let early = BASE;
    const value = make((bytes) => {
      if (this.#values.get(key)?.slot !== slot) early += bytes;
      else if (!this.#all.add(slot, bytes)) this.#values.delete(key);
    });
    if (this.#all.add(slot, early)) this.#values.set(key, { value, slot });
    return value;
  }

  drop(slot: Slot): void {
    if (this.#values.get(slot.key)?.slot === slot) this.#values.delete(slot.key);
  }
}

/** Bytes of an empty value with its slot. */
const BASE = 1024;
