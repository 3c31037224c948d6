import { MAX_PAGE_SIZE, batchLoader, eachLoader } from "../../graph/index.ts";
import { KoreError, read } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toSimSubscription } from "./subscription.mapper.ts";
import { type SimSubscription, SimState } from "./subscription.type.ts";

export interface IccidRef {
  accountId: string;
  iccid: string;
}

export interface SubscriptionRef {
  accountId: string;
  id: string;
}

/** What KORE's list call takes besides the account. */
export type SubscriptionQuery = Parameters<Context["kore"]["connectivity"]["subscriptions"]>[1];

/** One of KORE's pages of SIMs: one call. */
export async function subscriptionPage(accountId: string, query: SubscriptionQuery, { kore }: Context) {
  const reply = read.record(await kore.connectivity.subscriptions(accountId, query), "subscriptions");
  const hasHistory = query["show-state-history"] === true;
  return {
    items: read
      .list(reply.subscriptions, "subscriptions.subscriptions")
      .map((wire) => toSimSubscription(accountId, wire, kore.unknown, hasHistory)),
    total: read.integer(reply["page-info-result"]?.["total-count"], "subscriptions.total-count"),
  };
}

/** KORE's list takes up to 100 ICCIDs, joined by commas. */
export const MAX_ICCIDS_PER_CALL = 100;

/** SIMs by ICCID, null where the account has none: ceil(n / 100) calls. */
export const subscriptionByIccid = byIccid("subscription.byIccid", false);

/** The same SIMs with their past states, which KORE shows in lists only. */
export const subscriptionHistoryByIccid = byIccid("subscription.historyByIccid", true);

function byIccid(name: string, withHistory: boolean) {
  return batchLoader({
    name,
    key: (ref: IccidRef) => `${ref.accountId} ${ref.iccid}`,
    groupBy: (ref) => ref.accountId,
    maxBatch: MAX_ICCIDS_PER_CALL,
    concurrency: 4,
    load: async (accountId, refs, context: Context): Promise<ReadonlyMap<string | null, SimSubscription>> => {
      const query: SubscriptionQuery = {
        "page-index": 0,
        // KORE does not state that an ICCID belongs to one subscription only, so there is room for more than were asked.
        "max-page-item": MAX_PAGE_SIZE,
        iccid: refs.map(({ iccid }) => iccid).join(","),
        "show-state-history": withHistory ? true : undefined,
      };
      // Nor that a search without a result is an empty page and not a 404.
      const page = await subscriptionPage(accountId, query, context).catch(KoreError.nullIfNotFound);
      const found = new Map<string | null, SimSubscription>();
      for (const sim of page?.items ?? []) {
        const other = found.get(sim.iccid);
        if (!other || other.state === SimState.SCRAPPED) found.set(sim.iccid, sim);
      }
      return found;
    },
    pick: (found, { iccid }) => found.get(iccid) ?? null,
  });
}

/** KORE reads by subscription id one at a time only. */
const eachSubscription = eachLoader({
  name: "subscription.each",
  key: ({ accountId, id }: SubscriptionRef) => `${accountId} ${id}`,
  concurrency: 8,
  load: async ({ accountId, id }, { kore }: Context): Promise<SimSubscription | null> => {
    const reply = await kore.connectivity.subscription(accountId, id).catch(KoreError.nullIfNotFound);
    return reply && toSimSubscription(accountId, read.record(reply, "subscription"), kore.unknown, false);
  },
});

/** From this many ids of one account on, the account's list is tried first: its first page tells what the rest costs. */
const WORTH_A_LIST = 10;

/** SIMs by subscription id, null where there is none: out of the account's list where that takes fewer calls. */
export const subscriptionById = batchLoader<
  Context,
  SubscriptionRef,
  SimSubscription | null,
  ReadonlyMap<string, SimSubscription | Error | null>
>({
  name: "subscription.byId",
  key: ({ accountId, id }: SubscriptionRef) => `${accountId} ${id}`,
  groupBy: (ref) => ref.accountId,
  maxBatch: Infinity,
  concurrency: 4,
  load: async (accountId, refs, context) => {
    const found = new Map<string, SimSubscription | Error | null>();
    if (refs.length >= WORTH_A_LIST) await collectFromList(accountId, refs, found, context);
    const missing = refs.filter(({ id }) => !found.has(id));
    const each = await eachSubscription(context).loadMany(missing);
    for (const [index, { id }] of missing.entries()) found.set(id, each[index] ?? null);
    return found;
  },
  pick: (found, { id }) => found.get(id) ?? null,
});

/** Fills `found` from pages of the account's list, as long as the pages left are fewer than the SIMs still wanted. */
async function collectFromList(
  accountId: string,
  refs: readonly SubscriptionRef[],
  found: Map<string, SimSubscription | Error | null>,
  context: Context,
): Promise<void> {
  const wanted = new Set(refs.map(({ id }) => id));
  for (let page = 0, pages = 1; page < pages && pages - page <= wanted.size; page += 1) {
    // Ascending ids: SIMs that are added meanwhile do not push others from one page to the next.
    const query = {
      "page-index": page,
      "max-page-item": MAX_PAGE_SIZE,
      "sort-field": "subscription-id",
      "sort-direction": "Asc",
    } as const;
    const list = await subscriptionPage(accountId, query, context).catch(KoreError.nullIfNotFound);
    const { items, total } = list ?? { items: [], total: 0 };
    pages = Math.ceil((total ?? items.length) / MAX_PAGE_SIZE);
    for (const sim of items) if (wanted.delete(sim.id)) found.set(sim.id, sim);
    const isComplete = page + 1 >= pages && total !== null;
    if (isComplete) for (const id of wanted) found.set(id, null);
  }
}
