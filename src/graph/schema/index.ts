import { getDocumentNodeFromSchema } from "@graphql-tools/utils";
import { type DocumentNode, type GraphQLSchema, Kind, concatAST, parse } from "graphql";
import { type BuildSchemaOptions, type PubSub, buildSchema } from "type-graphql";
import { accessExtension, enforceAccess } from "../rules/access.ts";
import { enforceExclusiveMutations } from "../rules/exclusive-mutation.ts";
import { costExtension } from "../cost/index.ts";
import { declareNode, nodeDefinitions, resolveNode, withNodeIds } from "../entities/node.ts";
import { NodeIds } from "../entities/node-ids.ts";
import { type EntityReference, type ReferenceResolver, typeNameOf, withAccessCheck } from "../entities/reference.ts";
import { resolveEntities } from "../entities/resolve-entities.ts";
import { type IdRule, validateIds } from "../rules/ids.ts";
import { callResolversDirectly } from "../executor/direct-resolvers.ts";
import { Prefetcher } from "../prefetch.ts";
import { serveSubgraph } from "../print/sdl.ts";
import { copyBehaviour, executableSchema } from "./executable.ts";
import { type DirectiveOptions, addFederationDirectives, importsOf } from "./federation-directives.ts";
import { SchemaPrefix } from "./prefix.ts";
import { type IdChecks, idScalars } from "../scalars.ts";

const linkTo = (imports: readonly string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imports)})\n`;

export interface GraphParts {
  resolvers: BuildSchemaOptions["resolvers"];
  /** The entity types of a gateway's `_entities`. */
  references: readonly EntityReference[];
  /** Absent: any text is a valid id. */
  ids?: IdRule;
  /** Absent: no costs are printed for routers. */
  costContext?: unknown;
}

export interface SchemaOptions extends Pick<DirectiveOptions, "hasAuthDirectives"> {
  idChecks: IdChecks;
  /** Most references of one `_entities`. @default unlimited */
  maxRepresentations?: number;
  /** Of the names of types and root fields. @default none */
  prefix?: string;
}

/** Builds the Federation 2 subgraph out of the resources' resolvers. */
export async function buildGraphSchema(parts: GraphParts, options: SchemaOptions): Promise<GraphQLSchema> {
  const { ids = ANY_ID, costContext } = parts;
  const names = new SchemaPrefix(options.prefix ?? "");
  const directives = { hasAuthDirectives: options.hasAuthDirectives ?? false, costContext };
  const base = await buildSchema({
    resolvers: parts.resolvers,
    scalarsMap: idScalars(options.idChecks),
    validate: false, // Its errors echo the whole input. Resolvers check inputs.
    pubSub: UNUSED_PUBSUB,
    skipCheck: true,
  });
  describeRoots(base);
  callResolversDirectly(base);
  const entities = new Map<string, ReferenceResolver>();
  for (const reference of parts.references) {
    const name = typeNameOf(reference);
    const { access, costs, loads, resolve } = reference;
    const type = base.getType(name);
    const cost = costs ?? loads?.cost;
    if (!cost) throw new Error(`No cost for references to ${name}`);
    if (type) type.extensions = { ...type.extensions, ...accessExtension(access), ...costExtension(cost) };
    entities.set(name, withAccessCheck(access, resolve, ids));
  }
  const plain = withArgumentsInOrder(getDocumentNodeFromSchema(base));
  const document = withNodeIds(plain, new Set(entities.keys()));
  const references = new Map([...entities].map(([name, resolve]) => [names.typeName(name), resolve]));
  const nodeIds = new NodeIds(names.definitions(plain), references.keys(), ids);
  const schema = executableSchema([names.definitions(document), nodeDefinitions(nodeIds)], [...references.keys()]);
  names.declare(schema);
  copyBehaviour(base, schema, names);
  const link = parse(linkTo(importsOf(directives)));
  serveSubgraph(schema, () =>
    names.definitions(concatAST([link, addFederationDirectives(document, base, directives)])),
  );
  declareNode(schema, nodeIds);
  validateIds(schema, ids); // Before `enforceAccess`, whose wrapper runs first.
  enforceAccess(schema);
  enforceExclusiveMutations(schema);
  const prefetcher = new Prefetcher();
  prefetcher.install(schema);
  const most = options.maxRepresentations ?? Infinity;
  if (references.size === 0) return schema;
  resolveNode(schema, nodeIds, resolveEntities(schema, { ids: nodeIds, references, most, prefetcher }));
  return schema;
}

const ANY_ID: IdRule = { isValid: () => true, rule: "" };

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
  if (live)
    live.description =
      "Live updates, over WebSocket (graphql-transport-ws), server-sent events or multipart responses.";
}

/** Reverses arguments: parameter decorators run last to first, and TypeGraphQL lists arguments in that order. */
function withArgumentsInOrder(document: DocumentNode): DocumentNode {
  const definitions = document.definitions.map((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION
      ? {
          ...type,
          fields: type.fields?.map((field) => ({ ...field, arguments: [...(field.arguments ?? [])].reverse() })),
        }
      : type,
  );
  return { ...document, definitions } as DocumentNode;
}
