import {
  batchLoader,
  callsInBatches,
  type CostItems,
  eachLoader,
  type FieldCost,
  type KorePage,
  MAX_PAGE_SIZE,
} from "../../graph/index.ts";
import { KoreError, ListWalk, decode, walkList } from "../../kore/index.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { ASSUMED_SIM_PAGES } from "../assumed-sizes.ts";
import { type SubscriptionQuery, idOf, subscriptionPage } from "./subscription-list.loader.ts";
import { toSimSubscription } from "./subscription.mapper.ts";
import { MAX_ICCIDS_PER_CALL, SimState, type SimSubscription } from "./subscription.type.ts";

/** From so many ids of one account, the account's list is read first; its first page shows whether the rest is cheaper. */
const MIN_FOR_LIST = 10;

type Sims = Pick<CostItems, "count" | "batches">;

export const callsByIccid = (sims: Sims) => callsInBatches(sims, MAX_ICCIDS_PER_CALL);

/** Worst case: one call per id after a page of the list in vain, or the whole list. */
export function callsById({ count, batches }: Sims): number {
  const lists = Math.min(batches, Math.floor(count / MIN_FOR_LIST));
  return Math.min(count + lists, Math.min(count, batches) * ASSUMED_SIM_PAGES);
}

/** For SIMs of which it is not known in advance whether they are read by ICCID or by id. */
function callsByEither(sims: Sims): number {
  return sims.count < MIN_FOR_LIST ? sims.count : callsById(sims) + callsByIccid(sims);
}

/** The cost of `simOf`. */
export const costOfSim: FieldCost = ({ parent, calls }) => {
  calls.add(subscriptionById, parent.key, callsByEither(parent));
  return { batches: 2 * parent.batches }; // SIMs by ICCID and SIMs by id arrive separately.
};

/** The cost of references, each of which names a SIM by one of the two keys. */
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

/** Reads an account's SIMs under some conditions, page by page. */
export function walkSims(
  accountId: string,
  conditions: Partial<SubscriptionQuery>,
  size: number,
  context: LoaderContext,
) {
  return walkList(size, idOf, (index, pageSize) =>
    subscriptionPage(accountId, { ...conditions, "page-index": index, "max-page-item": pageSize }, context).catch(
      noSimsIfNotFound,
    ),
  );
}

/** KORE may answer a search without results with a 404 instead of an empty page. @throws any other error */
function noSimsIfNotFound(error: unknown): KorePage<SimSubscription> {
  KoreError.nullIfNotFound(error);
  return { items: [], total: 0, more: false };
}

/** SIMs by ICCID, null where the account has none: ceil(n / 100) calls. */
export const subscriptionByIccid = byIccid({ withHistory: false });

/** SIMs by ICCID with their past states, which KORE returns in lists only. */
export const subscriptionHistoryByIccid = byIccid({ withHistory: true });

/** An ICCID may belong to several subscriptions, so KORE may return more rows than ICCIDs. */
const SPARE_ROWS = 20;

interface FoundByIccid {
  /** By ICCID without padding. */
  found: ReadonlyMap<string, SimSubscription>;
  /** Whether ICCIDs that were not found certainly do not exist in the account. */
  isSure: boolean;
}

function byIccid({ withHistory }: { withHistory: boolean }) {
  return batchLoader<LoaderContext, IccidRef, SimSubscription | null, FoundByIccid>({
    key: ({ accountId, iccid }: IccidRef) => refKey({ accountId, id: iccid }),
    groupBy: (ref) => ref.accountId,
    per: MAX_ICCIDS_PER_CALL,
    concurrency: 4,
    load: (accountId, refs, context) => {
      const found = new Map<string, SimSubscription>();
      const collect = (left: readonly string[]): Promise<FoundByIccid> =>
        collectByIccid(found, { accountId, iccids: left, withHistory }, context).then((isSure) => {
          const missing = left.filter((iccid) => !found.has(plainIccid(iccid)));
          // A complete answer of one page proves absence. Of several pages rows may have moved meanwhile, so missing
          // ICCIDs are read once more.
          if (missing.length === 0 || isSure) return { found, isSure: true };
          return missing.length === left.length ? { found, isSure } : collect(missing);
        });
      return collect(refs.map(({ iccid }) => iccid));
    },
    pick: ({ found, isSure }, { iccid }) =>
      found.get(plainIccid(iccid)) ?? (isSure ? null : decode.contractError("subscriptions.subscriptions")),
  });
}

interface IccidSearch {
  accountId: string;
  iccids: readonly string[];
  withHistory: boolean;
}

/**
 * Adds to `found`. Not an async function, which makes a promise for each step: the first page is nearly always all.
 *
 * @returns whether ICCIDs that were not found certainly do not exist
 */
function collectByIccid(
  found: Map<string, SimSubscription>,
  { accountId, iccids, withHistory }: IccidSearch,
  context: LoaderContext,
): Promise<boolean> {
  const requested: ReadonlySet<string> = new Set(iccids.map(plainIccid));
  const wanted = new Set(requested);
  const walk = new ListWalk(iccids.length + SPARE_ROWS, idOf);
  const readNext = (): Promise<boolean> => {
    // Without a spread: V8 gives an object that is extended after one a hidden class of its own each time.
    const query: SubscriptionQuery = {
      iccid: iccids.join(","),
      "show-state-history": withHistory ? true : undefined,
      "page-index": walk.index,
      "max-page-item": walk.size,
    };
    return subscriptionPage(accountId, query, context).then(add, (error: unknown) => add(noSimsIfNotFound(error)));
  };
  const add = (page: KorePage<SimSubscription>): boolean | Promise<boolean> => {
    const { items, pages, isWhole } = walk.add(page);
    let isAnswer = items.length === 0;
    for (const sim of items) {
      const iccid = sim.iccid === null ? "" : plainIccid(sim.iccid);
      isAnswer ||= requested.has(iccid);
      const other = found.get(iccid);
      if (!other || other.state === SimState.SCRAPPED) found.set(iccid, sim);
      if (sim.state !== SimState.SCRAPPED) wanted.delete(iccid);
    }
    if (isWhole) return pages === 1;
    if (wanted.size === 0) return true;
    if (!isAnswer) return false; // KORE ignores the filter and lists the whole account.
    return walk.isOver ? false : readNext();
  };
  return readNext();
}

/** ICCIDs of 19 digits are stored in 20 places with a trailing F, which some systems show. */
export const plainIccid = (iccid: string) => iccid.toUpperCase().replace(/F+$/, "");

/** KORE reads one SIM at a time by subscription id. */
const eachSubscription = eachLoader({
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

/** SIMs by subscription id, null where there is none. Read from the account's list where that takes fewer calls. */
export const subscriptionById = batchLoader<
  LoaderContext,
  Ref,
  SimSubscription | null,
  ReadonlyMap<string, SimSubscription | Error | null>
>({
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
    if (refs.length >= MIN_FOR_LIST) await collectFromList(found, { accountId, refs }, context);
    const missing = refs.filter(({ id }) => !found.has(id));
    const each = await eachSubscription(context).loadMany(missing);
    for (const [index, { id }] of missing.entries()) found.set(id, each[index] ?? null);
    return found;
  },
  pick: (found, { id }) => found.get(id) ?? null,
});

interface ListSearch {
  accountId: string;
  refs: readonly Ref[];
  isSecondWalk?: boolean;
}

/**
 * Adds SIMs to `found` from pages of the account's list, while fewer pages than SIMs are left. In a list of several pages
 * a SIM may have moved to a page that was read before. A SIM that the list lacks is therefore read by its id, or counts
 * as absent after a second walk where that takes fewer requests.
 */
async function collectFromList(
  found: Map<string, SimSubscription | Error | null>,
  { accountId, refs, isSecondWalk = false }: ListSearch,
  context: LoaderContext,
): Promise<void> {
  const wanted = new Set(refs.map(({ id }) => id));
  // By ascending id, so that new SIMs do not move others to the next page.
  const order = { "sort-field": "subscription-id", "sort-direction": "Asc" } as const;
  for await (const page of walkSims(accountId, order, MAX_PAGE_SIZE, context)) {
    for (const sim of page.items) if (wanted.delete(sim.id)) found.set(sim.id, sim);
    if (page.isWhole && (page.pages === 1 || (page.isSteady && isSecondWalk))) {
      for (const id of wanted) found.set(id, null);
    } else if (page.isWhole && page.isSteady && wanted.size > page.pages) {
      const missing = refs.filter(({ id }) => wanted.has(id));
      return collectFromList(found, { accountId, refs: missing, isSecondWalk: true }, context);
    }
    if (page.pagesLeft === null || page.pagesLeft > wanted.size || wanted.size === 0) return;
  }
}

/** Reads a SIM by its ICCID, of which KORE reads a hundred at once, else by its id. */
export function simOf(
  accountId: string,
  { id, iccid }: { id: string | null; iccid: string | null },
  context: LoaderContext,
): Promise<SimSubscription | null> | null {
  if (iccid !== null) return subscriptionByIccid(context).load({ accountId, iccid });
  return id === null ? null : subscriptionById(context).load({ accountId, id });
}
