import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type DocumentNode,
  getNamedType,
  isObjectType,
  valueFromASTUntyped,
} from "graphql";
import { collectFields } from "@graphql-tools/utils";
import { Asks, type Things, accountNamed, costOf } from "./cost.ts";

/** An operation that is valid, with its variables as the caller gave them. */
export interface PricedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
  context: unknown;
}

const ROOT: Things = {
  key: "",
  count: 1,
  batches: 1,
  accounts: { key: "", count: 0 },
  known: [],
  lengths: {},
};

/**
 * The most requests that an operation makes to KORE; of a subscription, the most that one event makes. It follows the
 * selection as execution will, with numbers of things in place of things.
 */
export function koreCostOf({ schema, document, operation, variables, context }: PricedOperation): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const walk = new Walk(schema, document, withDefaults(operation, variables), context);
  const { fields } = collectFields(schema, walk.fragments, walk.variables, root, operation.selectionSet);
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const shared = new Asks();
  let total = 0;
  for (const [name, nodes] of fields) {
    const asks = isSerial ? new Asks() : shared; // After a write everything is read anew.
    if (nodes[0]?.name.value === "_entities") walk.entities(nodes, name, asks);
    else walk.field(root, nodes, ROOT, name, asks);
    if (isSerial) total += asks.total;
  }
  return total + shared.total;
}

class Walk {
  readonly fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  readonly #schema: GraphQLSchema;
  readonly variables: Record<string, unknown>;
  readonly #context: unknown;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown>, context: unknown) {
    this.#schema = schema;
    this.variables = variables;
    this.#context = context;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments[definition.name.value] = definition;
    }
  }

  field(type: GraphQLObjectType, nodes: FieldNode[], parent: Things, path: string, asks: Asks): void {
    const [node] = nodes;
    const field = node && type.getFields()[node.name.value];
    if (!node || !field) return;
    const [cost, below] = [costOf(field), getNamedType(field.type)];
    const fields = isObjectType(below) ? this.#fieldsOf(below, nodes) : undefined;
    if (!cost && !fields) return;
    const args = cost ? this.#argumentsOf(field, node) : {};
    const selected = () => namesIn(fields);
    const things = {
      ...parent,
      key: path,
      known: [],
      ...cost?.({ parent, args, path, selected, asks, context: this.#context }),
    };
    if (isObjectType(below)) this.#fields(below, fields, things, path, asks);
  }

  /** References come in any number, of any entity type, and each type has a cost of its own. */
  entities(nodes: FieldNode[], path: string, asks: Asks): void {
    const [node] = nodes;
    const field = this.#schema.getQueryType()?.getFields()._entities;
    if (!node || !field) return;
    const { representations } = this.#argumentsOf(field, node);
    for (const [name, references] of byType(Array.isArray(representations) ? representations : [representations])) {
      const type = this.#schema.getType(name);
      if (!isObjectType(type)) continue;
      const accounts = new Set(references.map(({ accountId, id }) => accountNamed(accountId ?? id).key));
      const [account = ""] = accounts;
      const parent: Things = {
        ...ROOT,
        key: `${path} ${name}`,
        count: references.length,
        batches: accounts.size,
        accounts: { key: accounts.size === 1 ? account : `${path} ${name}`, count: accounts.size },
      };
      const fields = this.#fieldsOf(type, nodes);
      const selected = () => namesIn(fields);
      const site = { parent, args: { references }, path: parent.key, selected, asks, context: this.#context };
      this.#fields(type, fields, { ...parent, ...costOf(type)?.(site) }, parent.key, asks);
    }
  }

  #fields(
    type: GraphQLObjectType,
    fields: ReadonlyMap<string, FieldNode[]> | undefined,
    things: Things,
    path: string,
    asks: Asks,
  ): void {
    for (const [name, nodes] of fields ?? []) this.field(type, nodes, things, `${path}.${name}`, asks);
  }

  #fieldsOf(type: GraphQLObjectType, nodes: FieldNode[]): ReadonlyMap<string, FieldNode[]> {
    // Not graphql-tools' collectSubFields: what it remembers would serve this one operation only, and costs more.
    const selections = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
    const set = { kind: Kind.SELECTION_SET, selections } as const;
    return collectFields(this.#schema, this.fragments, this.variables, type, set).fields;
  }

  #argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> {
    const given = new Map(node.arguments?.map(({ name, value }) => [name.value, value]));
    return Object.fromEntries(
      field.args.map(({ name, defaultValue }) => {
        const value = given.get(name);
        const known = value && valueFromASTUntyped(value, this.variables);
        return [name, known === undefined ? defaultValue : known];
      }),
    );
  }
}

function namesIn(fields: ReadonlyMap<string, FieldNode[]> | undefined): string[] {
  return [...(fields?.values() ?? [])].flatMap(([first]) => (first ? [first.name.value] : []));
}

function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const variables: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (variables[name] === undefined && defaultValue) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

type Reference = Readonly<Record<string, unknown>>;

function byType(references: readonly unknown[]): Map<string, Reference[]> {
  const groups = new Map<string, Reference[]>();
  for (const reference of references) {
    if (typeof reference !== "object" || reference === null) continue;
    const { __typename: name } = reference as Reference;
    if (typeof name !== "string") continue;
    const group = groups.get(name);
    if (group) group.push(reference as Reference);
    else groups.set(name, [reference as Reference]);
  }
  return groups;
}
