import { readFile, writeFile } from "node:fs/promises";
import { packageFile } from "../common/package-file.ts";
import { buildGraphSchema, printApi, printClientFiles, printSubgraph } from "../graph/index.ts";
import { graphParts } from "../resources/index.ts";
import { SCHEMA_VARIABLES, configurationTable, limitsTable, readSchemaSettings } from "../server/config/index.ts";
import { type GivenOptions, type Output, defineCommand } from "./arguments/command.ts";

const OPTIONS = {
  write: { type: "boolean", help: "writes it into its file in the repository" },
  check: { type: "boolean", help: "fails unless the file is current" },
} as const;

export const printSchema = defineCommand({
  summary: "prints the subgraph's SDL; --write and --check are about the clients' schema and files, too",
  options: { ...OPTIONS, api: { type: "boolean", help: "prints the clients' schema instead, without federation" } },
  settings: SCHEMA_VARIABLES,
  async run({ api, ...given }, env, output) {
    const isOfRepository = given.write === true || given.check === true;
    const settings = isOfRepository ? {} : readSchemaSettings(env);
    const schema = await buildGraphSchema(graphParts, { idChecks: "explain", ...settings });
    const files = {
      "schema/subgraph.graphql": await printSubgraph(schema),
      "schema/api.graphql": printApi(schema),
      ...inFolder("schema/client", printClientFiles(schema)),
    };
    const generated = Object.entries(files).map(([path, text]) => ({ path, text, replaceIn: () => text }));
    return printGenerated(given, output, api ? generated.slice(1) : generated);
  },
});

const inFolder = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

export const printConfig = defineCommand({
  summary: "prints the tables of variables",
  options: OPTIONS,
  run(given, _, output) {
    const tables = { configuration: configurationTable(), limits: limitsTable() };
    const sections = Object.entries(tables).map(([name, table]) => {
      const begin = `<!-- ${name}: written by "npm run generate" -->`;
      return { name, text: `${begin}\n\n<!-- prettier-ignore -->\n${table}\n\n<!-- end of ${name} -->` };
    });
    const generated = {
      path: "src/server/config/README.md",
      text: sections.map(({ text }) => text).join("\n\n"),
      replaceIn: (readme: string) =>
        sections.reduce(
          (page, { name, text }) =>
            page.replace(new RegExp(`<!-- ${name}: [\\s\\S]*<!-- end of ${name} -->`), () => text),
          readme,
        ),
    };
    return printGenerated(given, output, [generated]);
  },
});

interface Generated {
  /** Below the root of the repository. */
  path: string;
  text: string;
  /** Puts the text in place of the old one in the file's content. */
  replaceIn: (content: string) => string;
}

/** Prints the first of generated texts, writes all into their files, or checks that the files have them. */
async function printGenerated(
  given: GivenOptions<typeof OPTIONS>,
  { say, complain }: Output,
  generated: readonly Generated[],
): Promise<number> {
  if (!given.write && !given.check) {
    say(generated[0]?.text ?? "");
    return 0;
  }
  let status = 0;
  for (const { path, replaceIn } of generated) {
    const file = packageFile(path);
    const old = await readFile(file, "utf8").catch(() => "");
    const current = replaceIn(old);
    if (given.write) await writeFile(file, current);
    if (given.check && current !== old) {
      complain(`${path} is not current: run "npm run generate"`);
      status = 1;
    }
  }
  return status;
}
