import { suggestionList } from "graphql/jsutils/suggestionList.js";
import { DEFAULT_LIMITS } from "../graphql/limits/limits.ts";
import { JWT_CLOCK_SKEW_SECONDS, MAX_QUEUED_CALLS } from "./config.ts";
import { ALL_VARIABLES } from "./variables/index.ts";
import { type Given } from "./variables/variable.ts";

const NAMES = ALL_VARIABLES.flatMap(({ name, fileVariable }) => (fileVariable ? [name, fileVariable] : [name]));

/** Prefixes of our variables. Orchestrators set KORE_GRAPH_… for a service of our name. */
const OURS = /^(KORE_(?!GRAPH_)|AUTH_|LIMIT_|CACHE_|LEDGER_|PROVISIONING_|AUDIT_|MCP_|SIMULATOR_)/;

/**
 * Variables with one of our prefixes that are not read, most likely misspelt: one sentence each, with the known name of
 * the smallest edit distance, unless none is near.
 */
export function unknownNames(given: Given): string[] {
  const unknown = Object.keys(given).filter((name) => OURS.test(name) && !NAMES.includes(name) && !FORMER.has(name));
  return unknown.map((name) => {
    const [nearest] = suggestionList(name, NAMES);
    return `${name} is not read${nearest === undefined ? "" : `: did you mean ${nearest}?`}`;
  });
}

const secondOf = (name: string) => `is the second one in ${name} now, after a comma`;
const constant = (value: number) => `is not read any more: it is a constant now, ${value}. Remove it`;

/** Variables of earlier versions, and what has taken their place. */
export const FORMER: ReadonlyMap<string, string> = new Map([
  ["KORE_WEBHOOK_SECRET", "is KORE_WEBHOOK_SECRETS now"],
  ["KORE_WEBHOOK_SECRET_PREVIOUS", secondOf("KORE_WEBHOOK_SECRETS")],
  ["KORE_WEBHOOK_ACCESS_TOKEN", "is KORE_WEBHOOK_ACCESS_TOKENS now"],
  ["KORE_WEBHOOK_ACCESS_TOKEN_PREVIOUS", secondOf("KORE_WEBHOOK_ACCESS_TOKENS")],
  ["AUTH_ROUTER_SECRET", "is AUTH_ROUTER_SECRETS now"],
  ["AUTH_ROUTER_SECRET_PREVIOUS", secondOf("AUTH_ROUTER_SECRETS")],
  ["AUTH_JWT_CLOCK_SKEW_SECONDS", constant(JWT_CLOCK_SKEW_SECONDS)],
  ["KORE_CONNECTIONS", "is not read any more: there are as many connections as KORE_CONCURRENCY says. Remove it"],
  ["KORE_QUEUE", constant(MAX_QUEUED_CALLS)],
  ["LIMIT_ROOT_FIELDS", constant(DEFAULT_LIMITS.rootFields)],
  ["LIMIT_DIRECTIVES", constant(DEFAULT_LIMITS.directives)],
  ["LIMIT_SELECTIONS", "is not read any more: LIMIT_TOKENS limits fields and fragments, too. Remove it"],
  ["LIMIT_ERRORS", constant(DEFAULT_LIMITS.errors)],
  ["LIMIT_REPRESENTATIONS", constant(DEFAULT_LIMITS.representations)],
  ["TRACE_CONTEXT_TO_KORE", "is not read any more: KORE is sent no trace context. Remove it"],
]);

/** Variables that are set and were renamed or dropped, one sentence each. */
export function formerNames(given: Given): string[] {
  return [...FORMER].filter(([name]) => given[name] !== undefined).map(([name, now]) => `${name}: ${now}`);
}
