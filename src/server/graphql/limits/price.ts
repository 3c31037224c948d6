import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphContext } from "../../../graph/index.ts";
import { type Gates } from "./gates.ts";

/** Refuses operations that could cost more requests to KORE than allowed, before the first is made. */
export function pricing<Context extends GraphContext>(gates: Gates): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveOperation({ schema, document, operation, request, contextValue: context }) {
          if (!operation) return; // Its name is unknown: Apollo answers that after us.
          const price = gates.priceOf({ schema, document, operation, variables: request.variables ?? {}, context });
          const refusal = await gates.pay(price, context.caller);
          if (refusal) throw refusal;
        },
      }),
  };
}
