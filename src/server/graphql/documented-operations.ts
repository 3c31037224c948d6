import { readFile, readdir } from "node:fs/promises";

/** The same from src and from dist. */
const FOLDER = new URL("../../../schema/operations/", import.meta.url);

/** The texts of the documented operations. */
export async function documentedOperations(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".graphql")).sort();
  return Promise.all(files.map((name) => readFile(new URL(name, FOLDER), "utf8")));
}

/** The names of operations. */
export function operationNames(operations: readonly string[]): ReadonlySet<string> {
  const names = operations.flatMap((text) => /^(?:query|mutation|subscription)\s+(\w+)/m.exec(text)?.[1] ?? []);
  return new Set(names);
}
