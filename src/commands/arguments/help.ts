import { type Command } from "./command.ts";
import { settingsOf } from "./settings.ts";

/** Columns of a terminal that the texts are wrapped to. */
const WIDTH = 100;

/** The list of commands. */
export function programHelp(commands: ReadonlyMap<string, Command>, version: string): string {
  const width = Math.max(...[...commands.keys()].map((name) => name.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `kore-graph ${version}: one GraphQL API over KORE Wireless' REST APIs

Usage: kore-graph COMMAND [options]

${lines.join("\n")}

kore-graph COMMAND --help lists the options of a command, --version prints the version. Settings are environment
variables; each that is no secret is an option, too: PORT is --port. check-config shows yours.
`;
}

/** The options of one command. */
export function commandHelp(name: string, { summary, options = {}, operand, settings: variables }: Command): string {
  const own = Object.entries(options).map(([option, { type, value = "VALUE", help }]) =>
    entry(`--${option}${type === "string" ? ` ${value}` : ""}`, help),
  );
  const settings = settingsOf(variables).map(({ option, name: set, variable }) => {
    const initial = variable.default === undefined ? "" : `, default ${variable.default}`;
    return entry(
      `--${option} VALUE   (${set}${initial})`,
      `${variable.isSecret ? "file of a secret: " : ""}${plain(variable.description)}`,
    );
  });
  return [
    `Usage: kore-graph ${name}${operand === undefined ? "" : ` ${options[operand]?.value ?? "VALUE"}`}${own.length + settings.length > 0 ? " [options]" : ""}`,
    wrapped(summary, ""),
    ...(own.length > 0 ? [`Options\n\n${own.join("\n")}`] : []),
    ...(settings.length > 0 ? [`${wrapped(ABOUT_SETTINGS, "")}\n\n${settings.join("\n")}`] : []),
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

const ABOUT_SETTINGS =
  "Settings. Each option sets the variable beside it and takes precedence over it; in messages it has the variable's name. Secrets are not given as options, since other users of a machine can read the arguments of its processes: set the variable, or name a file.";

function entry(head: string, help: string): string {
  return `  ${head}\n${wrapped(help, "      ")}`;
}

/** Without Markdown's links and code. */
const plain = (text: string) => text.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replaceAll("`", "");

function wrapped(text: string, indent: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => indent + line).join("\n");
}
