import { LRUCache } from "lru-cache";

/** JSON kept in all, in bytes. Parsed it takes about five times as much. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A shorter reply is parsed faster than it is looked up and compared. */
const WORTH_KEEPING = 4096;

/**
 * Replies of one credential, parsed, by where they came from. KORE is asked each time; as long as it says the same, byte
 * for byte, what it says need not be parsed again, which for a page of SIMs takes longer than all the rest. Values are
 * shared by everybody who asked, so nobody may change them.
 */
export class ParsedReplies {
  readonly #kept = new LRUCache<string, { bytes: Uint8Array; value: object }>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
  });

  /** @throws SyntaxError for what is no JSON; its message quotes the text */
  parse(place: string, bytes: Uint8Array): unknown {
    if (bytes.length < WORTH_KEEPING) return JSON.parse(textOf(bytes)) as unknown;
    const known = this.#kept.get(place);
    if (known && Buffer.compare(known.bytes, bytes) === 0) return known.value;
    const value: unknown = JSON.parse(textOf(bytes));
    if (typeof value === "object" && value !== null) this.#kept.set(place, { bytes, value });
    return value;
  }
}

/** UTF-8, without the mark that some servers begin it with. */
export function textOf(bytes: Uint8Array): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8", hasMark ? 3 : 0);
}
