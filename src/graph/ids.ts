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
import { userInputError } from "./errors.ts";

/** The rule for ids that callers give. */
export interface IdRule {
  isPossible: (id: string) => boolean;
  /** The rule, for people: "must be …". */
  rule: string;
}

type Values = Readonly<Record<string, unknown>>;
type Inputs = readonly { name: string; type: GraphQLInputType }[];

/**
 * Refuses impossible ids in arguments before a resolver sees them. Ids from elsewhere are KORE's own, and never the
 * caller's mistake.
 */
export function refuseImpossibleIds(schema: GraphQLSchema, { isPossible, rule }: IdRule): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const way = field.subscribe ?? field.resolve;
      const args = field.args.filter((arg) => holdsIds(arg.type));
      if (!way || args.length === 0) continue;
      field[field.subscribe ? "subscribe" : "resolve"] = (source, given: Values, context, info) => {
        const place = impossibleIn(args, given, "", isPossible);
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
function impossibleIn(
  inputs: Inputs,
  values: Values,
  above: string,
  isPossible: IdRule["isPossible"],
): string | undefined {
  for (const { name, type } of inputs) {
    const place = impossibleAt(type, values[name], above + name, isPossible);
    if (place !== undefined) return place;
  }
  return undefined;
}

function impossibleAt(
  type: GraphQLInputType,
  value: unknown,
  place: string,
  isPossible: IdRule["isPossible"],
): string | undefined {
  if (isNonNullType(type)) return impossibleAt(type.ofType, value, place, isPossible);
  if (typeof value === "string") return type.name === GraphQLID.name && !isPossible(value) ? place : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (isInputObjectType(type)) {
    return impossibleIn(Object.values(type.getFields()), value as Values, `${place}.`, isPossible);
  }
  if (!isListType(type) || !Array.isArray(value)) return undefined;
  for (const [index, item] of value.entries()) {
    const found = impossibleAt(type.ofType, item, `${place}[${index}]`, isPossible);
    if (found !== undefined) return found;
  }
  return undefined;
}
