import { GraphQLError } from "graphql";

/**
 * The error of variables with a number beyond ±(2^53 - 1); undefined: there is none. The JSON parser has rounded such a
 * number, which as an ID would identify another object.
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
  if ("__typename" in value) return false; // An entity reference: refused where it is resolved, without failing the others.
  return Object.values(value).some(hasRounded);
}
