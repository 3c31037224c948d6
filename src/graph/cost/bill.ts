import { type ValueNode, valueFromASTUntyped, visit } from "graphql";
import { type AbstractShape, type Field, type Fields, type Shape } from "../execution/plan.ts";
import { type FieldCost, costOf } from "./cost.ts";

/** By name. */
export type Values = Readonly<Record<string, unknown>>;

/** A field that may cost something itself, or leads to one that may. */
export interface Item {
  readonly field: Field;
  readonly cost: FieldCost | undefined;
  /** What its cost goes by: the arguments as the caller gave them. */
  readonly argumentsOf: (variables: Values) => Values;
  /** Names of the fields that are selected below it. */
  readonly selected: () => readonly string[];
  readonly below: readonly Item[];
  /** Of `_entities`: what its references may be. What they cost is known when they are. */
  readonly entities: AbstractShape | undefined;
}

const bills = new WeakMap<Fields, readonly Item[]>();

/** What is to be looked at to price a selection: most fields cost nothing, whatever the variables are. */
export function billOf(fields: Fields): readonly Item[] {
  let bill = bills.get(fields);
  if (!bill) bills.set(fields, (bill = fields.all.flatMap((field) => itemOf(field) ?? [])));
  return bill;
}

export const namesIn = ({ all }: Fields): readonly string[] => all.map(({ definition }) => definition.name);

function itemOf(field: Field): Item | undefined {
  const cost = costOf(field.definition);
  const shape = itemShape(field.shape);
  const entities = shape.kind === "abstract" && field.definition.name === "_entities" ? shape : undefined;
  const below = shape.kind === "object" ? billOf(shape.fields) : [];
  if (!cost && !entities && below.length === 0) return undefined;
  const names = shape.kind === "object" ? namesIn(shape.fields) : [];
  return { field, cost, argumentsOf: argumentsOf(field), selected: () => names, below, entities };
}

function itemShape(shape: Shape): Exclude<Shape, { kind: "nonNull" | "list" }> {
  if (shape.kind === "nonNull") return itemShape(shape.of);
  return shape.kind === "list" ? itemShape(shape.item) : shape;
}

/** Reads the arguments of a field out of variables; what the operation itself says is read once. */
function argumentsOf({ definition, nodes: [node] }: Field): (variables: Values) => Values {
  const given = new Map(node.arguments?.map(({ name, value }) => [name.value, value]));
  const reads = definition.args.map(({ name, defaultValue }) => {
    const value = given.get(name);
    if (value && hasVariables(value)) {
      const read = (variables: Values) => {
        const known = valueFromASTUntyped(value, variables);
        return known === undefined ? defaultValue : known;
      };
      return { name, read };
    }
    const said: unknown = value ? valueFromASTUntyped(value) : defaultValue;
    return { name, read: () => said };
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
