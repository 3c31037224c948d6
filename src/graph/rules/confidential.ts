import { type DocumentNode, type GraphQLField, type GraphQLSchema, BREAK, isObjectType, visit } from "graphql";
import { Extensions } from "type-graphql";
import { isExclusive } from "./exclusive-mutation.ts";

const CONFIDENTIAL = "confidential";

/** Marks a field whose answer holds a secret of its caller: operations with it are not coalesced, and are no tools of MCP. */
export const Confidential = () => Extensions({ [CONFIDENTIAL]: true });

type Field = Pick<GraphQLField<unknown, unknown>, "extensions">;

/** Whether the answer of a field can hold a secret. */
export const canHoldSecret = (field: Field): boolean => isExclusive(field) || field.extensions[CONFIDENTIAL] === true;

/** Returns whether a document selects a field that can hold a secret, or one of another type with its name. */
export function confidentialDocuments(schema: GraphQLSchema): (document: DocumentNode) => boolean {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()));
  const names = new Set(fields.filter(canHoldSecret).map(({ name }) => name));
  return (document) => {
    let isFound = false;
    visit(document, {
      Field({ name }) {
        isFound ||= names.has(name.value);
        return isFound ? BREAK : undefined;
      },
    });
    return isFound;
  };
}
