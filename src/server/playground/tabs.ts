import { Kind, parse } from "graphql";
import { type PlaygroundTab } from "./index.ts";

/**
 * One tab for each documented operation. A required variable gets the example of its name, or an empty text.
 */
export function operationTabs(
  operations: readonly string[],
  examples: Readonly<Record<string, unknown>>,
): PlaygroundTab[] {
  return operations.map((query) => ({ query, variables: variablesOf(query, examples) }));
}

function variablesOf(query: string, examples: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const definitions = parse(query).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
  const required = definitions.filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue);
  return Object.fromEntries(required.map(({ variable: { name } }) => [name.value, examples[name.value] ?? ""]));
}
