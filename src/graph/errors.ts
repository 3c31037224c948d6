import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { unwrapResolverError } from "@apollo/server/errors";

/** The part of an error that callers see. */
export interface PublicError {
  /** Stable; callers branch on it. */
  code: string;
  message: string;
  extensions?: Record<string, unknown>;
}

/** An error in the caller's input. The message names the field and the rule, never the value. */
export function userInputError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

/** The caller's role does not allow the field. Thrown before any lookup. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "FORBIDDEN" } });
}

/** Has the same message as KORE's "not found". */
export function notFound(): GraphQLError {
  return new GraphQLError(NOT_FOUND_MESSAGE, { extensions: { code: "NOT_FOUND" } });
}

export const NOT_FOUND_MESSAGE = "KORE has no such account, request or administrator";

/** An operation that KORE documents without publishing an endpoint for it, and that is not switched on here. */
export function notPublishedError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "NOT_PUBLISHED_BY_KORE" } });
}

/** Codes of errors in the request, and of others that are shown to callers. */
const REQUEST_CODES: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  // Apollo Client resends the whole query on either.
  "PERSISTED_QUERY_NOT_SUPPORTED",
  "PERSISTED_QUERY_NOT_FOUND",
  "SUBSCRIBER_TOO_SLOW",
  "FORBIDDEN",
  "NOT_FOUND",
  "NOT_PUBLISHED_BY_KORE",
  "UNTRUSTED_DOCUMENT",
  "COST_LIMIT_EXCEEDED",
  "RATE_LIMITED",
]);

/** Further extensions that are shown: numbers of ours. */
const SHOWN = ["cost", "limit", "retryAfterSeconds"];

/**
 * Masks errors. Errors known to `describe` are shown as described; errors of the request are shown without the values that
 * they quote; others are defects, which are logged and masked.
 */
export function errorFormatter(
  describe: (error: unknown, requestId: string | undefined) => PublicError | undefined,
  log: (error: unknown, requestId: string | undefined) => void,
  requestIdOf: (error: unknown) => string | undefined = () => undefined,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, wrapped) => {
    const error = unwrapResolverError(wrapped);
    const where = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    const requestId = requestIdOf(wrapped);
    const traceable = (code: string) => ({ code, ...(requestId !== undefined && { requestId }) });
    const known = describe(error, requestId);
    if (known)
      return { message: known.message, ...where, extensions: { ...traceable(known.code), ...known.extensions } };

    const code = formatted.extensions?.code;
    if (REQUEST_CODES.has(code))
      return { message: withoutValues(formatted.message, error), ...where, extensions: { code, ...shown(formatted) } };

    log(error, requestId);
    return { message: "Internal error", ...where, extensions: traceable("INTERNAL_SERVER_ERROR") };
  };
}

function shown({ extensions = {} }: GraphQLFormattedError): Record<string, unknown> {
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => SHOWN.includes(name)));
}

/**
 * Removes quoted values from GraphQL's messages. Values may be secrets or identifiers, and messages end up in logs and
 * screenshots. Path and rule stay.
 */
function withoutValues(message: string, error: unknown): string {
  const variable = /^Variable "(\$\w+)" got invalid value /.exec(message);
  if (!variable) return scrubbed(message);
  const rule = error instanceof Error ? innermost(error).message : "";
  const ruleKnown = rule !== message && message.endsWith(`; ${rule}`);
  const place = ruleKnown ? / at "([\w.[\]]+)"$/.exec(message.slice(0, -rule.length - 2)) : null;
  const name = place ? `$${place[1] ?? ""}` : variable[1];
  return ruleKnown ? `Variable "${name ?? ""}": ${scrubbed(rule)}` : `Variable "${name ?? ""}" got an invalid value.`;
}

function innermost(error: Error): Error {
  const inner = error instanceof GraphQLError ? error.originalError : undefined;
  return inner ? innermost(inner) : error;
}

/** Arguments that could only be refused are not in the schema. */
const FORWARDS_ONLY = "Lists are read forwards only, as KORE gives them: page with first and after.";

/** Messages may quote whole queries: patterns must not scan far from each of many positions. */
function scrubbed(message: string): string {
  return message
    .replace(/^Unknown argument "(?:last|before)" on field .*$/s, `$& ${FORWARDS_ONLY}`)
    .replace(/^Value .* does not exist in ("\w+") enum\.?.*$/s, "Value does not exist in $1 enum.")
    .replace(/(cannot represent [^:"]{0,80}value): .*$/s, "$1.")
    .replace(/^(Argument "\w+" has) invalid value .*$/s, "$1 an invalid value.")
    .replace(/, found .*$/s, "")
    .replace(
      /^(Syntax Error: (?:Unexpected (?:Name|Int|Float|String|BlockString)|Invalid .* escape sequence)):? ".*$/s,
      "$1.",
    )
    .replace(/\d{10,}/g, "…");
}
