import { checkedFirst, cursorsOf, type KorePage, Page, readConsecutive, userInputError } from "../../graph/index.ts";
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
  const { unknown } = kore;
  const [index, hasHistory] = [query["page-index"], query["show-state-history"] === true];
  return kore.connectivity
    .subscriptions(accountId, query)
    .then((reply) => decodePage(accountId, reply, { unknown, index, hasHistory }));
}

type PageReply = Awaited<ReturnType<LoaderContext["kore"]["connectivity"]["subscriptions"]>>;

interface PageDecoding {
  unknown: LoaderContext["kore"]["unknown"];
  /** The requested page, counted from 0. */
  index: number | undefined;
  hasHistory: boolean;
}

/** @throws KoreError `contract` as {@link subscriptionPage} */
export function decodePage(
  accountId: string,
  reply: PageReply,
  { unknown, index, hasHistory }: PageDecoding,
): KorePage<SimSubscription> {
  const total = decode.count(reply?.["page-info-result"]?.["total-count"], "subscriptions.total-count");
  const wires = decode.rows(
    decode.listed(reply, "subscriptions", "subscriptions", total),
    "subscriptions.subscriptions",
  );
  const items = wires.map((wire) => toSimSubscription(accountId, wire, unknown, hasHistory));
  const page = { items, total, more: null };
  return index === 0 ? decode.firstPage(page, "subscriptions.subscriptions") : page;
}

export const idOf = ({ id }: SimSubscription): string => id;

/** Fields of a page that are selected and cost calls or bytes. */
export interface PageSelection {
  history: boolean;
  total: boolean;
}

/** Reads a page of an account's SIMs. */
export async function listSubscriptions(
  accountId: string,
  args: SimSubscriptionListArgs,
  selection: PageSelection,
  context: LoaderContext,
): Promise<Page<SimSubscription>> {
  const first = checkedFirst(args);
  const conditions = { ...filterQuery(args.filter), ...orderQuery(args.orderBy) };
  const states = filterStates(args.filter);
  const cursors = cursorsOf(["subscriptions", accountId, conditions, states]);
  const position = cursors.decode(args.after);
  const { items, total, hasNextPage, state } = await readConsecutive(
    {
      lists: states,
      idOf,
      read: (simState, index, size) => {
        const query: SubscriptionQuery = {
          "page-index": index,
          "max-page-item": size,
          "show-state-history": selection.history ? true : undefined,
          ...conditions,
          ...(simState !== undefined && { "sim-state": simState }),
        };
        return subscriptionPage(accountId, query, context);
      },
    },
    { offset: position.offset, state: position.state, first, wantsTotal: selection.total },
  );
  return new Page({ nodes: items, totalCount: total, hasNextPage, cursors, offset: position.offset, state });
}

/**
 * KORE's words for the wanted states, each of which is a list of its own: KORE describes `sim-state` as one string, and only
 * `iccid` as several in one. Undefined: all states, in one list.
 */
function filterStates(filter: SimSubscriptionFilter | null | undefined): (string | undefined)[] {
  const { state, states } = filter ?? {};
  if (!states) return [state ? koreState(state, "filter.state") : undefined];
  if (state) throw userInputError("filter.states: give either state or states, not both");
  if (states.length === 0) throw userInputError("filter.states: give at least one state, or leave it out for all");
  return [...new Set(states)].map((each) => koreState(each, "filter.states"));
}

function koreState(state: SimState, field: string): string {
  if (state === SimState.UNKNOWN) throw userInputError(`${field}: KORE has no state UNKNOWN to list by`);
  return KORE_STATES[state];
}

function filterQuery(filter: SimSubscriptionFilter | null | undefined): Partial<SubscriptionQuery> {
  if (!filter) return {};
  const { iccids, imsi, imei, eid, msisdn, modifiedFrom, modifiedTo } = filter;
  if (iccids && (iccids.length === 0 || iccids.length > MAX_ICCIDS_PER_CALL)) {
    throw userInputError(
      `filter.iccids: 1 to ${MAX_ICCIDS_PER_CALL} at once; ${iccids.length} are given (subscriptionsByIccid takes more)`,
    );
  }
  if (modifiedFrom && modifiedTo && modifiedFrom > modifiedTo) {
    throw userInputError("filter.modifiedFrom: must not be after filter.modifiedTo");
  }
  return withoutNulls({
    iccid: iccids?.join(","),
    imsi,
    imei,
    eid,
    msisdn,
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
