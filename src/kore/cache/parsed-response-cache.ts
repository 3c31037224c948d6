import { LRUCache } from "lru-cache";
import { parseExactJson } from "../../common/exact-json.ts";
import { knownSecrets } from "../../common/known-secrets.ts";
import { ParsedResponse } from "./parsed-response.ts";

/** JSON kept in all, in bytes. Parsed it takes one and a half times as much, beside the bytes themselves. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

/** Shorter replies parse faster than they compare. Bytes. */
const MIN_BYTES = 512;

/** Upper bound of the backoff for paths whose response always changes. In responses. */
const MAX_BACKOFF = 63;

interface CacheEntry {
  /** The last response; absent while backing off. */
  response?: ParsedResponse;
  /** Responses that are not cached before the next attempt. */
  backoff: number;
  /** Of these, remaining. */
  skips: number;
}

/**
 * Replies of one credential, parsed, by where they came from. KORE is asked each time; as long as it says the same, byte
 * for byte, what it says need not be parsed again, which for a page of SIMs takes longer than all the rest, and where a
 * few SIMs have changed, only these are. Values are shared between callers and must not be mutated.
 *
 * Kept is only what may come again: from the second reply of a place on, and the more seldom the more often a place has
 * changed: entries that are never hit cost the garbage collector more than parsing does.
 */
export class ParsedResponseCache {
  readonly #entries = new LRUCache<string, CacheEntry>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ response }, place) => place.length + (response?.size ?? 0),
  });

  /** @throws SyntaxError for invalid JSON; its message quotes the text */
  parse(place: string, bytes: Buffer): unknown {
    if (bytes.length < MIN_BYTES) return parseWithoutSecrets(bytes);
    const known = this.#entries.get(place);
    const before = known?.response?.value;
    const next = known?.response?.next(bytes);
    if (next !== undefined && next === before) {
      if (known) known.backoff = 0;
      return next;
    }
    if (knownSecrets.mayBeIn(bytes)) {
      this.#entries.delete(place); // Replies with a secret are not cached.
      return parseWithoutSecrets(bytes);
    }
    if (known && next) {
      known.backoff = 0;
      return next;
    }
    const value = parseExactJson(textOf(bytes));
    if (typeof value === "object" && value !== null) this.#note(place, known, bytes, value);
    return value;
  }

  #note(place: string, known: CacheEntry | undefined, bytes: Buffer, value: object): void {
    if (!known) this.#entries.set(place, { backoff: 0, skips: 0 });
    else if (known.skips > 0) known.skips -= 1;
    else if (!known.response)
      this.#entries.set(place, { response: new ParsedResponse(bytes, value), backoff: known.backoff, skips: 0 });
    else {
      const backoff = Math.min(MAX_BACKOFF, known.backoff * 2 + 1);
      this.#entries.set(place, { backoff, skips: backoff });
    }
  }
}

/** A reply's value without our own credentials, which KORE may quote. @throws SyntaxError for what is no JSON */
export function parseWithoutSecrets(bytes: Buffer): unknown {
  const value = parseExactJson(textOf(bytes));
  return knownSecrets.mayBeIn(bytes) ? knownSecrets.redactAll(value) : value;
}

/** UTF-8, without the mark that some servers begin it with. */
export function textOf(bytes: Buffer): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString("utf8", hasMark ? 3 : 0);
}
