import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  isObjectType,
  valueFromASTUntyped,
} from "graphql";
import { operationsOf } from "../execution/operations.ts";
import { type Item, type Level, type Values, billOf, namesIn } from "./bill.ts";
import { isMet } from "./conditions.ts";
import { Asks, type Things, accountNamed, costOf } from "./cost.ts";

/** An operation that is valid, with its variables as the caller gave them. */
export interface PricedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Values;
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
  const known = operationsOf(schema).find(document, operation.name?.value ?? null);
  if (!known) return 0;
  const values = withDefaults(operation, variables);
  const pricing = new Pricing(schema, values, context);
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const shared = new Asks();
  let total = 0;
  for (const item of billOf(known).items) {
    const asks = isSerial ? new Asks() : shared; // After a write everything is read anew.
    pricing.price(item, ROOT, item.key, asks);
    if (isSerial) total += asks.total;
  }
  return total + shared.total;
}

class Pricing {
  readonly #schema: GraphQLSchema;
  readonly #variables: Values;
  readonly #context: unknown;

  constructor(schema: GraphQLSchema, variables: Values, context: unknown) {
    this.#schema = schema;
    this.#variables = variables;
    this.#context = context;
  }

  price(item: Item, parent: Things, path: string, asks: Asks): void {
    const { when, cost, below, entities } = item;
    if (!isMet(when, this.#variables)) return;
    const args = item.argumentsOf(this.#variables);
    if (entities) this.#entities(entities, args, path, asks);
    const change = cost?.({
      parent,
      args,
      path,
      selected: () => namesIn(below, this.#variables),
      asks,
      context: this.#context,
    });
    if (below.items.length > 0) this.#all(below, thingsBelow(parent, path, change), path, asks);
  }

  #all({ items }: Level, parent: Things, path: string, asks: Asks): void {
    for (const item of items) this.price(item, parent, `${path}.${item.key}`, asks);
  }

  /** References come in any number, of any entity type, and each type has a cost of its own. */
  #entities(levelOf: NonNullable<Item["entities"]>, { representations }: Values, path: string, asks: Asks): void {
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
      const level = levelOf(type);
      const selected = () => namesIn(level, this.#variables);
      const site = { parent, args: { references }, path: parent.key, selected, asks, context: this.#context };
      this.#all(level, { ...parent, ...costOf(type)?.(site) }, parent.key, asks);
    }
  }
}

/** Field by field: objects that are spread and added to cost more than all the arithmetic. */
function thingsBelow(parent: Things, path: string, change: Partial<Things> = {}): Things {
  const { key = path, count = parent.count, batches = parent.batches, accounts = parent.accounts } = change;
  const { known = [], lengths = parent.lengths } = change;
  return { key, count, batches, accounts, known, lengths };
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Values): Values {
  // Names are the caller's: of what every object inherits, none must be taken for a value.
  const variables = Object.assign(Object.create(null), given) as Record<string, unknown>;
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (variables[name] === undefined && defaultValue) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

function byType(references: readonly unknown[]): Map<string, Values[]> {
  const groups = new Map<string, Values[]>();
  for (const reference of references) {
    if (typeof reference !== "object" || reference === null) continue;
    const { __typename: name } = reference as Values;
    if (typeof name !== "string") continue;
    const group = groups.get(name);
    if (group) group.push(reference as Values);
    else groups.set(name, [reference as Values]);
  }
  return groups;
}
