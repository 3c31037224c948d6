import { parseExactJson } from "../../common/exact-json.ts";
import { COMMA, type Rows, endOfObject, rowsIn } from "./json-rows.ts";

interface List extends Rows {
  /** The member of the reply that it is. */
  readonly name: string;
  readonly items: readonly unknown[];
}

/** Where more than one row in so many is new, parsing all of them costs no more: what is kept costs too. */
const NEW_ROWS = 8;

/**
 * The last response of a path as bytes and as value. Equal bytes yield the same value; of a page in which some rows have
 * changed, only those rows are parsed.
 *
 * An object's text ends where it ends, whatever follows. So where a row may begin, bytes that were a row are that row.
 */
export class ParsedResponse {
  /** Each reply is written over the one before. Were each kept as it came, the garbage collector would not keep pace. */
  readonly #room: Buffer;
  #length: number;
  #value: object;
  /** Looked for when a reply differs; null when there is none. */
  #list: List | null | undefined;

  constructor(bytes: Buffer, value: object) {
    // Rows that change may become longer.
    this.#room = Buffer.alloc(bytes.length + (bytes.length >> 4));
    this.#length = bytes.copy(this.#room);
    this.#value = value;
  }

  /** The value of the last reply. */
  get value(): object {
    return this.#value;
  }

  /** Bytes that it holds, its value left out. */
  get size(): number {
    return this.#room.length;
  }

  /**
   * The value of the next reply from the same place, or nothing when it is to be parsed as a whole.
   *
   * @throws SyntaxError for what is no JSON, if it comes to that
   */
  next(bytes: Buffer): object | undefined {
    if (bytes.length === this.#length && this.#hasSame(0, this.#length, bytes, 0)) return this.#value;
    if (bytes.length > this.#room.length) return undefined;
    if (this.#list === undefined) this.#list = this.#findList();
    const list = this.#list && this.#nextList(this.#list, bytes);
    if (!list) return undefined;
    this.#length = bytes.copy(this.#room);
    this.#list = list;
    this.#value = { ...this.#value, [list.name]: list.items };
    return this.#value;
  }

  #findList(): List | null {
    const bytes = this.#room.subarray(0, this.#length);
    const rows = rowsIn(bytes);
    if (!rows) return null;
    // Without the rows the value is the same but for one member. If none differs, another of its name came later.
    const around = bytes.toString("utf8", 0, rows.begin) + bytes.toString("utf8", rows.ends.at(-1));
    const empty = parseExactJson(around) as Readonly<Record<string, unknown>>;
    for (const [name, items] of Object.entries(this.#value) as [string, unknown][]) {
      if (!isEmpty(items) && isEmpty(empty[name])) return { ...rows, name, items: items as unknown[] };
    }
    return null;
  }

  #nextList(before: List, bytes: Buffer): List | undefined {
    const { name, begin } = before;
    if (!this.#hasSame(0, begin, bytes, 0)) return undefined;
    const items: unknown[] = [];
    const ends: number[] = [];
    let parsed = 0;
    let from = begin;
    let at = begin - 1;
    do {
      at += 1;
      const to = before.ends[items.length];
      if (to !== undefined && this.#hasSame(from, to, bytes, at)) {
        items.push(before.items[items.length]);
        at += to - from;
      } else {
        const end = endOfObject(bytes, at);
        parsed += 1;
        if (end === undefined || parsed * NEW_ROWS > before.items.length) return undefined;
        items.push(parseExactJson(bytes.toString("utf8", at, end)));
        at = end;
      }
      ends.push(at);
      if (to !== undefined) from = to + 1;
    } while (bytes[at] === COMMA);
    return this.#hasSame(before.ends.at(-1) as number, this.#length, bytes, at, bytes.length)
      ? { name, items, begin, ends }
      : undefined;
  }

  /** Whether `bytes` from `at` on, as many or up to `end`, are what the last reply has between two places. */
  #hasSame(from: number, to: number, bytes: Buffer, at: number, end = at + to - from): boolean {
    return end <= bytes.length && bytes.compare(this.#room, from, to, at, end) === 0;
  }
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
