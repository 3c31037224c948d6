/** One page of a list, as KORE's reply states it. */
export interface ListPage<Item> {
  items: readonly Item[];
  /** Items in the whole list; null when not stated. */
  total: number | null;
  /** Whether items follow; null when not stated. */
  more: boolean | null;
}

export interface WalkedPage<Item> {
  items: readonly Item[];
  /** Pages read so far. */
  pages: number;
  /** Remaining pages by KORE's total; null when not stated. */
  pagesLeft: number | null;
  /** Whether all items that KORE states were read. False on the last page: the list has no clear end. */
  isWhole: boolean;
  /**
   * Whether no item can have moved between pages while they were read: there is one page, or all stated totals equal the
   * number of items read, and no item was read twice.
   */
  isSteady: boolean;
}

/**
 * The state of reading a list page by page from its start. The first page decides the page size, because KORE may return
 * fewer items than requested. The walk ends when as many items were read as KORE states, when KORE states that none
 * follows, or, when it states neither, at a page that is empty or shorter than the page size. It also ends at a page
 * without a new item.
 */
export class ListWalk<Item> {
  /** Index and requested items of the next page. */
  index = 0;
  size: number;
  isOver = false;
  readonly #idOf: (item: Item) => string;
  readonly #seen = new Set<string>();
  readonly #totals = new Set<number>();
  #shown = 0;

  /** @param size requested items of the first page */
  constructor(size: number, idOf: (item: Item) => string) {
    this.size = size;
    this.#idOf = idOf;
  }

  /** Adds the next page. */
  add({ items, more, total: stated }: ListPage<Item>): WalkedPage<Item> {
    const [seen, totals, isFirst] = [this.#seen, this.#totals, this.index === 0];
    const known = seen.size;
    for (const item of items) seen.add(this.#idOf(item));
    this.#shown += items.length;
    const total = statedTotal(stated, seen.size);
    if (total !== null) totals.add(total);
    const isShort = items.length === 0 || (!isFirst && items.length < this.size);
    const isWhole = total === null ? !(more ?? !isShort) : seen.size === total && more !== true;
    const isCounted = totals.size === 1 && totals.has(seen.size);
    const isSteady = isFirst || (isCounted && this.#shown === seen.size);
    if (isFirst) this.size = Math.min(this.size, items.length);
    const pagesLeft = total === null || this.size === 0 ? null : Math.ceil((total - seen.size) / this.size);
    this.index += 1;
    this.isOver = isWhole || seen.size === known;
    return { items, pages: this.index, pagesLeft, isWhole, isSteady };
  }
}

/** Reads a list page by page from its start. See {@link ListWalk}. @param size requested items of the first page */
export async function* walkList<Item>(
  size: number,
  idOf: (item: Item) => string,
  read: (index: number, size: number) => Promise<ListPage<Item>>,
): AsyncGenerator<WalkedPage<Item>, void> {
  const walk = new ListWalk(size, idOf);
  while (!walk.isOver) yield walk.add(await read(walk.index, walk.size));
}

/** A plausible total: KORE may state -1, 0, or fewer items than it returns. */
function statedTotal(total: number | null, seen: number): number | null {
  return total !== null && total >= seen ? total : null;
}
