import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { buildGraphSchema, printSubgraph } from "../graph/index.ts";
import { graphParts } from "../resources/index.ts";
import { configurationTable, limitsTable } from "../server/config/index.ts";
import { type Command, type Output } from "./command.ts";

export const printSchema: Command = {
  help: ["the subgraph's SDL    --write  into schema/subgraph.graphql   --check  that it is current"],
  async run(args, _, output) {
    const sdl = printSubgraph(await buildGraphSchema(graphParts, { idChecks: "explain" }));
    return printGenerated(args, output, { path: "schema/subgraph.graphql", text: sdl, replaceIn: () => sdl });
  },
};

export const printConfig: Command = {
  help: ["tables of variables   --write  into src/server/config/README.md  --check  that it is current"],
  run(args, _, output) {
    const tables = { configuration: configurationTable(), limits: limitsTable() };
    const sections = Object.entries(tables).map(([name, table]) => {
      const begin = `<!-- ${name}: written by "npm run generate" -->`;
      return { name, text: `${begin}\n\n<!-- prettier-ignore -->\n${table}\n\n<!-- end of ${name} -->` };
    });
    return printGenerated(args, output, {
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
};

interface Generated {
  /** Below the root of the repository. */
  path: string;
  text: string;
  /** Puts the text in place of the old one in the file's content. */
  replaceIn: (content: string) => string;
}

/** Prints a generated text, writes it into its file, or checks that the file has it. */
async function printGenerated(
  args: string[],
  { say, complain }: Output,
  { path, text, replaceIn }: Generated,
): Promise<number> {
  const { values } = parseArgs({ args, options: { write: { type: "boolean" }, check: { type: "boolean" } } });
  const file = new URL(`../../${path}`, import.meta.url);
  if (!values.write && !values.check) {
    say(text);
    return 0;
  }
  const old = await readFile(file, "utf8").catch(() => "");
  const current = replaceIn(old);
  if (values.write) await writeFile(file, current);
  if (values.check && current !== old) {
    complain(`${path} is not current: run "npm run generate"`);
    return 1;
  }
  return 0;
}
