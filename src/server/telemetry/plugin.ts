import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphQLSchema, OperationTypeNode } from "graphql";
import { type GraphContext } from "../../graph/index.ts";
import { type Telemetry } from "./telemetry.ts";
import { Watch } from "./watch.ts";

/** Records the outcome of each operation that Apollo runs, on every transport. */
export function telemetryPlugin<Context extends GraphContext>(
  telemetry: Telemetry,
  schema: GraphQLSchema,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: ({ contextValue: { watched } }) => {
      if (!(watched instanceof Watch)) return Promise.resolve();
      return Promise.resolve({
        didResolveOperation({ operation }) {
          if (operation) watched.resolved(operation); // Undefined for an unknown operation name.
          return Promise.resolve();
        },
        didEncounterErrors({ errors }) {
          telemetry.observeErrors(errors, watched);
          return Promise.resolve();
        },
        willSendResponse({ response: { body }, operation, document, errors = [] }) {
          const shown = (body.kind === "single" && body.singleResult.errors) || [];
          // Apollo only admits subscriptions; `subscriptions/execution.ts` ends them.
          const isLetIn = shown.length === 0 && operation?.operation === OperationTypeNode.SUBSCRIPTION;
          if (!isLetIn) telemetry.ended(watched, shown, document && { schema, document, errors });
          return Promise.resolve();
        },
      });
    },
  };
}
