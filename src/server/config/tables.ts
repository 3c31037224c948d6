import { type z } from "zod";
import { ENVIRONMENT, SECRETS, present } from "./environment.ts";

/** The variables as they stand, one line each; secrets hidden, names in e-mail addresses, and what breaks a rule: it may be a secret misplaced. */
export function describeEnvironment(env: NodeJS.ProcessEnv): string {
  const given = present(env);
  const width = Math.max(...Object.keys(ENVIRONMENT.shape).map((name) => name.length));
  const shown = Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
    return `${name.padEnd(width)}  ${shownValue(name, schema, given[name])}`;
  });
  return shown.join("\n");
}

function shownValue(name: string, schema: z.ZodType, value: string | undefined): string {
  if (value === undefined) {
    const initial = defaultOf(schema);
    return initial === undefined ? "(not set)" : `${initial} (default)`;
  }
  if (SECRETS.has(name)) return "[redacted]";
  return schema.safeParse(value).success ? value.replace(E_MAIL, "…$1") : "(not valid)";
}

/** Of a person, such as the account's administrator; the domain shows whose it is. */
const E_MAIL = /[^\s@,;:/]+(@[^\s@,;:/]+)/g;

const isLimit = (name: string): boolean => name.startsWith("LIMIT_");

/** The README's table of all variables but the limits. */
export function configurationTable(): string {
  return tableOf((name) => !isLimit(name));
}

/** The README's table of the limits. */
export function limitsTable(): string {
  return tableOf(isLimit);
}

function tableOf(isWanted: (name: string) => boolean): string {
  const wanted = Object.entries(ENVIRONMENT.shape).filter(([name]) => isWanted(name));
  const rows = wanted.map(([name, schema]) => {
    const initial = defaultOf(schema);
    return `| \`${name}\` | ${initial === undefined ? "" : `\`${initial}\``} | ${schema.description ?? ""} |`;
  });
  return ["| Variable | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function defaultOf(schema: z.ZodType): string | undefined {
  const { data } = schema.safeParse(undefined);
  return typeof data === "string" || typeof data === "number" ? String(data) : undefined;
}
