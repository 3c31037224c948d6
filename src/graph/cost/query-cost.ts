import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  isObjectType,
  valueFromASTUntyped,
} from "graphql";
import { operationsOf } from "../executor/operations.ts";
import { type CostField, type CostSelection, type Values, costPlanOf, namesIn } from "./cost-plan.ts";
import { accessRuleOf, valueAt } from "../rules/access.ts";
import { isMet } from "./conditions.ts";
import { UpstreamCalls, type CostItems, accountNamed, fieldCostOf } from "./cost.ts";

/** An operation that is valid, with its variables as the caller gave them. */
export interface CostedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Values;
  context: unknown;
}

const ROOT: CostItems = {
  key: "",
  count: 1,
  batches: 1,
  accounts: { key: "", count: 0 },
  preloaded: [],
  listSizes: {},
};

/**
 * The maximum number of requests to KORE of an operation; for a subscription, of one event. Follows the selection as execution
 * does, with numbers of items in place of items.
 */
export function queryCost({ schema, document, operation, variables, context }: CostedOperation): number {
  const known = operationsOf(schema).find(document, operation.name?.value ?? null);
  if (!known) return 0;
  const values = withDefaults(operation, variables);
  const calculation = new CostCalculation(schema, values, context);
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const shared = new UpstreamCalls();
  let total = 0;
  for (const item of costPlanOf(known).costly) {
    const calls = isSerial ? new UpstreamCalls() : shared; // Loaders are cleared after a write.
    calculation.add(item, { ...ROOT, key: item.key }, item.key, calls);
    if (isSerial) total += calls.total;
  }
  return total + shared.total;
}

class CostCalculation {
  readonly #schema: GraphQLSchema;
  readonly #variables: Values;
  readonly #context: unknown;

  constructor(schema: GraphQLSchema, variables: Values, context: unknown) {
    this.#schema = schema;
    this.#variables = variables;
    this.#context = context;
  }

  add(item: CostField, above: CostItems, path: string, calls: UpstreamCalls): void {
    const { when, cost, accountArgument, below, members, entities } = item;
    if (!isMet(when, this.#variables)) return;
    const args = item.argumentsOf(this.#variables);
    const parent =
      accountArgument === undefined ? above : { ...above, accounts: accountNamed(valueAt(args, accountArgument)) };
    if (entities) this.#addEntities(entities, args, path, calls);
    const change = cost?.({
      parent,
      args,
      path,
      selected: () => namesIn(below, this.#variables),
      calls,
      context: this.#context,
    });
    if (below.costly.length > 0) this.#addAll(below, itemsBelow(parent, path, change), path, calls);
    if (members.length > 0) this.#addMembers(members, itemsBelow(parent, path, change), path, calls);
  }

  /** One item is of one type, the most costly at worst; several may be of all. */
  #addMembers(members: readonly CostSelection[], parent: CostItems, path: string, calls: UpstreamCalls): void {
    const costs = members.map((member) => {
      const alone = new UpstreamCalls();
      this.#addAll(member, parent, path, alone);
      return alone.total;
    });
    const most = costs.indexOf(Math.max(...costs));
    for (const [index, member] of members.entries()) {
      if (parent.count > 1 || index === most) this.#addAll(member, parent, path, calls);
    }
  }

  #addAll({ costly }: CostSelection, parent: CostItems, path: string, calls: UpstreamCalls): void {
    for (const item of costly) this.add(item, parent, `${path}.${item.key}`, calls);
  }

  /** References may be of several entity types, each with its own cost. */
  #addEntities(
    { levelOf, referencesOf }: NonNullable<CostField["entities"]>,
    args: Values,
    path: string,
    calls: UpstreamCalls,
  ): void {
    for (const [name, references] of byType(referencesOf(args))) {
      const type = this.#schema.getType(name);
      if (!isObjectType(type)) continue;
      const rule = accessRuleOf(type)?.account;
      const key = typeof rule === "object" ? rule.argument : "";
      const accounts = new Set(references.map((reference) => accountNamed(valueAt(reference, key)).key));
      const [account = ""] = accounts;
      const parent: CostItems = {
        ...ROOT,
        key: `${path} ${name}`,
        count: references.length,
        batches: accounts.size,
        accounts: { key: accounts.size === 1 ? account : `${path} ${name}`, count: accounts.size },
      };
      const level = levelOf(type);
      const selected = () => namesIn(level, this.#variables);
      const site = { parent, args: { references }, path: parent.key, selected, calls, context: this.#context };
      this.#addAll(level, { ...parent, ...fieldCostOf(type)?.(site) }, parent.key, calls);
    }
  }
}

/** Field by field: spreading objects takes longer than the whole computation. */
function itemsBelow(parent: CostItems, path: string, change: Partial<CostItems> = {}): CostItems {
  const { key = path, count = parent.count, batches = parent.batches, accounts = parent.accounts } = change;
  const { preloaded = [], listSizes = parent.listSizes } = change;
  return { key, count, batches, accounts, preloaded, listSizes };
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Values): Values {
  // Without a prototype: inherited properties must not be taken for variables.
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
