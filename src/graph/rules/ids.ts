import {
  GraphQLID,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  getNamedType,
} from "graphql";
import { userInputError } from "../errors.ts";

/** The rule for ids in arguments. */
export interface IdRule {
  isValid: (id: string) => boolean;
  /** The error message: "must be …". */
  rule: string;
}

type Values = Readonly<Record<string, unknown>>;
type Inputs = readonly { name: string; type: GraphQLInputType }[];

/**
 * Refuses malformed ids in arguments, before the resolver is called. Other ids are KORE's.
 */
export function validateIds(schema: GraphQLSchema, { isValid, rule }: IdRule): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const resolve = field.subscribe ?? field.resolve;
      const args = field.args.filter((arg) => holdsIds(arg.type));
      if (!resolve || args.length === 0) continue;
      field[field.subscribe ? "subscribe" : "resolve"] = (source, given: Values, context, info) => {
        const path = findInvalid(args, given, "", isValid);
        if (path !== undefined) throw userInputError(`${path}: ${rule}`);
        return resolve(source, given, context, info);
      };
    }
  }
}

function holdsIds(type: GraphQLInputType, seen = new Set<GraphQLInputType>()): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return named.name === GraphQLID.name;
  if (seen.has(named)) return false;
  seen.add(named);
  return Object.values(named.getFields()).some((field) => holdsIds(field.type, seen));
}

/** The path of the first malformed id, such as `input.subscriptions[3].id`. */
function findInvalid(inputs: Inputs, values: Values, above: string, isValid: IdRule["isValid"]): string | undefined {
  for (const { name, type } of inputs) {
    const path = findInvalidAt(type, values[name], above + name, isValid);
    if (path !== undefined) return path;
  }
  return undefined;
}

function findInvalidAt(
  type: GraphQLInputType,
  value: unknown,
  path: string,
  isValid: IdRule["isValid"],
): string | undefined {
  if (isNonNullType(type)) return findInvalidAt(type.ofType, value, path, isValid);
  if (typeof value === "string") return type.name === GraphQLID.name && !isValid(value) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (isInputObjectType(type)) {
    return findInvalid(Object.values(type.getFields()), value as Values, `${path}.`, isValid);
  }
  if (!isListType(type) || !Array.isArray(value)) return undefined;
  for (const [index, item] of value.entries()) {
    const found = findInvalidAt(type.ofType, item, `${path}[${index}]`, isValid);
    if (found !== undefined) return found;
  }
  return undefined;
}
