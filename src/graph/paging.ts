import { createHash } from "node:crypto";
import { userInputError } from "./errors.ts";

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
  /** Items in the whole list, if KORE tells. */
  total: number | null;
  /** Whether KORE has items after this page; looked at when it tells no total. */
  more: boolean;
}

export interface Range<Item> {
  items: Item[];
  total: number | null;
  hasNextPage: boolean;
  /** Set when KORE gave less than a full page although more follow: its page limit, learned. */
  learnedSize?: number;
}

/** How many of KORE's pages a page of ours takes, going by its cursor alone. */
export function pagesNeeded(first: number, after: unknown): number {
  const { offset, memo } = (typeof after === "string" && readCursor(after)) || { offset: 0, memo: "" };
  const learnedSize = Number(memo.split(",").at(-1));
  return pageWindows(offset, first, Math.min(learnedSize || MAX_PAGE_SIZE, MAX_PAGE_SIZE)).length;
}

/** Reads `first` items from `offset` on, in as few of KORE's pages as can be. */
export async function readRange<Item>(
  { offset, first, maxSize }: { offset: number; first: number; maxSize: number },
  read: (page: number, size: number) => Promise<KorePage<Item>>,
): Promise<Range<Item>> {
  const windows = pageWindows(offset, first, maxSize);
  const pages = await Promise.all(windows.map(({ page, size }) => read(page, size)));
  const items: Item[] = [];
  let total: number | null = null;
  let hasNextPage = false;
  for (const [index, page] of pages.entries()) {
    const { skip, take, size } = windows[index] as PageWindow;
    items.push(...page.items.slice(skip, skip + take));
    total = page.total;
    hasNextPage = total === null ? page.items.length > skip + take || page.more : offset + items.length < total;
    const isShort = hasNextPage && page.items.length > 0 && page.items.length < Math.min(size, skip + take);
    if (isShort) return { items, total, hasNextPage, learnedSize: page.items.length };
  }
  return { items, total, hasNextPage };
}

/** Where a list goes on: how many items lie before, and what else the list must remember. */
interface Position {
  offset: number;
  /** Digits and commas only; empty when there is nothing to remember. */
  memo: string;
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
    encode({ offset, memo }) {
      const position = `${offset}:${memo}`;
      return Buffer.from(`${position}:${seal(position)}`).toString("base64url");
    },
    decode(after) {
      if (after === null || after === undefined) return { offset: 0, memo: "" };
      const cursor = readCursor(after);
      if (!cursor || seal(cursor.position) !== cursor.seal) {
        throw userInputError("after: is no cursor of this list (same arguments, same order); take one from pageInfo");
      }
      return { offset: cursor.offset, memo: cursor.memo };
    },
  };
}

function readCursor(after: string): (Position & { position: string; seal: string }) | undefined {
  const parts = /^((\d{1,9}):([\d,]*)):([\w-]{8})$/.exec(Buffer.from(after, "base64url").toString("latin1"));
  if (!parts) return undefined;
  const [, position = "", offset, memo = "", seal = ""] = parts;
  return { offset: Number(offset), memo, position, seal };
}
