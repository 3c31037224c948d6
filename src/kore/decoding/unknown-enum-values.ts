import { knownSecrets } from "../../common/known-secrets.ts";

/** Unknown enum values and dates in KORE's replies: counted, and reported once each. */
export class UnknownEnumValues {
  readonly #counts = new Map<string, number>();
  readonly #onFirst: (field: string, value: string) => void;

  constructor(onFirst: (field: string, value: string) => void) {
    this.#onFirst = onFirst;
  }

  observe(field: string, value: string): void {
    // No identifier is an enum value, but KORE might send one by mistake, and this goes to the log.
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

/** More than KORE could ever add; a bound for replies that are garbage. */
const MAX_VALUES = 1000;
