import { knownSecrets } from "../../common/known-secrets.ts";

/** Counts unknown enum values and dates in KORE's replies, and reports each once. */
export class UnknownEnumValues {
  readonly #counts = new Map<string, number>();
  readonly #onFirst: (field: string, value: string) => void;

  constructor(onFirst: (field: string, value: string) => void) {
    this.#onFirst = onFirst;
  }

  observe(field: string, value: string): void {
    // KORE might send an identifier in place of an enum value, and the value is logged.
    const shown = knownSecrets
      .redact(value)
      .slice(0, 40)
      .replace(/\d{6,}/g, "…");
    const key = `${field}: ${shown}`;
    const count = this.#counts.get(key);
    if (count === undefined) {
      if (this.#counts.size >= MAX_VALUES) return;
      this.#onFirst(field, shown);
    }
    this.#counts.set(key, (count ?? 0) + 1);
  }

  /** Occurrences since the start, by "field: value". */
  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}

/** Bound for malformed replies. */
const MAX_VALUES = 1000;
