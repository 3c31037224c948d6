import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  getNamedType,
  isAbstractType,
  isObjectType,
  valueFromASTUntyped,
  visit,
} from "graphql";
import { getFieldDef } from "graphql/execution/execute.js";
import { accessRuleOf, accountArgumentOf } from "../rules/access.ts";
import { PlanCachePart } from "../executor/plan-cache.ts";
import { type Operation } from "../executor/operation.ts";
import { operationsOf } from "../executor/operations.ts";
import { ALWAYS, type When, anyOf, bothOf, conditionOf, isMet } from "./conditions.ts";
import { type FieldCost, type ReferencesOf, fieldCostOf, referencesOf } from "./cost.ts";

/** By name. */
export type Values = Readonly<Record<string, unknown>>;

/** A field that may have a cost, or has such a field below. */
export interface CostField {
  /** The response key. */
  readonly key: string;
  readonly when: When;
  readonly cost: FieldCost | undefined;
  /** Path of the argument that names the account of the field and of the items below. */
  readonly accountArgument: string | undefined;
  /** Arguments as given, neither validated nor parsed. */
  readonly argumentsOf: (variables: Values) => Values;
  readonly below: CostSelection;
  /** Of a field of a union or an interface: the selection on each type that has a cost. */
  readonly members: readonly CostSelection[];
  /** Of a field that returns entities by references: its cost depends on them. */
  readonly entities: CostEntities | undefined;
}

interface CostEntities {
  readonly referencesOf: ReferencesOf;
  /** The selection on an entity type. */
  readonly levelOf: (type: GraphQLObjectType) => CostSelection;
}

/** The selection on an object, regardless of `@skip` and `@include`. */
export interface CostSelection {
  readonly costly: readonly CostField[];
  readonly fields: readonly { readonly name: string; readonly when: When }[];
}

const NOTHING: CostSelection = { costly: [], fields: [] };

export const namesIn = ({ fields }: CostSelection, variables: Values): readonly string[] =>
  fields.filter(({ when }) => isMet(when, variables)).map(({ name }) => name);

/** A node of a document, and the conditions above it. */
interface Conditional<Node> {
  readonly node: Node;
  readonly when: When;
}

const parts = new WeakMap<Operation, PlanCachePart<CostSelection>>();

/**
 * The fields of an operation that may have a cost; most have none, independently of variables. One plan serves all values of
 * conditions, since callers may send any combination.
 */
export function costPlanOf(operation: Operation): CostSelection {
  let part = parts.get(operation);
  if (!part) parts.set(operation, (part = new PlanCachePart(operationsOf(operation.schema).planCache)));
  return part.get("", (grow) =>
    new CostPlanner(operation, (fields) => grow(fields * BYTES_PER_FIELD)).level(operation.root, [
      { node: operation.definition.selectionSet, when: ALWAYS },
    ]),
  );
}

/** Heap of one selected field: 185 measured. */
const BYTES_PER_FIELD = 300;

class CostPlanner {
  readonly #operation: Operation;
  readonly #onGrow: (fields: number) => void;

  constructor(operation: Operation, onGrow: (fields: number) => void) {
    this.#operation = operation;
    this.#onGrow = onGrow;
  }

  level(type: GraphQLObjectType, sets: readonly Conditional<SelectionSetNode>[]): CostSelection {
    const costly: CostField[] = [];
    const fields: { name: string; when: When }[] = [];
    for (const [key, nodes] of this.#collect(type, sets)) {
      this.#onGrow(nodes.length);
      const [first] = nodes;
      const definition = first && getFieldDef(this.#operation.schema, type, first.node);
      if (!definition) continue;
      const when = anyOf(nodes.map((one) => one.when));
      fields.push({ name: definition.name, when });
      const item = this.#item(key, when, definition, nodes);
      if (item) costly.push(item);
    }
    return { costly, fields };
  }

  #item(
    key: string,
    when: When,
    definition: GraphQLField<unknown, unknown>,
    nodes: readonly Conditional<FieldNode>[],
  ): CostField | undefined {
    const cost = fieldCostOf(definition);
    const type = getNamedType(definition.type);
    const sets = nodes.flatMap(({ node: { selectionSet }, when }) =>
      selectionSet ? [{ node: selectionSet, when }] : [],
    );
    const references = referencesOf(definition);
    const below = isObjectType(type) ? this.level(type, sets) : NOTHING;
    const possible = isAbstractType(type) && !references ? this.#operation.schema.getPossibleTypes(type) : [];
    const members = possible.map((one) => this.level(one, sets)).filter(({ costly }) => costly.length > 0);
    if (!cost && !references && below.costly.length === 0 && members.length === 0) return undefined;
    const entities = references && { referencesOf: references, levelOf: this.#entities(sets) };
    const accountArgument = accountArgumentOf(accessRuleOf(definition));
    return {
      key,
      when,
      cost,
      accountArgument,
      argumentsOf: argumentsOf(definition, nodes[0]?.node),
      below,
      members,
      entities,
    };
  }

  #entities(sets: readonly Conditional<SelectionSetNode>[]): (type: GraphQLObjectType) => CostSelection {
    const levels = new Map<GraphQLObjectType, CostSelection>();
    return (type) => {
      let level = levels.get(type);
      if (!level) levels.set(type, (level = this.level(type, sets)));
      return level;
    };
  }

  /** Collects fields as graphql-js does, conditional ones included. */
  #collect(
    type: GraphQLObjectType,
    sets: readonly Conditional<SelectionSetNode>[],
  ): Map<string, Conditional<FieldNode>[]> {
    const { schema, fragments } = this.#operation;
    const found = new Map<string, Conditional<FieldNode>[]>();
    const applies = (name: string | undefined) => {
      const condition = name === undefined ? type : schema.getType(name);
      return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
    };
    const collect = ({ selections }: SelectionSetNode, above: When): void => {
      for (const selection of selections) {
        const when = bothOf(above, conditionOf(selection));
        if (when.length === 0) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const nodes = found.get(key);
          if (nodes) nodes.push({ node: selection, when });
          else found.set(key, [{ node: selection, when }]);
          continue;
        }
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
        if (fragment && applies(fragment.typeCondition?.name.value)) collect(fragment.selectionSet, when);
      }
    };
    for (const { node, when } of sets) collect(node, when);
    return found;
  }
}

/** Reads the arguments of a field from variables; literals are read once. */
function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode | undefined,
): (variables: Values) => Values {
  const given = new Map(node?.arguments?.map(({ name, value }) => [name.value, value]));
  const reads = definition.args.map(({ name, defaultValue }) => {
    const value = given.get(name);
    if (value && hasVariables(value)) {
      const read = (variables: Values) => {
        const known = valueFromASTUntyped(value, variables);
        return known === undefined ? defaultValue : known;
      };
      return { name, read };
    }
    const literal: unknown = value ? valueFromASTUntyped(value) : defaultValue;
    return { name, read: () => literal };
  });
  return (variables) => {
    const args: Record<string, unknown> = {};
    for (const { name, read } of reads) args[name] = read(variables);
    return args;
  };
}

function hasVariables(value: ValueNode): boolean {
  let found = false;
  visit(value, { Variable: () => void (found = true) });
  return found;
}
