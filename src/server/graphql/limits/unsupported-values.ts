import { GraphQLError, parse } from "graphql";

/** Nesting of one variable. Input types have less than ten levels; functions that walk values are recursive. */
const MAX_LEVELS = 100;

interface Request {
  query?: string | undefined;
  variables?: unknown;
  extensions?: unknown;
}

/**
 * The error of values that JSON supports and a later stage does not, on every transport; undefined: there are none.
 */
export function unsupportedValueIn({ query, variables, extensions }: Request): GraphQLError | undefined {
  return (
    (query !== undefined && hasLoneSurrogate(query) ? syntaxError(query) : undefined) ??
    unsupportedPart({ variables, extensions })
  );
}

/** Documents are looked up by hash, in which lone surrogates are equal. */
const hasLoneSurrogate = (text: string): boolean => /\p{Surrogate}/u.test(text);

function syntaxError(text: string): GraphQLError | undefined {
  try {
    parse(text, { noLocation: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { message, source, positions } = error;
    return new GraphQLError(message, {
      source: source ?? null,
      positions: positions ?? null,
      extensions: { code: "GRAPHQL_PARSE_FAILED", http: { status: 400 } },
    });
  }
}

function unsupportedPart(parts: Readonly<Record<"variables" | "extensions", unknown>>): GraphQLError | undefined {
  for (const [part, values] of Object.entries(parts)) {
    const unsupported = unsupportedAt(values, MAX_LEVELS + 1);
    if (unsupported === "prototype") return refusal("The request body is not valid JSON", "BAD_REQUEST");
    if (unsupported === "depth") return refusal(`${part}: nested deeper than ${MAX_LEVELS} levels`, "BAD_USER_INPUT");
  }
  return undefined;
}

function refusal(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}

/** `levels`: remaining. */
function unsupportedAt(value: unknown, levels: number): "prototype" | "depth" | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (levels === 0) return "depth";
  if (!Array.isArray(value) && namesPrototype(value)) return "prototype";
  for (const item of Object.values(value)) {
    const unsupported = unsupportedAt(item, levels - 1);
    if (unsupported) return unsupported;
  }
  return undefined;
}

/** Fastify's check of HTTP bodies, for values from other transports. */
function namesPrototype(value: object): boolean {
  if (Object.hasOwn(value, "__proto__")) return true;
  const made: unknown = Object.hasOwn(value, "constructor") ? value.constructor : undefined;
  return typeof made === "object" && made !== null && Object.hasOwn(made, "prototype");
}

/**
 * Whether equal JSON implies equal values: JSON writes -0 as 0, and numbers that are not finite (1e400) as null.
 */
export function hasExactJson(value: unknown, levels = MAX_LEVELS + 1): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => hasExactJson(item, levels - 1));
}
