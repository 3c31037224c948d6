import { GraphQLError } from "graphql";

/**
 * Why variables are refused that hold a number beyond ±(2^53 - 1): the JSON parser has rounded it, so an ID that it is
 * used as would name something else. No Int can hold such a number. Undefined: they hold none.
 */
export function roundedNumberIn(variables: Readonly<Record<string, unknown>>): GraphQLError | undefined {
  for (const name in variables) {
    if (!hasRounded(variables[name])) continue;
    const place = /^\w{1,64}$/.test(name) ? `$${name}` : "a variable";
    return new GraphQLError(
      `${place}: numbers beyond ±9007199254740991 (2^53 - 1) are not exact in JSON; give them as text`,
      { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } },
    );
  }
  return undefined;
}

function hasRounded(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== "object" || value === null) return false;
  if ("__typename" in value) return false; // An entity reference: refused alone, where it is resolved, beside the others.
  return Object.values(value).some(hasRounded);
}
