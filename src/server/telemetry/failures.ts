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

/** A field that failed, as the schema names it: `Account.subscriptions`. */
export interface Failure {
  field: string;
  code: string;
}

export function codeOf({ extensions }: GraphQLFormattedError): string {
  return typeof extensions?.code === "string" ? extensions.code : "UNKNOWN";
}

/** Errors of an operation that was run. */
export interface FailureSource {
  schema: GraphQLSchema;
  document: DocumentNode;
  errors: readonly GraphQLError[];
}

/** Which fields failed and how. `shown` are the same errors as callers see them, in the same order. */
export function failuresOf(
  { schema, document, errors }: FailureSource,
  shown: readonly GraphQLFormattedError[],
): Failure[] {
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

/** The response path has the caller's aliases in it, which are without number; the schema's names are not. */
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
