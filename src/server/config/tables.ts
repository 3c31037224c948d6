import { setVariables } from "./environment.ts";
import { ALL_VARIABLES } from "./variables/index.ts";
import { type Given, type Variable } from "./variables/variable.ts";

/**
 * The variables as they are set, one line each. Hidden are secrets, the names in e-mail addresses, and values that break
 * a rule: they may be misplaced secrets.
 */
export function describeEnvironment(env: NodeJS.ProcessEnv): string {
  const given = setVariables(env);
  const width = Math.max(...ALL_VARIABLES.map(({ name }) => name.length));
  return ALL_VARIABLES.map((variable) => `${variable.name.padEnd(width)}  ${shownValue(variable, given)}`).join("\n");
}

function shownValue({ name, kind, default: initial, isSecret, fileVariable }: Variable<unknown>, given: Given): string {
  const value = given[name];
  if (value === undefined) {
    if (fileVariable !== undefined && given[fileVariable] !== undefined) return `[redacted] (by ${fileVariable})`;
    return initial === undefined ? "(not set)" : `${initial} (default)`;
  }
  if (isSecret) return "[redacted]";
  return kind.safeParse(value).success ? value.replace(E_MAIL, "…$1") : "(not valid)";
}

/** Of a person, such as the account's administrator; the domain shows the organisation. */
const E_MAIL = /[^\s@,;:/]+(@[^\s@,;:/]+)/g;

const isLimit = ({ name }: Variable<unknown>): boolean => name.startsWith("LIMIT_");

/** The README's table of all variables but the limits. */
export function configurationTable(): string {
  return tableOf(ALL_VARIABLES.filter((variable) => !isLimit(variable)));
}

/** The README's table of the limits. */
export function limitsTable(): string {
  return tableOf(ALL_VARIABLES.filter(isLimit));
}

function tableOf(variables: readonly Variable<unknown>[]): string {
  const rows = variables.map(({ name, default: initial, description, isSecret }) => {
    return `| \`${name}\` | ${initial === undefined ? "" : `\`${initial}\``} | ${isSecret ? "*Secret:* " : ""}${description} |`;
  });
  return ["| Variable | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}
