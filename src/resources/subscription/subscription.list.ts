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
import {
  OrderDirection,
  SimSubscriptionOrderField,
  type SimSubscriptionFilter,
  type SimSubscriptionOrder,
} from "./subscription.inputs.ts";
import { MAX_ICCIDS_PER_CALL, type SubscriptionQuery, subscriptionPage } from "./subscription.loader.ts";
import { KORE_STATES } from "./subscription.mapper.ts";
import { SimState, type SimSubscription } from "./subscription.type.ts";

interface SubscriptionList {
  accountId: string;
  page: PageArgs;
  filter: SimSubscriptionFilter | null | undefined;
  orderBy: SimSubscriptionOrder | null | undefined;
  withHistory: boolean;
}

/** A page of an account's SIMs. */
export async function listSubscriptions(list: SubscriptionList, context: Context): Promise<Page<SimSubscription>> {
  const { accountId, page, withHistory } = list;
  const first = checkedFirst(page);
  const conditions = { ...filterQuery(list.filter), ...orderQuery(list.orderBy) };
  const cursors = cursorsOf(["subscriptions", accountId, conditions]);
  const { offset } = cursors.decode(page.after);
  const range = await readRange({ offset, first, maxSize: MAX_PAGE_SIZE }, async (index, size) => {
    const query: SubscriptionQuery = {
      "page-index": index,
      "max-page-item": size,
      ...conditions,
      "show-state-history": withHistory ? true : undefined,
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
  const { items } = await subscriptionPage(accountId, query, context);
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
  [SimSubscriptionOrderField.ID]: "subscription-id",
  [SimSubscriptionOrderField.ICCID]: "iccid",
  [SimSubscriptionOrderField.SERVICE_TYPE_ID]: "service-type-id",
  [SimSubscriptionOrderField.COST_CENTER_ID]: "cost-center-id",
} as const;

function orderQuery(orderBy: SimSubscriptionOrder | null | undefined): Partial<SubscriptionQuery> {
  if (!orderBy) return {};
  const direction = orderBy.direction === OrderDirection.ASC ? "Asc" : "Desc";
  return { "sort-field": SORT_FIELDS[orderBy.field], "sort-direction": direction };
}

function withoutNulls(query: { [K in keyof SubscriptionQuery]?: SubscriptionQuery[K] | null | undefined }) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as Partial<SubscriptionQuery>;
}
