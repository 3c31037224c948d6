import { readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { buildGraphSchema } from "../graph/index.ts";
import { graphParts } from "../resources/index.ts";
import { ALL_VARIABLES, SCHEMA_VARIABLES, readConfig, readSchemaSettings } from "../server/config/index.ts";
import { SettingError, fileError } from "../server/config/setting-error.ts";
import { documentRule } from "../server/graphql/limits/document-rule.ts";
import { type DocumentFile, type ManifestOperation, manifestOf } from "../server/graphql/manifest.ts";
import { defineCommand } from "./arguments/command.ts";

/** Limits of one document. */
const LIMITS = ["LIMIT_TOKENS", "LIMIT_DEPTH", "LIMIT_ALIASES"];

/** The manifest's forms, of which TRUSTED_DOCUMENTS takes each. */
const FORMATS: Readonly<Record<string, (operations: readonly ManifestOperation[]) => unknown>> = {
  apollo: (operations) => ({ format: "apollo-persisted-query-manifest", version: 1, operations }),
  hashes: (operations) => Object.fromEntries(operations.map(({ id, body }) => [id, body])),
};

export const trust = defineCommand({
  summary: "writes the manifest for TRUSTED_DOCUMENTS from the .graphql and .gql files of a front end",
  operand: "documents",
  options: {
    documents: { type: "string", value: "FOLDER", help: "the folder with the documents, searched with its subfolders" },
    out: { type: "string", value: "FILE", help: "writes the manifest into this file; unless given, it is printed" },
    check: { type: "string", value: "FILE", help: "fails unless this file is the current manifest" },
    format: {
      type: "string",
      value: "FORM",
      help: "apollo (default): Apollo's persisted query manifest; hashes: texts by hash, as GraphQL Code Generator and Relay write them",
    },
    "without-typename": { type: "boolean", help: "adds no __typename, for clients that need none" },
  },
  settings: [...SCHEMA_VARIABLES, ...ALL_VARIABLES.filter(({ name }) => LIMITS.includes(name))],
  async run({ documents: folder, out, check, format = "apollo", "without-typename": isPlain }, env, { say, complain }) {
    if (folder === undefined) throw new SettingError("FOLDER: is missing: the folder with the front end's documents");
    const shape = FORMATS[format];
    if (!shape) throw new SettingError(`--format: must be one of ${Object.keys(FORMATS).join(", ")}`);
    const limits = Object.fromEntries(LIMITS.map((name) => [name, env[name]]));
    const { limits: allowed } = readConfig({ ...limits, KORE_MODE: "simulator" });
    const files = await documentsIn(folder).catch((error: unknown) => {
      throw fileError("FOLDER", "read", error);
    });
    const { operations, mistakes, warnings } = manifestOf(files, {
      schema: await buildGraphSchema(graphParts, { idChecks: "explain", ...readSchemaSettings(env) }),
      rules: [documentRule(allowed)],
      addsTypenames: !isPlain,
    });
    for (const warning of warnings) complain(`warning: ${warning}`);
    for (const mistake of mistakes) complain(mistake);
    if (mistakes.length > 0) return 1;
    if (operations.length === 0) throw new SettingError("FOLDER: holds no operation in a .graphql or .gql file");

    const manifest = `${JSON.stringify(shape(operations), null, 2)}\n`;
    if (check !== undefined) {
      if ((await readFile(check, "utf8").catch(() => "")) === manifest) return 0;
      complain(`--check: the file is not the manifest of these ${operations.length} operations: write it with --out`);
      return 1;
    }
    if (out === undefined) {
      say(manifest);
      return 0;
    }
    await writeFile(out, manifest).catch((error: unknown) => {
      throw fileError("--out", "written", error);
    });
    say(`${operations.length} operations. Serve only them with TRUSTED_DOCUMENTS=${out}\n`);
    return 0;
  },
});

/** Sorted, so that the same files give the same manifest everywhere. */
async function documentsIn(folder: string): Promise<DocumentFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(graphql|gql)$/.test(entry.name))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((path) => !path.split(sep).includes("node_modules"))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({ path: join(folder, path), text: await readFile(join(folder, path), "utf8") })),
  );
}
