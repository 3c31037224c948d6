import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
} from "graphql";
import { accessRules } from "../../../src/graph/index.ts";
import { onlyField, operationOf } from "./only-field.ts";

/** The same again, or cursors, which may hold a time. */
const OMITTED: ReadonlySet<string> = new Set(["edges", "nodeId", "endCursor", "startCursor"]);

/** Operations of the documents with nothing but a field, with all below it, and the way to it. */
export function wholeField(schema: GraphQLSchema, documents: readonly DocumentNode[], coordinate: string): string[] {
  const [typeName = "", fieldName = ""] = coordinate.split(".");
  const parent = schema.getType(typeName) as GraphQLObjectType;
  const entities = new Set([...accessRules(schema).keys()].filter((name) => !name.includes(".")));
  const below = selectionOf(getNamedType(parent.getFields()[fieldName]?.type), entities, []);
  const set =
    below === ""
      ? undefined
      : (operationOf(parse(`{ x ${below} }`)).selectionSet.selections[0] as { selectionSet: SelectionSetNode })
          .selectionSet;
  return documents.flatMap((document) => onlyField(schema, document, coordinate, set)?.withIt ?? []);
}

/** All fields without required arguments, down to the first entity within the first one. */
function selectionOf(type: unknown, entities: ReadonlySet<string>, above: readonly string[]): string {
  if (!isObjectType(type) || above.includes(type.name)) return "";
  if (entities.has(type.name) && above.some((name) => entities.has(name))) return "";
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument) || OMITTED.has(field.name)) return [];
    const below = getNamedType(field.type);
    if (isLeafType(below)) return [field.name];
    const selection = selectionOf(below, entities, [...above, type.name]);
    return selection === "" ? [] : [`${field.name} ${selection}`];
  });
  return fields.length === 0 ? "" : `{ ${fields.join(" ")} }`;
}
