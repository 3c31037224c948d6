import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphQLSchema, OperationTypeNode } from "graphql";
import { type GraphContext } from "../../graph/index.ts";
import { type Telemetry } from "./telemetry.ts";
import { Watch } from "./watch.ts";

/** Tells the watch of each operation what becomes of it, whatever transport it came by. */
export function telemetryPlugin<Context extends GraphContext>(
  telemetry: Telemetry,
  schema: GraphQLSchema,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: ({ contextValue: { watched } }) => {
      if (!(watched instanceof Watch)) return Promise.resolve();
      return Promise.resolve({
        didResolveOperation({ operation }) {
          if (operation) watched.resolved(operation); // There is none by an unknown name.
          return Promise.resolve();
        },
        didEncounterErrors({ errors }) {
          telemetry.note(errors, watched);
          return Promise.resolve();
        },
        willSendResponse({ response: { body }, operation, document, errors = [] }) {
          const shown = (body.kind === "single" && body.singleResult.errors) || [];
          // A subscription is only let in here; it ends elsewhere.
          const isLetIn = shown.length === 0 && operation?.operation === OperationTypeNode.SUBSCRIPTION;
          if (!isLetIn) telemetry.ended(watched, shown, document && { schema, document, errors });
          return Promise.resolve();
        },
      });
    },
  };
}
