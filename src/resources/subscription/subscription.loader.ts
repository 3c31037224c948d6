import {
  batchLoader,
  callsInBatches,
  type CostItems,
  eachLoader,
  type FieldCost,
  MAX_PAGE_SIZE,
} from "../../graph/index.ts";
import { KoreError, decode, walkList } from "../../kore/index.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { ASSUMED_SIM_PAGES } from "../assumed-sizes.ts";
import { type SubscriptionQuery, idOf, subscriptionPage } from "./subscription-list.loader.ts";
import { toSimSubscription } from "./subscription.mapper.ts";
import { MAX_ICCIDS_PER_CALL, SimState, type SimSubscription } from "./subscription.type.ts";

/** From this many ids of one account on, the account's list is tried first: its first page shows what the rest costs. */
const MIN_FOR_LIST = 10;

type Sims = Pick<CostItems, "count" | "batches">;

export const callsByIccid = (sims: Sims) => callsInBatches(sims, MAX_ICCIDS_PER_CALL);

/** One call each, or first a page of the list in vain; never more than the whole list. */
export function callsById({ count, batches }: Sims): number {
  const lists = Math.min(batches, Math.floor(count / MIN_FOR_LIST));
  return Math.min(count + lists, Math.min(count, batches) * ASSUMED_SIM_PAGES);
}

/** Where it is not known beforehand whether SIMs are found by ICCID or by id. */
function callsByEither(sims: Sims): number {
  return sims.count < MIN_FOR_LIST ? sims.count : callsById(sims) + callsByIccid(sims);
}

/** The cost of `simOf`. */
export const costOfSim: FieldCost = ({ parent, calls }) => {
  calls.add(subscriptionById, parent.key, callsByEither(parent));
  return { batches: 2 * parent.batches }; // SIMs by ICCID and SIMs by id arrive separately.
};

/** Each reference names a SIM by one of the two keys. */
export const costOfReferences: FieldCost = ({ parent, args, calls }) => {
  const references = args.references as readonly Readonly<Record<string, unknown>>[];
  const named = references.filter(({ id }) => id !== undefined && id !== null).length;
  const byId = { count: named, batches: parent.batches };
  const byIccid = { count: references.length - named, batches: parent.batches };
  calls.add(subscriptionById, parent.key, callsById(byId) + callsByIccid(byIccid));
  return { batches: parent.batches * (named === 0 || byIccid.count === 0 ? 1 : 2) };
};

export interface IccidRef {
  accountId: string;
  iccid: string;
}

/** An account's SIMs under some conditions, page by page: for reads that need more than one page only in odd cases. */
export function walkSims(
  accountId: string,
  conditions: Partial<SubscriptionQuery>,
  size: number,
  context: LoaderContext,
) {
  return walkList(size, idOf, (index, pageSize) =>
    subscriptionPage(accountId, { ...conditions, "page-index": index, "max-page-item": pageSize }, context)
      .catch(KoreError.nullIfNotFound)
      .then((page) => page ?? NO_SIMS),
  );
}

/** KORE does not state that a search without a result is an empty page and not a 404. */
const NO_SIMS = { items: [], total: 0, more: false };

/** SIMs by ICCID, null where the account has none: ceil(n / 100) calls. */
export const subscriptionByIccid = byIccid("subscription.byIccid", false);

/** The same SIMs with their past states, which KORE shows in lists only. */
export const subscriptionHistoryByIccid = byIccid("subscription.historyByIccid", true);

/** KORE does not state that an ICCID belongs to one subscription only, so more rows may come than were asked for. */
const SPARE_ROWS = 20;

interface FoundByIccid {
  /** By their ICCID in plain form. */
  found: ReadonlyMap<string, SimSubscription>;
  /** Whether the account has none of what was not found. */
  isSure: boolean;
}

function byIccid(name: string, withHistory: boolean) {
  return batchLoader<LoaderContext, IccidRef, SimSubscription | null, FoundByIccid>({
    name,
    key: ({ accountId, iccid }: IccidRef) => refKey({ accountId, id: iccid }),
    groupBy: (ref) => ref.accountId,
    per: MAX_ICCIDS_PER_CALL,
    concurrency: 4,
    load: async (accountId, refs, context) => {
      const found = new Map<string, SimSubscription>();
      let left = refs.map(({ iccid }) => iccid);
      for (;;) {
        const isSure = await collectByIccid(accountId, left, withHistory, found, context);
        const missing = left.filter((iccid) => !found.has(plainIccid(iccid)));
        // Of what is missing after one page that is the whole answer, the account has none. After several, rows may
        // have moved meanwhile: then what is missing is asked for once more.
        if (missing.length === 0 || isSure) return { found, isSure: true };
        if (missing.length === left.length) return { found, isSure };
        left = missing;
      }
    },
    pick: ({ found, isSure }, { iccid }) =>
      found.get(plainIccid(iccid)) ?? (isSure ? null : decode.contractError("subscriptions.subscriptions")),
  });
}

/** @returns whether what was not found is not there */
async function collectByIccid(
  accountId: string,
  iccids: readonly string[],
  withHistory: boolean,
  found: Map<string, SimSubscription>,
  context: LoaderContext,
): Promise<boolean> {
  const asked: ReadonlySet<string> = new Set(iccids.map(plainIccid));
  const wanted = new Set(asked);
  const query = { iccid: iccids.join(","), "show-state-history": withHistory ? true : undefined };
  for await (const { items, pages, isWhole } of walkSims(accountId, query, iccids.length + SPARE_ROWS, context)) {
    let isAnswer = items.length === 0;
    for (const sim of items) {
      const iccid = sim.iccid === null ? "" : plainIccid(sim.iccid);
      isAnswer ||= asked.has(iccid);
      const other = found.get(iccid);
      if (!other || other.state === SimState.SCRAPPED) found.set(iccid, sim);
      if (sim.state !== SimState.SCRAPPED) wanted.delete(iccid);
    }
    if (isWhole) return pages === 1;
    if (wanted.size === 0) return true;
    if (!isAnswer) return false; // None of the SIMs that were asked for: the rest of the account may follow.
  }
  return false;
}

/** ICCIDs with 19 digits are stored in 20 places, the last filled with F, which some systems show and some do not. */
const plainIccid = (iccid: string) => iccid.toUpperCase().replace(/F+$/, "");

/** KORE reads by subscription id one at a time only. */
const eachSubscription = eachLoader({
  name: "subscription.each",
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async ({ accountId, id }, { kore }: LoaderContext): Promise<SimSubscription | null> => {
    const reply = kore.connectivity.subscription(accountId, id);
    return reply
      .then((wire) => toSimSubscription(accountId, decode.record(wire, "subscription"), kore.unknown, false))
      .catch(KoreError.nullIfNotFound);
  },
});

/** SIMs by subscription id, null where there is none: out of the account's list where that takes fewer calls. */
export const subscriptionById = batchLoader<
  LoaderContext,
  Ref,
  SimSubscription | null,
  ReadonlyMap<string, SimSubscription | Error | null>
>({
  name: "subscription.byId",
  key: refKey,
  groupBy: (ref) => ref.accountId,
  per: Infinity,
  cost: ({ parent, calls }) => {
    calls.add(subscriptionById, parent.key, callsById(parent));
    return undefined;
  },
  concurrency: 4,
  load: async (accountId, refs, context) => {
    const found = new Map<string, SimSubscription | Error | null>();
    if (refs.length >= MIN_FOR_LIST) await collectFromList(accountId, refs, found, context);
    const missing = refs.filter(({ id }) => !found.has(id));
    const each = await eachSubscription(context).loadMany(missing);
    for (const [index, { id }] of missing.entries()) found.set(id, each[index] ?? null);
    return found;
  },
  pick: (found, { id }) => found.get(id) ?? null,
});

/**
 * Fills `found` from pages of the account's list, as long as the pages left are fewer than the SIMs still wanted. Of a
 * list of several pages, a SIM may have moved to a page that was read before. So a SIM that is not in it is left to be
 * read by its id; or, where that would take more requests than the list, it is absent if a second walk misses it as well.
 */
async function collectFromList(
  accountId: string,
  refs: readonly Ref[],
  found: Map<string, SimSubscription | Error | null>,
  context: LoaderContext,
  isSecondWalk = false,
): Promise<void> {
  const wanted = new Set(refs.map(({ id }) => id));
  // Ascending ids: SIMs that are added meanwhile do not push others from one page to the next.
  const order = { "sort-field": "subscription-id", "sort-direction": "Asc" } as const;
  for await (const page of walkSims(accountId, order, MAX_PAGE_SIZE, context)) {
    for (const sim of page.items) if (wanted.delete(sim.id)) found.set(sim.id, sim);
    if (page.isWhole && (page.pages === 1 || (page.isSteady && isSecondWalk))) {
      for (const id of wanted) found.set(id, null);
    } else if (page.isWhole && page.isSteady && wanted.size > page.pages) {
      const missing = refs.filter(({ id }) => wanted.has(id));
      return collectFromList(accountId, missing, found, context, true);
    }
    if (page.pagesLeft === null || page.pagesLeft > wanted.size || wanted.size === 0) return;
  }
}

/** A SIM by what is known of it: its ICCID, which KORE reads a hundred at a time, else its id. */
export function simOf(
  accountId: string,
  { id, iccid }: { id: string | null; iccid: string | null },
  context: LoaderContext,
): Promise<SimSubscription | null> | null {
  if (iccid !== null) return subscriptionByIccid(context).load({ accountId, iccid });
  return id === null ? null : subscriptionById(context).load({ accountId, id });
}
