import { type ApolloServerOptionsWithGateway } from "@apollo/server";
import { type GraphQLSchema } from "graphql";
import { type GraphContext, type Execute } from "../../graph/index.ts";

type Gateway<Context extends GraphContext> = ApolloServerOptionsWithGateway<Context>["gateway"];

/** Runs Apollo's operations by our executor. Apollo supports another executor only as a gateway. */
export function apolloExecutor<Context extends GraphContext>(
  schema: GraphQLSchema,
  execute: Execute,
): Gateway<Context> {
  type OnSchema = Parameters<NonNullable<Gateway<Context>["onSchemaLoadOrUpdate"]>>[0];
  const listeners = new Set<OnSchema>();
  return {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load() {
      // There is no supergraph.
      for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: "" });
      return Promise.resolve({
        executor: async ({ document, request, context }) =>
          execute({
            document,
            operationName: request.operationName ?? null,
            variableValues: request.variables ?? null,
            contextValue: context,
          }),
      });
    },
    stop: () => Promise.resolve(),
  };
}
