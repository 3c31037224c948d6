import { readFile, readdir } from "node:fs/promises";
import { Kind, parse } from "graphql";
import { type PlaygroundTab } from "./index.ts";

/** The same from src and from dist. */
const OPERATIONS = new URL("../../../schema/operations/", import.meta.url);

/**
 * The operations that we show, one tab each. A required variable takes the example of its name, or a blank to fill in.
 */
export async function operationTabs(examples: Readonly<Record<string, unknown>>): Promise<PlaygroundTab[]> {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith(".graphql")).sort();
  return Promise.all(
    files.map(async (name) => {
      const query = await readFile(new URL(name, OPERATIONS), "utf8");
      return { query, variables: variablesOf(query, examples) };
    }),
  );
}

function variablesOf(query: string, examples: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const definitions = parse(query).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
  const required = definitions.filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue);
  return Object.fromEntries(required.map(({ variable: { name } }) => [name.value, examples[name.value] ?? ""]));
}
