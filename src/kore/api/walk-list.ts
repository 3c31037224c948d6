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
 * Reads a list page by page from its start. The first page decides the page size, because KORE may return fewer items
 * than requested. The walk ends when as many items were read as KORE states, when KORE states that none follows, or, when
 * it states neither, at a page that is empty or shorter than the page size. It also ends at a page without a new item.
 *
 * @param size requested items of the first page
 */
export async function* walkList<Item>(
  size: number,
  idOf: (item: Item) => string,
  read: (index: number, size: number) => Promise<ListPage<Item>>,
): AsyncGenerator<WalkedPage<Item>, void> {
  const seen = new Set<string>();
  const totals = new Set<number>();
  let shown = 0;
  let take = size;
  for (let index = 0; ; index += 1) {
    const page = await read(index, take);
    const { items, more } = page;
    const known = seen.size;
    for (const item of items) seen.add(idOf(item));
    shown += items.length;
    const total = statedTotal(page.total, seen.size);
    if (total !== null) totals.add(total);
    const isShort = items.length === 0 || (index > 0 && items.length < take);
    const isWhole = total === null ? !(more ?? !isShort) : seen.size === total && more !== true;
    const isCounted = totals.size === 1 && totals.has(seen.size);
    const isSteady = index === 0 || (isCounted && shown === seen.size);
    if (index === 0) take = Math.min(take, items.length);
    const pagesLeft = total === null || take === 0 ? null : Math.ceil((total - seen.size) / take);
    yield { items, pages: index + 1, pagesLeft, isWhole, isSteady };
    if (isWhole || seen.size === known) return;
  }
}

/** A plausible total: KORE may state -1, 0, or fewer items than it returns. */
function statedTotal(total: number | null, seen: number): number | null {
  return total !== null && total >= seen ? total : null;
}
