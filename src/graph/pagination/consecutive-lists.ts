import { type KorePage, type Range, formatPagingState, parsePagingState, readRange } from "./cursor-pagination.ts";

/** A range of several lists, one after the other as if they were one. */
interface ConsecutiveLists<Item, List> {
  lists: readonly List[];
  /** Reads a page of one of them. */
  read: (list: List, page: number, size: number) => Promise<KorePage<Item>>;
  idOf: (item: Item) => unknown;
}

interface ConsecutiveRange {
  /** Items of all lists before the range, and the cursor's state. */
  offset: number;
  state: string;
  first: number;
  /** Whether the total is needed, for which lists outside the range are read as well, one call each. */
  wantsTotal: boolean;
}

/**
 * Reads a range of consecutive lists: of each list its part of the range, one list after the other until the range is full.
 * Cursors carry where the lists before have ended, so that a list is never read again to find its position.
 */
export async function readConsecutive<Item, List>(
  { lists, read, idOf }: ConsecutiveLists<Item, List>,
  { offset, state, first, wantsTotal }: ConsecutiveRange,
): Promise<Omit<Range<Item>, "pagingState"> & { state: string }> {
  const numbers = state === "" ? [] : state.split(",").map(Number);
  const ends = numbers.slice(0, -2).filter((end) => end <= offset);
  let pagingState = parsePagingState(state);
  const totals: Promise<number | null>[] = [];
  const readFrom = (list: List, at: number, count: number) =>
    readRange({ offset: at, first: count, ...pagingState }, (page, size) => read(list, page, size), idOf);
  const totalOf = (index: number) =>
    (totals[index] ??= readFrom(lists[index] as List, 0, 0).then(({ total }) => total));

  let current = Math.min(ends.length, lists.length - 1);
  const items: Item[] = [];
  let hasNextPage = false;
  for (; ; current += 1) {
    const position = offset + items.length;
    const range = await readFrom(lists[current] as List, position - (ends[current - 1] ?? 0), first - items.length);
    totals[current] = Promise.resolve(range.total);
    items.push(...range.items);
    ({ pagingState, hasNextPage } = range);
    if (hasNextPage || first === 0 || current === lists.length - 1) break;
    ends[current] = offset + items.length;
    if (items.length === first) break;
  }
  // A list that was read in part may be the last one with items: the first list after it with any decides.
  for (let next = current + 1; !hasNextPage && next < lists.length; next += 1) {
    hasNextPage = ((await totalOf(next)) ?? 0) > 0;
  }
  const all = wantsTotal ? await Promise.all(lists.map((_, index) => totalOf(index))) : [];
  const total = all.length === 0 || all.includes(null) ? null : all.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return { items, total, hasNextPage, state: [...ends, formatPagingState(pagingState)].join(",") };
}
