import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import { type DocumentNode, type GraphQLSchema, isSpecifiedDirective, printSchema } from "graphql";

const SUBGRAPH = "subgraph";

/** Resolves `_service`, for gateways that compose at run time. */
export function serveSubgraph(schema: GraphQLSchema, definitions: () => DocumentNode): void {
  schema.extensions = { ...schema.extensions, [SUBGRAPH]: definitions };
  const service = schema.getQueryType()?.getFields()._service;
  if (!service) throw new Error("The schema has no _service");
  let sdl: Promise<string> | undefined;
  service.resolve = async () => ({ sdl: await (sdl ??= printSubgraph(schema)) });
}

/** The subgraph's SDL, as a gateway composes it. Loads what prints it, since few processes do. @throws if it is invalid */
export async function printSubgraph({ extensions }: GraphQLSchema): Promise<string> {
  const { subgraphSdl } = await import("./subgraph-sdl.ts");
  return subgraphSdl((extensions[SUBGRAPH] as () => DocumentNode)());
}

/** The SDL of what clients use: the executed schema without federation's fields, types and directives. */
export function printApi(schema: GraphQLSchema): string {
  const api = mapSchema(schema, {
    [MapperKind.QUERY_ROOT_FIELD]: (field, name) => (name.startsWith("_") ? null : field),
    [MapperKind.DIRECTIVE]: (directive) => (isSpecifiedDirective(directive) ? directive : null),
  });
  return printSchema(pruneSchema(api)) + "\n";
}
