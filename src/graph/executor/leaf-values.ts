import { type GraphQLLeafType } from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";

/** Neither a promise, nor an error, nor a method. */
export function isSimple(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** A resolver may return any thenable; the result here is a native promise or a value. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

export function propertyOf(source: unknown, name: string): unknown {
  const canHave = (typeof source === "object" && source !== null) || typeof source === "function";
  return canHave ? (source as Record<string, unknown>)[name] : undefined;
}

export function serializeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  const serialized: unknown = type.serialize(value);
  if (serialized === null || serialized === undefined) {
    const call = `${inspect(type)}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(serialized)}`);
  }
  return serialized;
}
