import { type DocumentNode, type GraphQLSchema, Kind, isInterfaceType, isObjectType, parse } from "graphql";
import { type GraphContext } from "../context.ts";
import { costExtension, free, referencesExtension } from "../cost/index.ts";
import { userInputError } from "../errors.ts";
import { accessExtension, accessRuleOf } from "../rules/access.ts";
import { type NodeIds } from "./node-ids.ts";
import { type ResolveReference } from "./resolve-entities.ts";

const NODE_ID = `"""Globally unique, opaque id: \`node\` takes it, and client caches can key by it."""
  nodeId: ID!`;

/** Adds `nodeId` to the entity types, as a field and as a key, by which other subgraphs may refer to them. */
export function withNodeIds(document: DocumentNode, entities: ReadonlySet<string>): DocumentNode {
  const [added] = parse(`type Entity @key(fields: "nodeId") { ${NODE_ID} }`).definitions;
  if (added?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new Error("No object type");
  const { directives = [], fields = [] } = added;
  const definitions = document.definitions.map((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !entities.has(type.name.value)) return type;
    const { directives: keys = [], fields: own = [] } = type;
    return { ...type, directives: [...keys, ...directives], fields: [...fields, ...own] };
  });
  return { ...document, definitions };
}

/**
 * Adds the interface \`Node\` and the query \`node\` (GraphQL Global Object Identification), which gateways do not see: in a
 * supergraph an id may be another subgraph's, whose interface of the same name may have other fields.
 */
export function nodeDefinitions(ids: NodeIds): DocumentNode {
  const implementations = ids.types.map((name) => `extend type ${name} implements Node`);
  return parse(`
    """An object with a globally unique id."""
    interface Node { ${NODE_ID} }
    extend type Query {
      """Any object by its \`nodeId\`; null when KORE knows none. Rights and cost are those of the field that reads its type."""
      node("""Its \`nodeId\`.""" id: ID!): Node
    }
    ${implementations.join("\n")}`);
}

/** Declares the rules of `node` and of `nodeId`, and the resolvers of the latter. */
export function declareNode(schema: GraphQLSchema, ids: NodeIds): void {
  const node = schema.getQueryType()?.getFields().node;
  if (node) {
    const references = ({ id }: Readonly<Record<string, unknown>>) => {
      const reference = ids.parse(id);
      return reference ? [reference] : []; // Execution refuses it.
    };
    node.extensions = {
      ...accessExtension({ role: "viewer", account: "entity" }),
      ...costExtension(free), // Beside that of the reference.
      ...referencesExtension(references),
    };
  }
  for (const name of ids.types) {
    const type = schema.getType(name);
    const field = isObjectType(type) ? type.getFields().nodeId : undefined;
    if (!isObjectType(type) || !field) throw new Error(`${name} has no nodeId`);
    field.resolve = (entity: Readonly<Record<string, unknown>>) => ids.idOf(name, entity);
    const { role = "viewer" } = accessRuleOf(type) ?? {};
    field.extensions = { ...accessExtension({ role, account: "parent" }), ...costExtension(free) };
  }
}

export function resolveNode(schema: GraphQLSchema, ids: NodeIds, resolveReference: ResolveReference): void {
  const field = schema.getQueryType()?.getFields().node;
  const node = schema.getType("Node");
  if (!field || !isInterfaceType(node)) return;
  node.resolveType = ({ __typename }: { __typename: string }) => __typename;
  field.resolve = (_source, { id }: { id: string }, context: GraphContext, info) => {
    const reference = ids.parse(id);
    if (!reference) throw userInputError("id: is no nodeId of this graph");
    return resolveReference(reference, context, info);
  };
}
