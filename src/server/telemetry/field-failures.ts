import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** A failed field by its name in the schema, such as `Account.subscriptions`. */
export interface FieldFailure {
  field: string;
  code: string;
}

export function codeOf({ extensions }: GraphQLFormattedError): string {
  return typeof extensions?.code === "string" ? extensions.code : "UNKNOWN";
}

/** An executed operation with its errors. */
export interface ExecutedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  errors: readonly GraphQLError[];
}

/** The failed fields. `shown`: the same errors as formatted for callers, in the same order. */
export function fieldFailures(
  { schema, document, errors }: ExecutedOperation,
  shown: readonly GraphQLFormattedError[],
): FieldFailure[] {
  const nodes = new Set(errors.flatMap((error) => (error.path ? (error.nodes ?? []) : [])));
  if (nodes.size === 0) return [];
  const names = namesOf(schema, document, nodes);
  return errors.flatMap((error, index) => {
    const [node] = error.nodes ?? [];
    const field = node && names.get(node);
    const formatted = shown[index];
    return field && formatted ? [{ field, code: codeOf(formatted) }] : [];
  });
}

/** Names of the schema are bounded; response paths contain aliases, which are not. */
function namesOf(schema: GraphQLSchema, document: DocumentNode, nodes: ReadonlySet<ASTNode>): Map<ASTNode, string> {
  const names = new Map<ASTNode, string>();
  const types = new TypeInfo(schema);
  const Field = (node: ASTNode) => {
    const [parent, field] = [types.getParentType(), types.getFieldDef()];
    if (nodes.has(node) && parent && field) names.set(node, `${parent.name}.${field.name}`);
  };
  visit(document, visitWithTypeInfo(types, { Field }));
  return names;
}
