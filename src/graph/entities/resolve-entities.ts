import { type GraphQLResolveInfo, type GraphQLSchema, isObjectType } from "graphql";
import { type GraphContext } from "../context.ts";
import { fieldCostOf, free, referencesExtension } from "../cost/index.ts";
import { userInputError } from "../errors.ts";
import { type Prefetcher } from "../prefetch.ts";
import { accessRuleOf, accountArgumentOf, valueAt } from "../rules/access.ts";
import { type NodeIds } from "./node-ids.ts";

type Values = Readonly<Record<string, unknown>>;

/** Resolves a reference: `__typename` and the fields of a key. */
export type ResolveReference = (reference: Values, context: GraphContext, info: GraphQLResolveInfo) => Promise<unknown>;

/**
 * Resolves references one by one. `@apollo/subgraph` resolves them together: an error in one would fail all, and leave
 * rejections of the others unhandled, which ends the process. Loaders still batch them.
 *
 * @returns the resolver of one reference
 */
export function resolveEntities(
  schema: GraphQLSchema,
  { ids, most, prefetcher }: { ids: NodeIds; most: number; prefetcher: Prefetcher },
): ResolveReference {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolveAll = field?.resolve;
  if (!field || !resolveAll) throw new Error("The schema has no entities");
  const resolveReference: ResolveReference = async (reference, context, info) => {
    const [entity]: unknown[] = resolveAll(undefined, { representations: [reference] }, context, info) as unknown[];
    const type = schema.getType(reference.__typename as string);
    const found = Promise.resolve(entity); // Rejects inside this function.
    if (!isObjectType(type) || fieldCostOf(type) === free) return await found;
    const key = accountArgumentOf(accessRuleOf(type));
    const accountId = key === undefined ? undefined : valueAt(reference, key);
    if (typeof accountId !== "string") return await found;
    return await prefetcher.prefetchDuring(found, { type, accountId, context, info });
  };
  field.extensions = { ...field.extensions, ...referencesExtension((args) => referencesIn(args, ids)) };
  field.resolve = (_source, { representations }: { representations: unknown[] }, context: GraphContext, info) => {
    if (representations.length > most) {
      throw userInputError(`representations: at most ${most} at once; ${representations.length} are given`);
    }
    return representations.map(async (given) => resolveReference(checkedReference(given, ids), context, info));
  };
  return resolveReference;
}

/** For the cost, which is computed before references are validated. */
function referencesIn({ representations }: Values, ids: NodeIds): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(representations) ? representations : [representations];
  return all.map((given) => ids.parse((given as Values | null)?.nodeId) ?? given);
}

/** @throws GraphQLError for a reference that is none to an entity of this graph by one of its keys */
function checkedReference(given: unknown, ids: NodeIds): Values {
  const type = (given as Values | null)?.__typename;
  if (!ids.types.includes(type as string)) throw userInputError("representations: __typename names no entity type");
  const keys = Object.entries(given as object).filter(([, value]) => value !== null);
  const isKey = (value: unknown) => typeof value === "string" || Number.isSafeInteger(value);
  if (keys.length < 2 || !keys.every(([, value]) => isKey(value))) {
    throw userInputError("representations: a reference needs __typename and the fields of one key");
  }
  const reference = Object.fromEntries(keys) as Values;
  if (reference.nodeId === undefined) return reference;
  const named = ids.parse(reference.nodeId);
  if (!named || named.__typename !== type) throw userInputError("representations: nodeId: is no nodeId of this type");
  return named;
}
