import { parseArgs } from "node:util";
import { suggestionList } from "graphql/jsutils/suggestionList.js";
import { SettingError } from "../../server/config/setting-error.ts";
import { type Command, type GivenOptions, type OptionSpecs, type Output } from "./command.ts";
import { optionOf, settingsOf } from "./settings.ts";

/** Runs a command with its arguments. @returns the exit code @throws as `Command.run` */
export async function runCommand<Specs extends OptionSpecs>(
  command: Command<Specs>,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  const { given, settings } = parseArguments(command, args);
  return command.run(given, { ...env, ...settings }, output);
}

/**
 * Separates a command's own options from those that stand for variables. Messages name options, never values: they may
 * be secrets.
 *
 * @throws SettingError that lists every mistake
 */
function parseArguments<Specs extends OptionSpecs>(
  { options = {} as Specs, operand, settings: variables = [] }: Command<Specs>,
  args: readonly string[],
): { given: GivenOptions<Specs>; settings: Readonly<Record<string, string>> } {
  const names = new Map(settingsOf(variables).map(({ option, name }) => [option, name]));
  const secrets = new Map(variables.flatMap(({ name, isSecret }) => (isSecret ? [[optionOf(name), name]] : [])));
  const known = [...Object.keys(options), ...names.keys()];
  const typeOf = (option: string) => options[option]?.type ?? (names.has(option) ? "string" : undefined);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((option) => [option, { type: typeOf(option) ?? "string" }])),
    ...{ strict: false, allowPositionals: true, tokens: true },
  });

  const given: Record<string, string | boolean> = {};
  const settings: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "positional") {
      const before = tokens[index - 1];
      if (before?.kind === "option" && typeOf(before.name) === undefined) continue; // Most likely its value.
      if (operand === undefined || operand in given) mistakes.push("an argument is given that belongs to no option");
      else given[operand] = token.value;
    }
    if (token.kind !== "option") continue;
    const { name: option, rawName, value, inlineValue } = token;
    const type = typeOf(option);
    const variable = names.get(option);
    if (type === undefined) mistakes.push(`${rawName}: ${unknownOption(option, known, secrets.get(option))}`);
    else if (type === "boolean" && value !== undefined) mistakes.push(`${rawName}: takes no value`);
    else if (type === "string" && (value === undefined || (!inlineValue && value.startsWith("-")))) {
      mistakes.push(`${rawName}: needs a value`);
    } else if (variable !== undefined && value !== undefined) settings[variable] = value;
    else given[option] = value ?? true;
  }
  if (mistakes.length > 0) throw new SettingError(mistakes.join("\n"));
  return { given: given as GivenOptions<Specs>, settings };
}

function unknownOption(option: string, known: readonly string[], secret: string | undefined): string {
  if (secret !== undefined) {
    return `is no option, since other users of this machine can read it there: set ${secret}, or --${option}-file`;
  }
  const [nearest] = suggestionList(option, known);
  return `is not known${nearest === undefined ? "; --help lists the options" : `: did you mean --${nearest}?`}`;
}
