import { type Config, toConfig } from "./config.ts";
import { setVariables } from "./environment.ts";
import { withSecretFiles } from "./files/secret-files.ts";
import { formerNames, unknownNames } from "./names.ts";
import { rateLimitWarning } from "./rate-limit-share.ts";
import { brokenRules, missingNames } from "./rules.ts";
import { ConfigError } from "./setting-error.ts";
import { VARIABLES } from "./variables/index.ts";
import { readVariables } from "./variables/variable.ts";

export { ALL_VARIABLES, type Values } from "./variables/index.ts";
export { type Variable } from "./variables/variable.ts";
export { type Config, type KoreConfig, type KoreCredentials } from "./config.ts";
export { ConfigError } from "./setting-error.ts";
export { configurationTable, describeEnvironment, limitsTable } from "./tables.ts";

/** @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { given, mistakes: unread } = withSecretFiles(setVariables(env));
  const { values, mistakes: invalid } = readVariables(VARIABLES, given);
  const missing = missingNames(given);
  const mistakes = [
    ...formerNames(given),
    ...invalid,
    ...unread,
    ...missing.map((name) => `${name}: is missing`),
    ...brokenRules(given, values),
  ];
  if (values === undefined || mistakes.length > 0) {
    const advice = missing.length > 0 ? ["No KORE account at hand? KORE_MODE=simulator needs none."] : [];
    throw new ConfigError(mistakes, [...unknownNames(given), ...advice]);
  }
  return toConfig(values, env.NODE_ENV === "production");
}

/** The address of the database, for commands that need nothing else. @throws ConfigError */
export function readDatabaseUrl(env: NodeJS.ProcessEnv): string {
  const { url } = VARIABLES.database;
  const { given, mistakes: unread } = withSecretFiles(setVariables(env), [url]);
  const { values, mistakes: invalid } = readVariables({ url }, given);
  const mistakes = [...invalid, ...unread];
  if (given[url.name] === undefined) mistakes.push(`${url.name}: is missing`);
  if (values?.url === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  return values.url;
}

/** Variables that change the subgraph's schema. */
export const SCHEMA_VARIABLES = [VARIABLES.schemaPrefix, VARIABLES.authDirectives];

/** Their values, for commands that need nothing else. @throws ConfigError */
export function readSchemaSettings(env: NodeJS.ProcessEnv): { prefix: string; hasAuthDirectives: boolean } {
  const { schemaPrefix, authDirectives } = VARIABLES;
  const { values, mistakes } = readVariables({ schemaPrefix, authDirectives }, setVariables(env));
  if (!values) throw new ConfigError(mistakes);
  return { prefix: values.schemaPrefix ?? "", hasAuthDirectives: values.authDirectives };
}

/** Sentences about what is probably wrong and keeps no server from starting. */
export function configWarnings(env: NodeJS.ProcessEnv, { limits, rateLimit }: Config): string[] {
  return [...unknownNames(setVariables(env)), ...rateLimitWarning(limits, rateLimit.rate)];
}
