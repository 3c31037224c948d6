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
import { type BuildSchemaOptions, type PubSub, buildSchema, createResolversMap } from "type-graphql";
import { type AccessRules, checkAccess, enforceAccess } from "./access.ts";
import { keepAlone } from "./alone.ts";
import { type GraphContext } from "./context.ts";
import { userInputError } from "./errors.ts";
import { type IdRule, refuseImpossibleIds } from "./ids.ts";
import { callLeanly } from "./lean-resolvers.ts";
import { type Foresights, LookAhead } from "./look-ahead.ts";
import { type IdChecks, idScalars } from "./scalars.ts";

const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n`;

/** Finds an entity by one of its keys, on behalf of a gateway. `null`: there is none. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each type knows its own keys and context
type ReferenceResolver = (reference: any, context: any, info: GraphQLResolveInfo) => unknown;

export interface GraphParts {
  resolvers: BuildSchemaOptions["resolvers"];
  /** By type name. */
  references: Readonly<Record<string, ReferenceResolver>>;
  /** Who may ask for each field and reference. */
  access: AccessRules;
  /** What fields will ask for. */
  foresights?: Foresights;
  /** Absent: any text may be an id. */
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
    validate: false, // Its errors echo the whole input; inputs are checked where they are used.
    pubSub: UNUSED_PUBSUB,
    skipCheck: true,
  });
  describeRoots(base);
  callLeanly(base);
  const resolvers = createResolversMap(base);
  for (const [name, find] of Object.entries(parts.references)) {
    Object.assign((resolvers[name] ??= {}), { __resolveReference: behindAccess(name, find, parts.access, ids) });
  }
  const typeDefs = withArgumentsInOrder(parse(FEDERATION + printSchemaWithDirectives(base)));
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolvers as never });
  copyExtensions(base, schema);
  refuseImpossibleIds(schema, ids); // Behind the access rules, which come first.
  enforceAccess(schema, parts.access, Object.keys(parts.references));
  keepAlone(schema);
  const lookAhead = new LookAhead(parts.foresights ?? {});
  lookAhead.watch(schema);
  const entities = new Set(Object.keys(parts.references));
  resolveEachEntityAlone(schema, { entities, most: options.maxRepresentations ?? Infinity, lookAhead });
  return schema;
}

const ANY_ID: IdRule = { isPossible: () => true, rule: "" };

function behindAccess(
  name: string,
  find: ReferenceResolver,
  access: AccessRules,
  { isPossible, rule: idRule }: IdRule,
): ReferenceResolver {
  return async (reference: object, context: GraphContext, info) => {
    const rule = access[name];
    if (!rule) throw new Error(`No access rule for ${name}`);
    await checkAccess(rule, reference, context);
    const impossible = Object.entries(reference).find(([, value]) => typeof value === "string" && !isPossible(value));
    if (impossible) throw userInputError(`representations: ${impossible[0]}: ${idRule}`);
    return find(reference, context, info);
  };
}

/** The subgraph's SDL, as a gateway composes it. */
export function printSubgraph(schema: GraphQLSchema): string {
  return printSubgraphSchema(schema) + "\n";
}

/** TypeGraphQL wants one to exist. Each of our subscriptions brings its own source. */
const UNUSED_PUBSUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error("A subscription without a source of its own");
  },
};

/** TypeGraphQL has no place for these. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation, live] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  if (query) query.description = "Reads. Each says how many requests to KORE it costs.";
  if (mutation) mutation.description = "Writes. Each tells what became of every SIM or API client.";
  if (live) live.description = "Live updates, over WebSocket (graphql-transport-ws) or server-sent events.";
}

/** Parameter decorators run last to first, and so TypeGraphQL lists arguments; people read them first to last. */
function withArgumentsInOrder(document: DocumentNode): DocumentNode {
  return visit(document, {
    FieldDefinition: (field) => ({ ...field, arguments: [...(field.arguments ?? [])].reverse() }),
  });
}

/** A subgraph is rebuilt from SDL, which carries no `extensions`; what reads them would silently stop working. */
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
 * `@apollo/subgraph` resolves all references in one go: a mistake in one would fail them all and leave the others'
 * promises without anybody to catch their errors, which ends the process. Each alone still shares a batch.
 */
function resolveEachEntityAlone(
  schema: GraphQLSchema,
  { entities, most, lookAhead }: { entities: ReadonlySet<unknown>; most: number; lookAhead: LookAhead },
): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const together = field?.resolve;
  if (!field || !together) return;
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
      const [entity]: unknown[] = together(source, { representations }, context, info) as unknown[];
      const { accountId } = reference as { accountId?: unknown };
      const entityType = schema.getType(type as string);
      const found = Promise.resolve(entity); // It must fail here.
      if (typeof accountId !== "string" || !isObjectType(entityType)) return await found;
      return await lookAhead.along(found, { type: entityType, accountId, context, info });
    });
  };
}

/** Holds a value of a gateway's reference to the rule of its scalar: references do not pass the scalars themselves. */
export function parseKey(info: GraphQLResolveInfo, scalar: string, field: string, value: unknown): string {
  const type = info.schema.getType(scalar);
  if (!isScalarType(type)) throw new Error(`No scalar ${scalar} in the schema`);
  try {
    return type.parseValue(value) as string;
  } catch (error) {
    throw userInputError(`${field}: ${(error as Error).message}`);
  }
}
