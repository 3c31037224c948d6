import { readFile, readdir } from "node:fs/promises";
import { GraphQLError, Kind, parse } from "graphql";
import { packageFile } from "../../common/package-file.ts";

const FOLDER = packageFile("schema/operations/");

/** The texts of the documented operations. */
export async function documentedOperations(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".graphql")).sort();
  return Promise.all(files.map((name) => readFile(new URL(name, FOLDER), "utf8")));
}

/** The names of operations. Texts that are none have none. */
export function operationNames(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap(namesIn));
}

function namesIn(text: string): string[] {
  try {
    const { definitions } = parse(text, { noLocation: true });
    return definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION && one.name ? [one.name.value] : []));
  } catch (error) {
    if (error instanceof GraphQLError) return [];
    throw error;
  }
}
