import {
  batchLoader,
  checkedFirst,
  cursorsOf,
  eachLoader,
  MAX_PAGE_SIZE,
  Page,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { KoreError, read } from "../../kore/index.ts";
import { type Context, type Ref, refKey } from "../context.ts";
import {
  SortDirection,
  type SimSubscriptionFilter,
  type SimSubscriptionListArgs,
  type SimSubscriptionSort,
  SimSubscriptionSortField,
} from "./subscription.inputs.ts";
import { KORE_STATES, toSimSubscription } from "./subscription.mapper.ts";
import { MAX_ICCIDS_PER_CALL, SimState, type SimSubscription, WORTH_A_LIST } from "./subscription.type.ts";

export interface IccidRef {
  accountId: string;
  iccid: string;
}

/** What KORE's list call takes besides the account. */
type SubscriptionQuery = Parameters<Context["kore"]["connectivity"]["subscriptions"]>[1];

/** One of KORE's pages of SIMs: one call. */
async function subscriptionPage(accountId: string, query: SubscriptionQuery, { kore }: Context) {
  const reply = read.record(await kore.connectivity.subscriptions(accountId, query), "subscriptions");
  const hasHistory = query["show-state-history"] === true;
  return {
    items: read
      .list(reply.subscriptions, "subscriptions.subscriptions")
      .map((wire) => toSimSubscription(accountId, wire, kore.unknown, hasHistory)),
    total: read.integer(reply["page-info-result"]?.["total-count"], "subscriptions.total-count"),
  };
}

/** SIMs by ICCID, null where the account has none: ceil(n / 100) calls. */
export const subscriptionByIccid = byIccid("subscription.byIccid", false);

/** The same SIMs with their past states, which KORE shows in lists only. */
export const subscriptionHistoryByIccid = byIccid("subscription.historyByIccid", true);

function byIccid(name: string, withHistory: boolean) {
  return batchLoader({
    name,
    key: ({ accountId, iccid }: IccidRef) => refKey({ accountId, id: iccid }),
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
  key: refKey,
  concurrency: 8,
  load: async ({ accountId, id }, { kore }: Context): Promise<SimSubscription | null> => {
    const reply = await kore.connectivity.subscription(accountId, id).catch(KoreError.nullIfNotFound);
    return reply && toSimSubscription(accountId, read.record(reply, "subscription"), kore.unknown, false);
  },
});

/** SIMs by subscription id, null where there is none: out of the account's list where that takes fewer calls. */
export const subscriptionById = batchLoader<
  Context,
  Ref,
  SimSubscription | null,
  ReadonlyMap<string, SimSubscription | Error | null>
>({
  name: "subscription.byId",
  key: refKey,
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
  refs: readonly Ref[],
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

/** A SIM by what is known of it: its ICCID, which KORE reads a hundred at a time, else its id. */
export function simOf(
  accountId: string,
  { id, iccid }: { id: string | null; iccid: string | null },
  context: Context,
): Promise<SimSubscription | null> | null {
  if (iccid !== null) return subscriptionByIccid(context).load({ accountId, iccid });
  return id === null ? null : subscriptionById(context).load({ accountId, id });
}

/** A page of an account's SIMs. */
export async function listSubscriptions(
  accountId: string,
  args: SimSubscriptionListArgs,
  withHistory: boolean,
  context: Context,
): Promise<Page<SimSubscription>> {
  const first = checkedFirst(args);
  const conditions = { ...filterQuery(args.filter), ...orderQuery(args.orderBy) };
  const cursors = cursorsOf(["subscriptions", accountId, conditions]);
  const { offset } = cursors.decode(args.after);
  const range = await readRange({ offset, first, maxSize: MAX_PAGE_SIZE }, async (index, size) => {
    const query: SubscriptionQuery = {
      "page-index": index,
      "max-page-item": size,
      "show-state-history": withHistory ? true : undefined,
      ...conditions,
    };
    const { items, total } = await subscriptionPage(accountId, query, context);
    return { items, total, more: items.length === size };
  });
  return new Page({
    nodes: range.items,
    totalCount: range.total,
    hasNextPage: range.hasNextPage,
    cursors,
    offset,
  });
}

/** The SIM of an eSIM: of several, the one whose profile is enabled. */
export async function subscriptionByEid(
  accountId: string,
  eid: string,
  context: Context,
): Promise<SimSubscription | null> {
  const query = { "page-index": 0, "max-page-item": MAX_PAGE_SIZE, eid };
  const items = (await subscriptionPage(accountId, query, context).catch(KoreError.nullIfNotFound))?.items ?? [];
  if (items.length <= 1) return items[0] ?? null;
  const enabled = items.filter(({ rspState }) => rspState?.toLowerCase() === "enabled");
  if (enabled.length !== 1) {
    throw userInputError(
      `eid: this eSIM holds ${items.length} SIMs, of which ${enabled.length} are enabled; list them with subscriptions(filter: { eid })`,
    );
  }
  return enabled[0] ?? null;
}

function filterQuery(filter: SimSubscriptionFilter | null | undefined): Partial<SubscriptionQuery> {
  if (!filter) return {};
  const { iccids, imsi, imei, eid, msisdn, state, modifiedFrom, modifiedTo } = filter;
  if (iccids && (iccids.length === 0 || iccids.length > MAX_ICCIDS_PER_CALL)) {
    throw userInputError(
      `filter.iccids: 1 to ${MAX_ICCIDS_PER_CALL} at once; ${iccids.length} are given (subscriptionsByIccid takes more)`,
    );
  }
  if (state === SimState.UNKNOWN) throw userInputError("filter.state: KORE has no state UNKNOWN to list by");
  if (modifiedFrom && modifiedTo && modifiedFrom > modifiedTo) {
    throw userInputError("filter.modifiedFrom: must not be after filter.modifiedTo");
  }
  return withoutNulls({
    iccid: iccids?.join(","),
    imsi,
    imei,
    eid,
    msisdn,
    "sim-state": state && KORE_STATES[state],
    "last-modified-from": modifiedFrom?.toISOString(),
    "last-modified-to": modifiedTo?.toISOString(),
  });
}

const SORT_FIELDS = {
  [SimSubscriptionSortField.ID]: "subscription-id",
  [SimSubscriptionSortField.ICCID]: "iccid",
  [SimSubscriptionSortField.SERVICE_TYPE_ID]: "service-type-id",
  [SimSubscriptionSortField.COST_CENTER_ID]: "cost-center-id",
} as const;

function orderQuery(orderBy: SimSubscriptionSort | null | undefined): Partial<SubscriptionQuery> {
  if (!orderBy) return {};
  const direction = orderBy.direction === SortDirection.ASC ? "Asc" : "Desc";
  return { "sort-field": SORT_FIELDS[orderBy.field], "sort-direction": direction };
}

function withoutNulls(query: { [K in keyof SubscriptionQuery]?: SubscriptionQuery[K] | null | undefined }) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as Partial<SubscriptionQuery>;
}
