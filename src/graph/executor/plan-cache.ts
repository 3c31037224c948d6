import { LRUCache } from "lru-cache";

/** One value in a part. The part is not held: it goes with the document that it was made for. */
interface Slot {
  readonly part: WeakRef<PlanCachePart>;
  readonly key: string;
}

/**
 * Values that are made from operations, bounded by the bytes of heap that they take by estimate, over all documents: the
 * least recently used is dropped. Only its part holds a value, so that a value is dropped with its document as well.
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

  /** Bytes of what is kept, those of documents that are gone included until others need the room. */
  get bytes(): number {
    return this.#bytes.calculatedSize;
  }

  get size(): number {
    return this.#bytes.size;
  }

  used(slot: Slot): void {
    this.#bytes.get(slot);
  }

  /** @returns false when there is no room for so much */
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

  /** `make`: its argument is to be called with the bytes that the value has grown by, now or later. */
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

/** Of a value with nothing in it, its slot included. */
const BASE = 1024;
