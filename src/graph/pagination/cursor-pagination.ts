import { createHash } from "node:crypto";
import { userInputError } from "../errors.ts";

/** KORE's page limit for SIMs, and ours for every list. */
export const MAX_PAGE_SIZE = 1000;

/** A page of KORE's that contains a part of the range. */
export interface PageWindow {
  /** Counted from 0. */
  page: number;
  size: number;
  /** Items of the page before, and in, the range. */
  skip: number;
  take: number;
}

/**
 * The pages that cover `first` items from `offset` on. KORE pages by number and size: a range that starts at a multiple of its
 * length is one page; any other is the smallest page that spans it, or two neighbours if none up to `maxSize` does.
 */
export function pageWindows(offset: number, first: number, maxSize: number): PageWindow[] {
  if (first === 0) return [{ page: offset, size: 1, skip: 0, take: 0 }]; // For the total only.
  const last = offset + first - 1;
  for (let size = Math.min(first, maxSize); size <= maxSize; size += 1) {
    const page = Math.floor(offset / size);
    if (page === Math.floor(last / size)) return [{ page, size, skip: offset - page * size, take: first }];
  }
  const size = Math.min(first, maxSize);
  const windows: PageWindow[] = [];
  for (let at = offset; at <= last;) {
    const page = Math.floor(at / size);
    const skip = at - page * size;
    const take = Math.min(size - skip, last - at + 1);
    windows.push({ page, size, skip, take });
    at += take;
  }
  return windows;
}

/** A page of any of KORE's lists. */
export interface KorePage<Item> {
  items: readonly Item[];
  /** Items in the whole list; null when KORE does not state it. Impossible values are ignored. */
  total: number | null;
  /** Whether items follow this page; null when KORE does not state it. Used when there is no total. */
  more: boolean | null;
}

export interface Range<Item> {
  items: Item[];
  total: number | null;
  /** With no items, true only if none was requested. */
  hasNextPage: boolean;
  /** For the next range. */
  pagingState: PagingState;
}

export interface PagingState {
  /** KORE's page limit, as far as it is known. */
  maxSize: number;
  /** Largest page that was received. A shorter page of at most this size ends the list; a larger one may be cut by the page limit. */
  provenSize: number;
}

/** Parses a cursor's state, whose last number is KORE's page limit. */
export function parsePagingState(state: string): PagingState {
  const [maxSize = MAX_PAGE_SIZE, provenSize = 0] = state === "" ? [] : state.split(",").map(Number).reverse();
  return { maxSize, provenSize };
}

export const formatPagingState = ({ maxSize, provenSize }: PagingState): string => `${provenSize},${maxSize}`;

/** The number of KORE's pages for one page of ours, by its cursor alone. */
export function pagesNeeded(first: number, after: unknown): number {
  const { offset, state } = (typeof after === "string" && readCursor(after)) || { offset: 0, state: "" };
  const { maxSize } = parsePagingState(state);
  return pageWindows(offset, first, Math.min(maxSize || MAX_PAGE_SIZE, MAX_PAGE_SIZE)).length;
}

/**
 * Reads `first` items from `offset` on, in as few of KORE's pages as possible. Returns fewer if KORE's page limit is smaller;
 * the rest is on the next page. Makes at most two requests more than {@link pageWindows}: if a page other than the first is
 * short, its first item is unknown, and the range is read again in pages of the received size.
 */
export async function readRange<Item>(
  { offset, first, maxSize, provenSize = 0 }: { offset: number; first: number; maxSize: number; provenSize?: number },
  read: (page: number, size: number) => Promise<KorePage<Item>>,
  idOf: (item: Item) => unknown = (item) => item,
): Promise<Range<Item>> {
  const windows = pageWindows(offset, first, maxSize);
  const pages = await Promise.all(windows.map(({ page, size }) => read(page, size)));
  const range: Range<Item> = { items: [], total: null, hasNextPage: false, pagingState: { maxSize, provenSize } };
  for (const [index, page] of pages.entries()) {
    const { page: number, size, skip, take } = windows[index] as PageWindow;
    const count = page.items.length;
    const end = number * size + count;
    range.total = count === 0 ? notNegative(page.total) : atLeast(end, page.total);
    if (first === 0) return { ...range, hasNextPage: range.total !== null && offset < range.total };
    if (count === 0) {
      // The list ends before this page, independently of the stated total.
      if (range.total !== null && range.total > offset + range.items.length) range.total = null;
      return { ...range, hasNextPage: false };
    }

    const isShort = count < size;
    const isLimit = isShort && size > range.pagingState.provenSize; // Or the end of the list.
    range.pagingState.provenSize = Math.max(range.pagingState.provenSize, Math.min(count, size));
    const continues = range.total === null ? page.more : end < range.total;
    if (isLimit && (number > 0 || (count <= skip && continues !== false))) {
      const limit = { maxSize: count, provenSize: count };
      const again = await readRange({ offset, first: Math.min(first, count), ...limit }, read, idOf);
      // The end of the list does not reveal a limit.
      return again.hasNextPage ? again : { ...again, pagingState: { maxSize, provenSize } };
    }

    range.items.push(...page.items.slice(skip, skip + take));
    if (isLimit && (continues ?? hasOther(page.items, await read(1, count), idOf))) {
      return { ...range, hasNextPage: true, pagingState: { maxSize: count, provenSize: count } };
    }
    const isLast = isLimit || (continues === null ? isShort : !continues);
    if (isLast) range.total ??= end;
    range.hasNextPage = range.items.length > 0 && (count > skip + take || !isLast);
    if (isLast) return range;
  }
  return range;
}

/** Whether a page follows. A server that ignores page numbers shows the first one again. */
function hasOther<Item>(first: readonly Item[], next: KorePage<Item>, idOf: (item: Item) => unknown): boolean {
  const known = new Set(first.map(idOf));
  return next.items.some((item) => !known.has(idOf(item)));
}

const notNegative = (total: number | null) => (total !== null && total >= 0 ? total : null);
const atLeast = (end: number, total: number | null) => (total !== null && total >= end ? total : null);

/** A position in a list, and the cursor's state. */
interface Position {
  offset: number;
  /** Digits and commas only; empty: none. */
  state: string;
}

/** Cursors of one list, such as an account's SIMs with one filter and order. */
export interface Cursors {
  encode(position: Position): string;
  /** The position behind `after`, or the start. @throws GraphQLError for an invalid cursor, or one of another list */
  decode(after: string | null | undefined): Position;
}

/** `identity`: all that distinguishes this list from others. */
export function cursorsOf(identity: readonly unknown[]): Cursors {
  const list = JSON.stringify(identity);
  const seal = (position: string) => createHash("sha256").update(list).update(position).digest("base64url").slice(0, 8);
  return {
    encode({ offset, state }) {
      const position = `${offset}:${state}`;
      return Buffer.from(`${position}:${seal(position)}`).toString("base64url");
    },
    decode(after) {
      if (after === null || after === undefined) return { offset: 0, state: "" };
      const cursor = readCursor(after);
      if (!cursor || seal(cursor.position) !== cursor.seal) {
        throw userInputError("after: is no cursor of this list (same arguments, same order); take one from pageInfo");
      }
      return { offset: cursor.offset, state: cursor.state };
    },
  };
}

function readCursor(after: string): (Position & { position: string; seal: string }) | undefined {
  const parts = /^((\d{1,9}):([\d,]*)):([\w-]{8})$/.exec(Buffer.from(after, "base64url").toString("latin1"));
  if (!parts) return undefined;
  const [, position = "", offset, state = "", seal = ""] = parts;
  return { offset: Number(offset), state, position, seal };
}
