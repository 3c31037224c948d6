import { type ApolloServerOptionsWithGateway } from "@apollo/server";
import { type GraphQLSchema } from "graphql";
import { type GraphContext, type Execute } from "../../graph/index.ts";

type Gateway<Context extends GraphContext> = ApolloServerOptionsWithGateway<Context>["gateway"];

/** Has Apollo run operations by an executor of ours: all that is not graphql-js is a gateway to it. */
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
      // Without a supergraph: there is none, and nobody asks.
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
