import { LRUCache } from "lru-cache";
import { parseExactJson } from "../../common/exact-json.ts";
import { knownSecrets } from "../../common/known-secrets.ts";
import { KeptReply } from "./parsed-response.ts";

/** JSON kept in all, in bytes. Parsed it takes one and a half times as much, beside the bytes themselves. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PLACES = 10_000;

/** A shorter reply is parsed faster than it is looked up and compared. Bytes. */
const WORTH_KEEPING = 512;

/** Replies that are let go by, at most, between two tries to keep one of a place that says something else each time. */
const LONGEST_REST = 63;

interface Place {
  /** What it said last, unless it is resting. */
  kept?: KeptReply;
  /** So many replies are let go by before one is kept. */
  rest: number;
  /** Of these, still to come. */
  left: number;
}

/**
 * Replies of one credential, parsed, by where they came from. KORE is asked each time; as long as it says the same, byte
 * for byte, what it says need not be parsed again, which for a page of SIMs takes longer than all the rest, and where a
 * few SIMs have changed, only these are. Values are shared by everybody who asked, so nobody may change them.
 *
 * Kept is only what may come again: from the second reply of a place on, and the more seldom the more often a place has
 * changed. What is kept in vain lives just long enough to cost the garbage collector more than the parsing.
 */
export class ParsedReplies {
  readonly #places = new LRUCache<string, Place>({
    max: MAX_PLACES,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ kept }, place) => place.length + (kept?.size ?? 0),
  });

  /** @throws SyntaxError for what is no JSON; its message quotes the text */
  parse(place: string, bytes: Buffer): unknown {
    if (bytes.length < WORTH_KEEPING) return parseWithoutSecrets(bytes);
    const known = this.#places.get(place);
    const before = known?.kept?.value;
    const next = known?.kept?.next(bytes);
    if (next !== undefined && next === before) {
      if (known) known.rest = 0;
      return next;
    }
    if (knownSecrets.mayBeIn(bytes)) {
      this.#places.delete(place); // Nothing with a secret is kept.
      return parseWithoutSecrets(bytes);
    }
    if (known && next) {
      known.rest = 0;
      return next;
    }
    const value = parseExactJson(textOf(bytes));
    if (typeof value === "object" && value !== null) this.#note(place, known, bytes, value);
    return value;
  }

  #note(place: string, known: Place | undefined, bytes: Buffer, value: object): void {
    if (!known) this.#places.set(place, { rest: 0, left: 0 });
    else if (known.left > 0) known.left -= 1;
    else if (!known.kept) this.#places.set(place, { kept: new KeptReply(bytes, value), rest: known.rest, left: 0 });
    else {
      const rest = Math.min(LONGEST_REST, known.rest * 2 + 1);
      this.#places.set(place, { rest, left: rest });
    }
  }
}

/** A reply's value without our own credentials, which KORE may quote. @throws SyntaxError for what is no JSON */
export function parseWithoutSecrets(bytes: Buffer): unknown {
  const value = parseExactJson(textOf(bytes));
  return knownSecrets.mayBeIn(bytes) ? knownSecrets.cutAll(value) : value;
}

/** UTF-8, without the mark that some servers begin it with. */
export function textOf(bytes: Buffer): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString("utf8", hasMark ? 3 : 0);
}
