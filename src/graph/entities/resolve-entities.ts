import { type GraphQLResolveInfo, type GraphQLSchema, isObjectType, isUnionType } from "graphql";
import { type GraphContext } from "../context.ts";
import { fieldCostOf, free, referencesExtension } from "../cost/index.ts";
import { userInputError } from "../errors.ts";
import { type Prefetcher } from "../prefetch.ts";
import { accessRuleOf, accountArgumentOf, valueAt } from "../rules/access.ts";
import { type NodeIds } from "./node-ids.ts";
import { type ReferenceResolver } from "./reference.ts";

type Values = Readonly<Record<string, unknown>>;

interface EntityOptions {
  ids: NodeIds;
  /** By the name of the type. */
  references: ReadonlyMap<string, ReferenceResolver>;
  /** References of one `_entities`. */
  most: number;
  prefetcher: Prefetcher;
}

/** Resolves a reference: `__typename` and the fields of a key. */
export type ResolveReference = (reference: Values, context: GraphContext, info: GraphQLResolveInfo) => Promise<unknown>;

/**
 * Resolves references one by one: an error in one does not fail the others. Loaders batch them.
 *
 * @returns the resolver of one reference
 */
export function resolveEntities(
  schema: GraphQLSchema,
  { ids, references, most, prefetcher }: EntityOptions,
): ResolveReference {
  const field = schema.getQueryType()?.getFields()._entities;
  const union = schema.getType("_Entity");
  if (!field || !isUnionType(union)) throw new Error("The schema has no entities");
  union.resolveType = ({ __typename }: { __typename: string }) => __typename;
  const resolveReference: ResolveReference = async (reference, context, info) => {
    const name = reference.__typename as string;
    const type = schema.getType(name);
    const found = Promise.resolve(references.get(name)?.(reference, context, info)).then((entity) =>
      named(name, entity),
    );
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

/** The entity with its type's name, which the resolvers of abstract types read. Loaders give the same object to all. */
function named(type: string, entity: unknown): unknown {
  if (typeof entity === "object" && entity !== null && !("__typename" in entity)) {
    Object.defineProperty(entity, "__typename", { value: type });
  }
  return entity;
}
