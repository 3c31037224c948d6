import { type ApolloServerPlugin } from "@apollo/server";
import { GraphQLError } from "graphql";
import { type GraphContext, type PricedOperation, koreCostOf } from "../../graph/index.ts";
import { type Allowance, rateLimited } from "./allowance.ts";

/** Refuses operations that could cost more requests to KORE than allowed, before the first is made. */
export function pricing<Context extends GraphContext>(
  limit: number,
  perMinute: Allowance | undefined,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          if (!operation) return; // Its name is unknown: Apollo answers that after us.
          const variables = request.variables ?? {};
          const cost = priceOf({ schema, document, operation, variables, context: contextValue });
          if (cost > limit) throw tooExpensive(cost, limit);
          const wait = cost > 0 ? await perMinute?.take(contextValue.caller.id, cost) : undefined;
          if (wait !== undefined) throw rateLimited("requests to KORE", wait);
        },
      }),
  };
}

function priceOf(operation: PricedOperation): number {
  try {
    return koreCostOf(operation);
  } catch (error) {
    // Variables that do not fit their types: execution refuses them, too, with better words, before it asks anything.
    if (error instanceof GraphQLError) return 0;
    throw error;
  }
}

function tooExpensive(computed: number, limit: number): GraphQLError {
  const cost = Math.min(computed, Number.MAX_SAFE_INTEGER);
  const message = `This could cost ${cost} requests to KORE; at most ${limit} are allowed. Ask for shorter lists, or less of each item`;
  return new GraphQLError(message, { extensions: { code: "COST_LIMIT_EXCEEDED", cost, limit, http: { status: 400 } } });
}
