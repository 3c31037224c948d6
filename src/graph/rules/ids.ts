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

/** The rule for ids that callers give. */
export interface IdRule {
  isValid: (id: string) => boolean;
  /** The rule, for people: "must be …". */
  rule: string;
}

type Values = Readonly<Record<string, unknown>>;
type Inputs = readonly { name: string; type: GraphQLInputType }[];

/**
 * Refuses impossible ids in arguments before a resolver sees them. Ids from elsewhere are KORE's own, and never the
 * caller's mistake.
 */
export function validateIds(schema: GraphQLSchema, { isValid, rule }: IdRule): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const way = field.subscribe ?? field.resolve;
      const args = field.args.filter((arg) => holdsIds(arg.type));
      if (!way || args.length === 0) continue;
      field[field.subscribe ? "subscribe" : "resolve"] = (source, given: Values, context, info) => {
        const place = findInvalid(args, given, "", isValid);
        if (place !== undefined) throw userInputError(`${place}: ${rule}`);
        return way(source, given, context, info);
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

/** The place of the first impossible id, such as `input.subscriptions[3].id`. */
function findInvalid(inputs: Inputs, values: Values, above: string, isValid: IdRule["isValid"]): string | undefined {
  for (const { name, type } of inputs) {
    const place = findInvalidAt(type, values[name], above + name, isValid);
    if (place !== undefined) return place;
  }
  return undefined;
}

function findInvalidAt(
  type: GraphQLInputType,
  value: unknown,
  place: string,
  isValid: IdRule["isValid"],
): string | undefined {
  if (isNonNullType(type)) return findInvalidAt(type.ofType, value, place, isValid);
  if (typeof value === "string") return type.name === GraphQLID.name && !isValid(value) ? place : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (isInputObjectType(type)) {
    return findInvalid(Object.values(type.getFields()), value as Values, `${place}.`, isValid);
  }
  if (!isListType(type) || !Array.isArray(value)) return undefined;
  for (const [index, item] of value.entries()) {
    const found = findInvalidAt(type.ofType, item, `${place}[${index}]`, isValid);
    if (found !== undefined) return found;
  }
  return undefined;
}
