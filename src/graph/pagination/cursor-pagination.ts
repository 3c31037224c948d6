import { createHash } from "node:crypto";
import { userInputError } from "../errors.ts";

/** KORE's page limit for SIMs, and ours for every list. */
export const MAX_PAGE_SIZE = 1000;

/** One of KORE's pages that holds a part of the wanted range. */
export interface PageWindow {
  /** Counted from 0. */
  page: number;
  size: number;
  /** Items of the page that stand before and in the range. */
  skip: number;
  take: number;
}

/**
 * The pages to ask for so that `first` items from `offset` on are covered. KORE pages by number and size, so a range
 * that starts on a multiple of its length is one page; any other is the smallest single page that spans it, or two
 * neighbours when none up to `maxSize` does.
 */
export function pageWindows(offset: number, first: number, maxSize: number): PageWindow[] {
  if (first === 0) return [{ page: offset, size: 1, skip: 0, take: 0 }]; // For the total alone.
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

/** One of KORE's pages, whatever its dialect. */
export interface KorePage<Item> {
  items: readonly Item[];
  /** Items in the whole list; null when KORE does not state it. One that cannot be is ignored. */
  total: number | null;
  /** Whether KORE has items after this page; null when it does not state it. Looked at when there is no total. */
  more: boolean | null;
}

export interface Range<Item> {
  items: Item[];
  total: number | null;
  /** True without an item only where none was asked for. */
  hasNextPage: boolean;
  /** KORE's page limit, where it showed; and as many items as one page is known to have held. For the next range. */
  pagingState: PagingState;
}

export interface PagingState {
  maxSize: number;
  /** A shorter page than was asked ends the list if no more were asked than this; else it may be KORE's page limit. */
  provenSize: number;
}

/** Reads a cursor's state of the pages before it: its last number is KORE's page limit. */
export function parsePagingState(state: string): PagingState {
  const [maxSize = MAX_PAGE_SIZE, provenSize = 0] = state === "" ? [] : state.split(",").map(Number).reverse();
  return { maxSize, provenSize };
}

export const formatPagingState = ({ maxSize, provenSize }: PagingState): string => `${provenSize},${maxSize}`;

/** How many of KORE's pages a page of ours takes, going by its cursor alone. */
export function pagesNeeded(first: number, after: unknown): number {
  const { offset, state } = (typeof after === "string" && readCursor(after)) || { offset: 0, state: "" };
  const { maxSize } = parsePagingState(state);
  return pageWindows(offset, first, Math.min(maxSize || MAX_PAGE_SIZE, MAX_PAGE_SIZE)).length;
}

/**
 * Reads `first` items from `offset` on, in as few of KORE's pages as can be. Fewer than `first` come where KORE's page
 * limit is smaller; the rest follows on the next page. At most two requests more than {@link pageWindows} says: where
 * a page that is not the first one is short, it is not known at which item it starts, so the range is read again in
 * pages of a size that KORE is known to give.
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
    const shown = page.items.length;
    const end = number * size + shown;
    range.total = shown === 0 ? notNegative(page.total) : atLeast(end, page.total);
    if (first === 0) return { ...range, hasNextPage: range.total !== null && offset < range.total };
    if (shown === 0) {
      // The list ends before this page, whatever total is stated.
      if (range.total !== null && range.total > offset + range.items.length) range.total = null;
      return { ...range, hasNextPage: false };
    }

    const isShort = shown < size;
    const isLimit = isShort && size > range.pagingState.provenSize; // Or the end of the list.
    range.pagingState.provenSize = Math.max(range.pagingState.provenSize, Math.min(shown, size));
    const goesOn = range.total === null ? page.more : end < range.total;
    if (isLimit && (number > 0 || (shown <= skip && goesOn !== false))) {
      const limit = { maxSize: shown, provenSize: shown };
      const again = await readRange({ offset, first: Math.min(first, shown), ...limit }, read, idOf);
      // At the end of the list no limit has shown.
      return again.hasNextPage ? again : { ...again, pagingState: { maxSize, provenSize } };
    }

    range.items.push(...page.items.slice(skip, skip + take));
    if (isLimit && (goesOn ?? hasOther(page.items, await read(1, shown), idOf))) {
      return { ...range, hasNextPage: true, pagingState: { maxSize: shown, provenSize: shown } };
    }
    const isLast = isLimit || (goesOn === null ? isShort : !goesOn);
    if (isLast) range.total ??= end;
    range.hasNextPage = range.items.length > 0 && (shown > skip + take || !isLast);
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

/** Where a list goes on: how many items lie before, and what else the list must remember. */
interface Position {
  offset: number;
  /** Digits and commas only; empty when there is nothing to remember. */
  state: string;
}

/** Cursors of one list: an account's SIMs under one filter and order, say. */
export interface Cursors {
  encode(position: Position): string;
  /** The position behind `after`, or the start. A cursor of another list, or of nobody, is the caller's error. */
  decode(after: string | null | undefined): Position;
}

/** `identity`: everything that makes this list another list. */
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
