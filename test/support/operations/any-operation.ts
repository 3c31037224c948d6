import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  OperationTypeNode,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  getNamedType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

/** A value of each scalar that passes its form. */
const SCALARS: Readonly<Record<string, string>> = {
  ICCID: '"8988303000000000001"',
  EID: '"89033023426200000000000000000001"',
  Int: "1",
  Float: "1",
  Boolean: "true",
  EmailAddress: '"ada@acme.example"',
  Date: '"2026-01-01"',
  DateTime: '"2026-01-01T00:00:00Z"',
};

/**
 * The shortest operation with a root field: its required arguments, each with some value of its type, and at `place`
 * (such as `input.accountId`) the given one.
 */
export function operationWith(schema: GraphQLSchema, name: string, place: string, given: string): string {
  const [rootName = "", fieldName = ""] = name.split(".");
  const kind = Object.values(OperationTypeNode).find((one) => schema.getRootType(one)?.name === rootName);
  const field: GraphQLField<unknown, unknown> | undefined = kind && schema.getRootType(kind)?.getFields()[fieldName];
  if (!kind || !field) throw new Error(`No root field ${name}`);
  const args = field.args
    .filter((arg) => isRequiredArgument(arg) || place.split(".")[0] === arg.name)
    .map((arg) => `${arg.name}: ${literal(arg.type, arg.name, place, given)}`);
  const list = args.length > 0 ? `(${args.join(", ")})` : "";
  return `${kind} { ${fieldName}${list} ${isLeafType(getNamedType(field.type)) ? "" : "{ __typename }"} }`;
}

function literal(type: GraphQLInputType, at: string, place: string, given: string): string {
  if (at === place) return JSON.stringify(given);
  if (isNonNullType(type)) return literal(type.ofType, at, place, given);
  if (isListType(type)) return `[${literal(type.ofType, at, place, given)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? '"x"';
  const fields = Object.values(type.getFields())
    .filter((field) => isRequiredInputField(field) || place.startsWith(`${at}.${field.name}`))
    .map((field) => `${field.name}: ${literal(field.type, `${at}.${field.name}`, place, given)}`);
  return `{ ${fields.join(", ")} }`;
}
