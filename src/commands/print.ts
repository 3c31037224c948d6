import { readFile, writeFile } from "node:fs/promises";
import { buildGraphSchema, printSubgraph } from "../graph/index.ts";
import { graphParts } from "../resources/index.ts";
import { configurationTable, limitsTable } from "../server/config/index.ts";
import { type GivenOptions, type Output, defineCommand } from "./arguments/command.ts";

const OPTIONS = {
  write: { type: "boolean", help: "writes it into its file in the repository" },
  check: { type: "boolean", help: "fails unless the file is current" },
} as const;

export const printSchema = defineCommand({
  summary: "prints the subgraph's SDL",
  options: OPTIONS,
  async run(given, _, output) {
    const sdl = printSubgraph(await buildGraphSchema(graphParts, { idChecks: "explain" }));
    return printGenerated(given, output, { path: "schema/subgraph.graphql", text: sdl, replaceIn: () => sdl });
  },
});

export const printConfig = defineCommand({
  summary: "prints the tables of variables",
  options: OPTIONS,
  run(given, _, output) {
    const tables = { configuration: configurationTable(), limits: limitsTable() };
    const sections = Object.entries(tables).map(([name, table]) => {
      const begin = `<!-- ${name}: written by "npm run generate" -->`;
      return { name, text: `${begin}\n\n<!-- prettier-ignore -->\n${table}\n\n<!-- end of ${name} -->` };
    });
    return printGenerated(given, output, {
      path: "src/server/config/README.md",
      text: sections.map(({ text }) => text).join("\n\n"),
      replaceIn: (readme) =>
        sections.reduce(
          (page, { name, text }) =>
            page.replace(new RegExp(`<!-- ${name}: [\\s\\S]*<!-- end of ${name} -->`), () => text),
          readme,
        ),
    });
  },
});

interface Generated {
  /** Below the root of the repository. */
  path: string;
  text: string;
  /** Puts the text in place of the old one in the file's content. */
  replaceIn: (content: string) => string;
}

/** Prints a generated text, writes it into its file, or checks that the file has it. */
async function printGenerated(
  given: GivenOptions<typeof OPTIONS>,
  { say, complain }: Output,
  { path, text, replaceIn }: Generated,
): Promise<number> {
  const file = new URL(`../../${path}`, import.meta.url);
  if (!given.write && !given.check) {
    say(text);
    return 0;
  }
  const old = await readFile(file, "utf8").catch(() => "");
  const current = replaceIn(old);
  if (given.write) await writeFile(file, current);
  if (given.check && current !== old) {
    complain(`${path} is not current: run "npm run generate"`);
    return 1;
  }
  return 0;
}
