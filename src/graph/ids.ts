import {
  GraphQLID,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { userInputError } from "./errors.ts";

/** What callers may give as an id. */
export interface IdRule {
  isPossible: (id: string) => boolean;
  /** The rule, for people: "must be …". */
  rule: string;
}

type Values = Readonly<Record<string, unknown>>;

/** The place of the first impossible id in a value, such as `input.subscriptions[3].id`. */
type Find = (value: unknown, place: string) => string | undefined;

/**
 * Refuses impossible ids in arguments before a resolver sees them. Ids from elsewhere are KORE's own, and never the
 * caller's mistake.
 */
export function refuseImpossibleIds(schema: GraphQLSchema, { isPossible, rule }: IdRule): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const find = findInFields(field.args, isPossible);
      if (!find) continue;
      const check = (args: Values) => {
        const place = find(args, "");
        if (place !== undefined) throw userInputError(`${place}: ${rule}`);
      };
      const way = field.subscribe ?? field.resolve;
      if (!way) continue;
      field[field.subscribe ? "subscribe" : "resolve"] = (source, args: Values, context, info) => {
        check(args);
        return way(source, args, context, info);
      };
    }
  }
}

/** Undefined: values of this type hold no ids. No input of the schema holds itself. */
function findIn(type: GraphQLInputType, isPossible: IdRule["isPossible"]): Find | undefined {
  if (isNonNullType(type)) return findIn(type.ofType, isPossible);
  if (isListType(type)) {
    const find = findIn(type.ofType, isPossible);
    if (!find) return undefined;
    return (list, place) =>
      Array.isArray(list) ? firstOf(list, (item, index) => find(item, `${place}[${index}]`)) : undefined;
  }
  if (isInputObjectType(type)) return findInFields(Object.values(type.getFields()), isPossible);
  if (type.name !== GraphQLID.name) return undefined;
  return (id, place) => (typeof id === "string" && !isPossible(id) ? place : undefined);
}

function findInFields(
  fields: readonly { name: string; type: GraphQLInputType }[],
  isPossible: IdRule["isPossible"],
): Find | undefined {
  const finds = fields.flatMap(({ name, type }) => {
    const find = findIn(type, isPossible);
    return find ? [{ name, find }] : [];
  });
  if (finds.length === 0) return undefined;
  return (values, place) => {
    if (typeof values !== "object" || values === null) return undefined;
    const before = place === "" ? "" : `${place}.`;
    return firstOf(finds, ({ name, find }) => find((values as Values)[name], before + name));
  };
}

function firstOf<Item>(
  items: readonly Item[],
  find: (item: Item, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const place = find(item, index);
    if (place !== undefined) return place;
  }
  return undefined;
}
