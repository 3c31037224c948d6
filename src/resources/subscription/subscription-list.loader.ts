import {
  checkedFirst,
  cursorsOf,
  type KorePage,
  parsePagingState,
  formatPagingState,
  Page,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { decode } from "../../kore/index.ts";
import { type LoaderContext } from "../resource.ts";
import {
  SortDirection,
  type SimSubscriptionFilter,
  type SimSubscriptionListArgs,
  type SimSubscriptionSort,
  SimSubscriptionSortField,
} from "./subscription.inputs.ts";
import { KORE_STATES, toSimSubscription } from "./subscription.mapper.ts";
import { MAX_ICCIDS_PER_CALL, SimState, type SimSubscription } from "./subscription.type.ts";

/** Query parameters of KORE's list call. */
export type SubscriptionQuery = Parameters<LoaderContext["kore"]["connectivity"]["subscriptions"]>[1];

/**
 * Reads one of KORE's pages of SIMs, in one call. A 204 is an empty page.
 *
 * @throws KoreError `contract` for a reply without a list, or with an empty first page but a total above 0
 */
export function subscriptionPage(
  accountId: string,
  query: SubscriptionQuery,
  { kore }: LoaderContext,
): Promise<KorePage<SimSubscription>> {
  const hasHistory = query["show-state-history"] === true;
  return kore.connectivity.subscriptions(accountId, query).then((reply) => {
    const total = decode.count(reply?.["page-info-result"]?.["total-count"], "subscriptions.total-count");
    const wires = decode.rows(
      decode.listed(reply, "subscriptions", "subscriptions", total),
      "subscriptions.subscriptions",
    );
    const items = wires.map((wire) => toSimSubscription(accountId, wire, kore.unknown, hasHistory));
    const page = { items, total, more: null };
    return query["page-index"] === 0 ? decode.firstPage(page, "subscriptions.subscriptions") : page;
  });
}

export const idOf = ({ id }: SimSubscription): string => id;

/** Reads a page of an account's SIMs. */
export async function listSubscriptions(
  accountId: string,
  args: SimSubscriptionListArgs,
  withHistory: boolean,
  context: LoaderContext,
): Promise<Page<SimSubscription>> {
  const first = checkedFirst(args);
  const conditions = { ...filterQuery(args.filter), ...orderQuery(args.orderBy) };
  const cursors = cursorsOf(["subscriptions", accountId, conditions]);
  const { offset, state } = cursors.decode(args.after);
  const range = await readRange(
    { offset, first, ...parsePagingState(state) },
    (index, size) => {
      const query: SubscriptionQuery = {
        "page-index": index,
        "max-page-item": size,
        "show-state-history": withHistory ? true : undefined,
        ...conditions,
      };
      return subscriptionPage(accountId, query, context);
    },
    idOf,
  );
  return new Page({
    nodes: range.items,
    totalCount: range.total,
    hasNextPage: range.hasNextPage,
    cursors,
    offset,
    state: formatPagingState(range.pagingState),
  });
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
