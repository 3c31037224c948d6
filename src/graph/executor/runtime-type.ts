import {
  GraphQLError,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import { type Field } from "./plan.ts";
import { nameOf } from "./resolve-info.ts";

/**
 * The object type of a value of an abstract type, by the name that `resolveType` gave. Messages are graphql-js'.
 *
 * @throws GraphQLError when the name is none of a possible type
 */
export function runtimeType(
  schema: GraphQLSchema,
  field: Field,
  type: GraphQLAbstractType,
  { name, value }: { name: unknown; value: unknown },
): GraphQLObjectType {
  const at = `for field "${nameOf(field)}"`;
  const refuse = (why: string) => new GraphQLError(why, { nodes: field.nodes });
  if (name === null || name === undefined) {
    throw refuse(
      `Abstract type "${type.name}" must resolve to an Object type at runtime ${at}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
    );
  }
  if (typeof name !== "string") {
    const received = `value ${inspect(value)}, received "${inspect(name)}".`;
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime ${at} with ${received}`,
    );
  }
  const found = schema.getType(name);
  if (!found) {
    throw refuse(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
    );
  }
  if (!isObjectType(found)) throw refuse(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`);
  if (!schema.isSubType(type, found)) {
    throw refuse(`Runtime Object type "${name}" is not a possible type for "${type.name}".`);
  }
  return found;
}
