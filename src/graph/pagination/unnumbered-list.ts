import { Page } from "./connection.ts";
import { type Cursors, type KorePage, parsePagingState, readRange } from "./cursor-pagination.ts";

/** A page of KORE's with the number that its reply states. */
interface NumberedPage<Item> extends KorePage<Item> {
  number: number | null;
}

/**
 * Reads a page of a list for which KORE does not state the number of the first page. That is requested without a number; its
 * reply's number counts, 1 where there is none, and the cursor stores it.
 *
 * @param read `isFirst`: whether it is the list's first page
 */
export async function pageOfUnnumberedList<Item extends { id: unknown }>(
  { cursors, after, first }: { cursors: Cursors; after: string | null | undefined; first: number },
  read: (number: number | undefined, size: number, isFirst: boolean) => Promise<NumberedPage<Item>>,
): Promise<Page<Item>> {
  const { offset, state } = cursors.decode(after);
  let firstPage = state === "" ? undefined : Number(state.split(",")[0]);
  const readPage = async (index: number, size: number) => {
    const page = await read(firstPage === undefined ? undefined : firstPage + index, size, index === 0);
    firstPage ??= page.number ?? 1;
    return page;
  };
  const range = await readRange({ offset, first, ...parsePagingState(state) }, readPage, ({ id }) => id);
  return Page.ofRange(range, { cursors, offset }, [firstPage ?? 1]);
}
