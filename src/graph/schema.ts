import { buildSubgraphSchema, printSubgraphSchema } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import {
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
  parse,
  visit,
} from "graphql";
import {
  type BuildSchemaOptions,
  type PubSub,
  buildSchema,
  createResolversMap,
  getMetadataStorage,
} from "type-graphql";
import {
  type AccessRule,
  accessExtension,
  accessRuleOf,
  accountArgumentOf,
  checkAccess,
  enforceAccess,
  valueAt,
} from "./rules/access.ts";
import { enforceExclusiveMutations } from "./rules/exclusive-mutation.ts";
import { type GraphContext } from "./context.ts";
import { type CostedLoader, type FieldCost, costExtension, fieldCostOf, free } from "./cost/index.ts";
import { userInputError } from "./errors.ts";
import { type IdRule, validateIds } from "./rules/ids.ts";
import { callResolversDirectly } from "./executor/direct-resolvers.ts";
import { Prefetcher } from "./prefetch.ts";
import { type IdChecks, idScalars } from "./scalars.ts";

const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n`;

/** Resolves a gateway's reference by one of the entity's keys. `null`: not found. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each type knows its own keys and context
type ReferenceResolver = (reference: any, context: any, info: GraphQLResolveInfo) => unknown;

/** The resolver of references to an entity type, with the rules that fields declare by decorators. */
interface ReferenceRules {
  /** `argument` is a field of the key. */
  access: AccessRule;
  /** The loader of the entities; or `costs`, if the calls do not follow from a loader. */
  loads?: CostedLoader;
  costs?: FieldCost;
  resolve: ReferenceResolver;
}

export interface EntityReference extends ReferenceRules {
  type: NewableFunction;
}

export const reference = (type: NewableFunction, rules: ReferenceRules): EntityReference => ({ type, ...rules });

export interface GraphParts {
  resolvers: BuildSchemaOptions["resolvers"];
  /** The entity types of a gateway's `_entities`. */
  references: readonly EntityReference[];
  /** Absent: any text is a valid id. */
  ids?: IdRule;
}

/** Builds the Federation 2 subgraph out of the resources' resolvers. */
export async function buildGraphSchema(
  parts: GraphParts,
  options: { idChecks: IdChecks; maxRepresentations?: number },
): Promise<GraphQLSchema> {
  const { ids = ANY_ID } = parts;
  const base = await buildSchema({
    resolvers: parts.resolvers,
    scalarsMap: idScalars(options.idChecks),
    validate: false, // Its errors echo the whole input. Resolvers check inputs.
    pubSub: UNUSED_PUBSUB,
    skipCheck: true,
  });
  describeRoots(base);
  callResolversDirectly(base);
  const resolvers = createResolversMap(base);
  const entities = new Map(parts.references.map((reference) => [nameOf(reference), reference]));
  for (const [name, { access, costs, loads, resolve }] of entities) {
    const type = base.getType(name);
    const cost = costs ?? loads?.cost;
    if (!cost) throw new Error(`No cost for references to ${name}`);
    if (type) type.extensions = { ...type.extensions, ...accessExtension(access), ...costExtension(cost) };
    Object.assign((resolvers[name] ??= {}), { __resolveReference: withAccessCheck(access, resolve, ids) });
  }
  const typeDefs = withArgumentsInOrder(parse(FEDERATION + printSchemaWithDirectives(base)));
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolvers as never });
  copyExtensions(base, schema);
  validateIds(schema, ids); // Before `enforceAccess`, whose wrapper runs first.
  enforceAccess(schema);
  enforceExclusiveMutations(schema);
  const prefetcher = new Prefetcher();
  prefetcher.install(schema);
  resolveEntitiesIndependently(schema, { entities, most: options.maxRepresentations ?? Infinity, prefetcher });
  return schema;
}

const ANY_ID: IdRule = { isValid: () => true, rule: "" };

function nameOf({ type }: EntityReference): string {
  const name = getMetadataStorage().objectTypes.find(({ target }) => target === type)?.name;
  if (name === undefined) throw new Error(`${type.name} is no object type`);
  return name;
}

function withAccessCheck(
  access: AccessRule,
  resolve: ReferenceResolver,
  { isValid, rule: idRule }: IdRule,
): ReferenceResolver {
  return async (reference: object, context: GraphContext, info) => {
    await checkAccess(access, reference, context);
    const malformed = Object.entries(reference).find(([, value]) => typeof value === "string" && !isValid(value));
    if (malformed) throw userInputError(`representations: ${malformed[0]}: ${idRule}`);
    return resolve(reference, context, info);
  };
}

/** The subgraph's SDL, as a gateway composes it. */
export function printSubgraph(schema: GraphQLSchema): string {
  return printSubgraphSchema(schema) + "\n";
}

/** TypeGraphQL requires one. Each subscription has its own source. */
const UNUSED_PUBSUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error("A subscription without a source of its own");
  },
};

/** TypeGraphQL has no option for descriptions of root types. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation, live] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  if (query) query.description = "Reads. Each description states the cost in requests to KORE.";
  if (mutation) mutation.description = "Writes. Each returns the outcome for every SIM or API client.";
  if (live) live.description = "Live updates, over WebSocket (graphql-transport-ws) or server-sent events.";
}

/** Reverses arguments: parameter decorators run last to first, and TypeGraphQL lists arguments in that order. */
function withArgumentsInOrder(document: DocumentNode): DocumentNode {
  return visit(document, {
    FieldDefinition: (field) => ({ ...field, arguments: [...(field.arguments ?? [])].reverse() }),
  });
}

/** The subgraph is rebuilt from SDL, which has no `extensions`. */
function copyExtensions(from: GraphQLSchema, to: GraphQLSchema): void {
  for (const [name, source] of Object.entries(from.getTypeMap())) {
    const target = to.getType(name);
    if (!isObjectType(source) || !isObjectType(target)) continue;
    target.extensions = { ...target.extensions, ...source.extensions }; // Federation keeps its own there.
    for (const [fieldName, field] of Object.entries(source.getFields())) {
      const copy = target.getFields()[fieldName];
      if (copy) copy.extensions = { ...copy.extensions, ...field.extensions };
    }
  }
}

/**
 * Resolves references one by one. `@apollo/subgraph` resolves them together: an error in one would fail all, and leave
 * rejections of the others unhandled, which ends the process. Loaders still batch them.
 */
function resolveEntitiesIndependently(
  schema: GraphQLSchema,
  { entities, most, prefetcher }: { entities: ReadonlyMap<unknown, unknown>; most: number; prefetcher: Prefetcher },
): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolveAll = field?.resolve;
  if (!field || !resolveAll) return;
  field.resolve = (source, { representations }: { representations: unknown[] }, context, info) => {
    if (representations.length > most) {
      throw userInputError(`representations: at most ${most} at once; ${representations.length} are given`);
    }
    return representations.map(async (reference) => {
      const type = (reference as { __typename?: unknown } | null)?.__typename;
      if (!entities.has(type)) throw userInputError("representations: __typename names no entity type");
      const keys = Object.entries(reference as object).filter(([, value]) => value !== null);
      const isKey = (value: unknown) => typeof value === "string" || Number.isSafeInteger(value);
      if (keys.length < 2 || !keys.every(([, value]) => isKey(value))) {
        throw userInputError("representations: a reference needs __typename and the fields of one key");
      }
      const representations = [Object.fromEntries(keys)];
      const [entity]: unknown[] = resolveAll(source, { representations }, context, info) as unknown[];
      const entityType = schema.getType(type as string);
      const found = Promise.resolve(entity); // Rejects inside this function.
      if (!isObjectType(entityType) || fieldCostOf(entityType) === free) return await found;
      const key = accountArgumentOf(accessRuleOf(entityType));
      const accountId = key === undefined ? undefined : valueAt(reference as object, key);
      if (typeof accountId !== "string") return await found;
      return await prefetcher.prefetchDuring(found, { type: entityType, accountId, context, info });
    });
  };
}

/** Parses a key of a gateway's reference by its scalar: Apollo does not. */
export function parseKey(info: GraphQLResolveInfo, scalar: string, field: string, value: unknown): string {
  const type = info.schema.getType(scalar);
  if (!isScalarType(type)) throw new Error(`No scalar ${scalar} in the schema`);
  try {
    return type.parseValue(value) as string;
  } catch (error) {
    throw userInputError(`${field}: ${(error as Error).message}`);
  }
}
