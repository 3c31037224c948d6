import {
  MAX_PAGE_SIZE,
  Page,
  type PageArgs,
  checkedFirst,
  cursorsOf,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { type ProvisioningRequestFilter } from "./provisioning.inputs.ts";
import { provisioningPage } from "./provisioning.loader.ts";
import { type ProvisioningRequest } from "./provisioning.type.ts";

/**
 * A page of an account's provisioning requests. KORE states neither the number of the first page nor how many records
 * a page may have. The first page is asked for without a number; what its reply tells of both travels in the cursor,
 * which is the only way to a later page.
 */
export async function listProvisioningRequests(
  accountId: string,
  page: PageArgs,
  filter: ProvisioningRequestFilter | null | undefined,
  context: Context,
): Promise<Page<ProvisioningRequest>> {
  const first = checkedFirst(page);
  const { subscriptionId, iccid } = filter ?? {};
  if (subscriptionId && iccid) throw userInputError("filter: give one of subscriptionId and iccid");
  const conditions = { "subscription-id": subscriptionId ?? undefined, iccid: iccid ?? undefined };

  const cursors = cursorsOf(["provisioningRequests", accountId, conditions]);
  const { offset, memo } = cursors.decode(page.after);
  const [knownFirstPage, knownSize] = memo.split(",").map(Number);
  let firstPage = memo === "" ? undefined : knownFirstPage;
  let maxSize = knownSize ?? MAX_PAGE_SIZE;

  const range = await readRange({ offset, first, maxSize }, async (index, size) => {
    const number = firstPage === undefined ? undefined : firstPage + index;
    const reply = await provisioningPage(accountId, { page: number, take: size, ...conditions }, context);
    firstPage ??= reply.page ?? 1; // Should KORE not tell: people count pages from 1, and the sibling APIs do.
    return { items: reply.items, total: reply.total, more: reply.items.length === size };
  });
  maxSize = range.learnedSize ?? maxSize;
  return new Page({
    nodes: range.items,
    totalCount: range.total,
    hasNextPage: range.hasNextPage,
    cursors,
    offset,
    memo: `${firstPage ?? 1},${maxSize}`,
  });
}
