import { expect, test } from "vitest";
import {
  cursorsOf,
  parsePagingState,
  formatPagingState,
  pageWindows,
  readRange,
} from "../../../src/graph/pagination/cursor-pagination.ts";

const list = Array.from({ length: 3000 }, (_, index) => index);
const page = (number: number, size: number, of = list) =>
  Promise.resolve({ items: of.slice(number * size, (number + 1) * size), total: of.length, more: false });

test("a range that starts on a multiple of its length is one page of that length", () => {
  expect(pageWindows(0, 50, 1000)).toEqual([{ page: 0, size: 50, skip: 0, take: 50 }]);
  expect(pageWindows(150, 50, 1000)).toEqual([{ page: 3, size: 50, skip: 0, take: 50 }]);
});

test("any other range is the smallest page that spans it", () => {
  expect(pageWindows(50, 30, 1000)).toEqual([{ page: 1, size: 40, skip: 10, take: 30 }]);
});

test("a range that no page spans is two neighbours", () => {
  expect(pageWindows(500, 1000, 1000)).toHaveLength(2);
});

test("any range of any list is read whole and in order, in at most two pages", async () => {
  for (let time = 0; time < 500; time += 1) {
    const offset = Math.floor(Math.random() * 3100);
    const first = Math.floor(Math.random() * 1001);
    expect(pageWindows(offset, first, 1000).length).toBeLessThanOrEqual(2);
    const range = await readRange({ offset, first, maxSize: 1000 }, page);
    expect(range.items, `${first} from ${offset}`).toEqual(list.slice(offset, offset + first));
    expect(range.hasNextPage).toBe(offset + range.items.length < list.length);
  }
});

test("a page limit that shows only in the reply is kept in the cursor, and nothing is skipped", async () => {
  const limited = (number: number, size: number) => page(number, Math.min(size, 25), list.slice(0, 60));
  const start = await readRange({ offset: 0, first: 40, maxSize: 1000 }, limited);
  expect(start).toMatchObject({ hasNextPage: true, pagingState: { maxSize: 25 } });
  expect(start.items).toEqual(list.slice(0, 25));
  const rest = await readRange({ offset: 25, first: 40, maxSize: 25 }, limited);
  expect(rest.items).toEqual(list.slice(25, 60));
  expect(rest.hasNextPage).toBe(false);
});

test("a list without a total continues as long as pages are full", async () => {
  const read = async (number: number, size: number) => {
    const { items } = await page(number, size, list.slice(0, 60));
    return { items, total: null, more: items.length === size };
  };
  expect(await readRange({ offset: 0, first: 50, maxSize: 1000 }, read)).toMatchObject({
    hasNextPage: true,
    total: null,
  });
  expect(await readRange({ offset: 50, first: 50, maxSize: 1000, provenSize: 50 }, read)).toMatchObject({
    hasNextPage: false,
  });
});

test("B7.20 any list is walked whole and in order, whatever page limit, total and page sizes", async () => {
  const pick = (of: readonly (number | null)[]) => of[Math.floor(Math.random() * of.length)] ?? null;
  for (let time = 0; time < 2000; time += 1) {
    const of = list.slice(0, Math.floor(Math.random() * 130));
    const cap = 1 + Math.floor(Math.random() * 60);
    const countsByCap = Math.random() < 0.5;
    const odd = pick([-1, 0, null, of.length, of.length]);
    const read = (number: number, size: number) => {
      const start = number * (countsByCap ? Math.min(size, cap) : size);
      return Promise.resolve({ items: of.slice(start, start + Math.min(size, cap)), total: odd, more: null });
    };
    const walked: number[] = [];
    let state = parsePagingState("");
    for (let more = true; more;) {
      const first = 1 + Math.floor(Math.random() * 70);
      const range = await readRange({ offset: walked.length, first, ...state }, read);
      walked.push(...range.items);
      expect(range.hasNextPage && range.items.length === 0).toBe(false);
      state = parsePagingState(formatPagingState(range.pagingState));
      more = range.hasNextPage;
    }
    expect(walked, JSON.stringify({ of: of.length, cap, countsByCap, odd })).toEqual(of);
  }
});

test("a cursor leads back to its position in its own list only", () => {
  const cursors = cursorsOf(["sims", "acme", { state: "Active" }]);
  const cursor = cursors.encode({ offset: 120, state: "1,25" });
  expect(cursors.decode(cursor)).toEqual({ offset: 120, state: "1,25" });
  expect(cursors.decode(null)).toEqual({ offset: 0, state: "" });
  expect(() => cursorsOf(["sims", "acme", {}]).decode(cursor)).toThrow(/^after: /);
  const forged = Buffer.from("120:1,25:AAAAAAAA").toString("base64url");
  for (const bad of ["", "x", forged, `${cursor}x`]) expect(() => cursors.decode(bad)).toThrow(/^after: /);
});
