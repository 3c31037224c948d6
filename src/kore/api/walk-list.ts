/** One page of a list, as far as KORE's reply states it. */
export interface ListPage<Item> {
  items: readonly Item[];
  /** Items in the whole list; null when not stated. */
  total: number | null;
  /** Whether items follow; null when not stated. */
  more: boolean | null;
}

export interface WalkedPage<Item> {
  items: readonly Item[];
  /** Pages read so far, and pages that are left by KORE's total. */
  pages: number;
  pagesLeft: number | null;
  /** Whether all items that KORE states were seen; on the last page false means that the list has no clear end. */
  isWhole: boolean;
  /**
   * Whether nothing can have moved from one page to another meanwhile: there is one page, or KORE states totals, all of
   * them are the number of items seen, and no item was seen twice.
   */
  isSteady: boolean;
}

/**
 * Reads a list from its start, page after page. Pages are counted in the items that the first one has, because KORE may
 * give fewer than were asked. The walk ends when as many items are known as KORE states, where KORE states that none
 * follows, or, when it states neither, at a page that is empty or shorter than the one before. A page without a new item
 * ends it as well.
 *
 * @param size items to ask for in the first page
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

/** A total that can be one: KORE may state -1, 0, or fewer items than it shows. */
function statedTotal(total: number | null, seen: number): number | null {
  return total !== null && total >= seen ? total : null;
}
