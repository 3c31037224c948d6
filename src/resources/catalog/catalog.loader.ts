import { type FieldCost, type MaybePromise, batchLoader, eachLoader, listOf } from "../../graph/index.ts";
import { KoreError, type KoreSession, decode } from "../../kore/index.ts";
import { ASSUMED_PER_PROFILE, ASSUMED_UNLISTED } from "../assumed-sizes.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { toFeature, toPlan, toPlanType, toServiceType } from "./catalog.mapper.ts";
import { type Feature, type Plan, type PlanType, type ServiceType } from "./catalog.type.ts";

interface Reads<Item> {
  idOf: (item: Item) => string;
  list: (accountId: string, kore: KoreSession) => Promise<Item[]>;
  one: (ref: Ref, kore: KoreSession) => Promise<Item>;
}

/**
 * Loaders of one kind of a catalog's entries. KORE lists those that an account is eligible for; SIMs may have others,
 * which are read by their id.
 */
function catalogLoaders<Item>({ idOf, list, one }: Reads<Item>) {
  /** All that an account is eligible for, by id: one call. */
  const byAccount = eachLoader({
    key: (accountId: string) => accountId,
    per: "account",
    concurrency: 4,
    load: async (accountId, { kore }: LoaderContext) => mapBy(idOf, await list(accountId, kore)),
  });
  const each = eachLoader({
    key: refKey,
    per: "key",
    concurrency: 4,
    load: (ref: Ref, { kore }: LoaderContext): Promise<Item | null> => one(ref, kore).catch(KoreError.nullIfNotFound),
  });
  /** For a field that names one, beside others of the account: the list serves them all. */
  const find = ({ accountId, id }: Ref, context: LoaderContext): MaybePromise<Item | null> => {
    const loading = byAccount(context).peekOrLoad(accountId);
    const pick = (listed: ReadonlyMap<string, Item>): MaybePromise<Item | null> =>
      listed.get(id) ?? each(context).peekOrLoad({ accountId, id });
    return loading instanceof Promise ? loading.then(pick) : pick(loading);
  };
  /** Likewise for a field that names several. An entry that cannot be read is its error. */
  const findAll = (accountId: string, ids: readonly string[], context: LoaderContext) =>
    Promise.all(
      ids.map(async (id) => {
        try {
          return await find({ accountId, id }, context);
        } catch (error) {
          return error as Error;
        }
      }),
    );
  /** The cost of `find` beside that of `byAccount`, for fields that name so many each. */
  const costOfUnlisted =
    (named: number): FieldCost =>
    ({ parent: { accounts, count }, calls }) => {
      calls.add(each, `unlisted of ${accounts.key}`, Math.min(count * named, accounts.count * ASSUMED_UNLISTED));
      return undefined;
    };
  const costOfFind: FieldCost = (place) => {
    byAccount.cost(place);
    return costOfUnlisted(1)(place);
  };
  const costOfFindAll: FieldCost = (place) => {
    byAccount.cost(place);
    costOfUnlisted(ASSUMED_PER_PROFILE)(place);
    return listOf(ASSUMED_PER_PROFILE)(place);
  };
  /** The fewest calls for any: a single one by its id, several of an account from its list. */
  const byId = batchLoader<LoaderContext, Ref, Item | null, ReadonlyMap<string, Item | Error | null>>({
    key: refKey,
    groupBy: (ref) => ref.accountId,
    per: Infinity,
    concurrency: 4,
    // Callers may name ids that no list has.
    cost: ({ parent: { accounts, count }, calls, path }) => {
      if (count === 1) calls.addIfRepeated(byAccount, accounts.key, 1, path);
      else calls.add(byAccount, accounts.key, accounts.count);
      calls.add(each, path, count);
      return undefined;
    },
    load: async (accountId, refs, context) => {
      const listed = refs.length === 1 ? new Map<string, Item>() : await byAccount(context).load(accountId);
      const missing = refs.filter(({ id }) => !listed.has(id));
      const found = await each(context).loadMany(missing);
      return new Map<string, Item | Error | null>([
        ...listed,
        ...missing.map(({ id }, index): [string, Item | Error | null] => [id, found[index] ?? null]),
      ]);
    },
    pick: (found, { id }) => found.get(id) ?? null,
  });
  return { byAccount, byId, find, findAll, costOfFind, costOfFindAll, costOfUnlisted: costOfUnlisted(1) };
}

export const serviceTypes = catalogLoaders<ServiceType>({
  idOf: ({ serviceTypeId }) => serviceTypeId,
  list: (accountId, { connectivity }) =>
    connectivity.serviceTypes(accountId, (reply) =>
      decode
        .rows(decode.listed(reply, "service-types", "service-types"), "service-types.service-types")
        .map((wire) => toServiceType(accountId, wire)),
    ),
  one: ({ accountId, id }, { connectivity }) =>
    connectivity.serviceType(accountId, id, (wire) => toServiceType(accountId, decode.record(wire, "service-type"))),
});

export const plans = catalogLoaders<Plan>({
  idOf: ({ planId }) => planId,
  list: (accountId, { connectivity, unknown }) =>
    connectivity.plans(accountId, (reply) =>
      decode
        .rows(decode.listed(reply, "plans", "plans"), "plans.plans")
        .map(({ plan }) => toPlan(accountId, decode.record(plan, "plans.plan"), unknown)),
    ),
  one: ({ accountId, id }, { connectivity, unknown }) =>
    connectivity.plan(accountId, id, (reply) =>
      toPlan(accountId, decode.record(decode.record(reply, "plan").plan, "plan.plan"), unknown),
    ),
});

export const features = catalogLoaders<Feature>({
  idOf: ({ featureId }) => featureId,
  list: (accountId, { connectivity, unknown }) =>
    connectivity.features(accountId, (reply) =>
      decode
        .rows(decode.listed(reply, "features", "features"), "features.features")
        .map(({ feature }) => toFeature(accountId, decode.record(feature, "features.feature"), unknown)),
    ),
  // The reply is the feature itself, although the list wraps each.
  one: ({ accountId, id }, { connectivity, unknown }) =>
    connectivity.feature(accountId, id, (wire) => toFeature(accountId, decode.record(wire, "feature"), unknown)),
});

/** All plan types of an account, by id. KORE only lists them all. */
export const planTypesByAccount = eachLoader({
  key: (accountId: string) => accountId,
  per: "account",
  concurrency: 4,
  load: (accountId, { kore }: LoaderContext): Promise<ReadonlyMap<string, PlanType>> =>
    kore.connectivity.planTypes(accountId, (reply) =>
      mapBy(
        ({ planTypeId }) => planTypeId,
        decode
          .rows(decode.listed(reply, "plan-types", "plan-types"), "plan-types.plan-types")
          .map((wire) => toPlanType(accountId, wire)),
      ),
    ),
});

/** The service type of a SIM, an activation profile, a plan or a feature. */
export function serviceTypeOf(
  { accountId, serviceTypeId: id }: { accountId: string; serviceTypeId: string | null },
  context: LoaderContext,
): MaybePromise<ServiceType | null> {
  return id === null ? null : serviceTypes.find({ accountId, id }, context);
}

/** KORE reads no plan type by its id. */
export async function planTypeOf({ accountId, id }: Ref, context: LoaderContext): Promise<PlanType | null> {
  return (await planTypesByAccount(context).load(accountId)).get(id) ?? null;
}

function mapBy<Item>(idOf: (item: Item) => string, items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [idOf(item), item]));
}
