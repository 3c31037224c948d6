import { printSubgraphSchema } from "@apollo/subgraph";
import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import { type GraphQLSchema, isSpecifiedDirective, printSchema } from "graphql";

const SUBGRAPH = "subgraph";

/** Keeps the schema that gateways see with the one that is executed. */
export function withSubgraph(schema: GraphQLSchema, subgraph: GraphQLSchema): GraphQLSchema {
  schema.extensions = { ...schema.extensions, [SUBGRAPH]: subgraph };
  return schema;
}

/** The subgraph's SDL, as a gateway composes it. */
export function printSubgraph({ extensions }: GraphQLSchema): string {
  return printSubgraphSchema(extensions[SUBGRAPH] as GraphQLSchema) + "\n";
}

/** The SDL of what clients use: the executed schema without federation's fields, types and directives. */
export function printApi(schema: GraphQLSchema): string {
  const api = mapSchema(schema, {
    [MapperKind.QUERY_ROOT_FIELD]: (field, name) => (name.startsWith("_") ? null : field),
    [MapperKind.DIRECTIVE]: (directive) => (isSpecifiedDirective(directive) ? directive : null),
  });
  return printSchema(pruneSchema(api)) + "\n";
}
