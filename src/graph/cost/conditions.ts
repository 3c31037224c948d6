import { GraphQLIncludeDirective, GraphQLSkipDirective, Kind, type SelectionNode } from "graphql";

/** A variable of `@skip` or `@include`, and the value by which its field is selected. */
interface Condition {
  readonly variable: string;
  readonly is: boolean;
}

/** When a field is selected: if all conditions of any of these lists are met. No list: never. */
export type When = readonly (readonly Condition[])[];

export const ALWAYS: When = [[]];
const NEVER: When = [];

const WANTED: ReadonlyMap<string, boolean> = new Map([
  [GraphQLIncludeDirective.name, true],
  [GraphQLSkipDirective.name, false],
]);

/** Conditions of a selection: `@skip` and `@include`, at most once each. */
export function conditionOf({ directives = [] }: SelectionNode): When {
  const conditions: Condition[] = [];
  for (const { name, arguments: given = [] } of directives) {
    const is = WANTED.get(name.value);
    const value = given.find((argument) => argument.name.value === "if")?.value;
    if (is === undefined || value === undefined) continue;
    if (value.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, is });
    else if (value.kind === Kind.BOOLEAN && value.value !== is) return NEVER;
  }
  return conditions.length === 0 ? ALWAYS : [conditions];
}

export function bothOf(above: When, own: When): When {
  if (own === ALWAYS) return above;
  return above.flatMap((some) => own.map((others) => [...some, ...others]));
}

export function anyOf(all: readonly When[]): When {
  return all.includes(ALWAYS) ? ALWAYS : all.flat();
}

/**
 * A condition whose value is no boolean counts as met: execution fails at its field, after fields above it have called KORE.
 */
export function isMet(when: When, variables: Readonly<Record<string, unknown>>): boolean {
  if (when === ALWAYS) return true;
  return when.some((conditions) =>
    conditions.every(({ variable, is }) => {
      const value = variables[variable];
      return typeof value !== "boolean" || value === is;
    }),
  );
}
