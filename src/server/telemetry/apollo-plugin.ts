import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphQLSchema, OperationTypeNode } from "graphql";
import { type GraphContext } from "../../graph/index.ts";
import { type DeprecatedUsage } from "./deprecations/index.ts";
import { type Telemetry } from "./telemetry.ts";
import { OperationInstrumentation } from "./operation-instrumentation.ts";

/** Records the outcome of each operation that Apollo runs, on every transport. */
export function telemetryPlugin<Context extends GraphContext>(
  telemetry: Telemetry,
  schema: GraphQLSchema,
  deprecated: DeprecatedUsage | undefined,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart: ({ contextValue: { instrumentation, caller } }) => {
      if (!(instrumentation instanceof OperationInstrumentation)) return Promise.resolve();
      return Promise.resolve({
        didResolveOperation({ operation, document, request: { variables } }) {
          if (!operation) return Promise.resolve(); // Its name is unknown.
          instrumentation.resolved(operation);
          deprecated?.count({ document, operation, variables, name: instrumentation.name, caller });
          return Promise.resolve();
        },
        didEncounterErrors({ errors }) {
          telemetry.observeErrors(errors, instrumentation);
          return Promise.resolve();
        },
        willSendResponse({ response: { body }, operation, document, errors = [] }) {
          const shown = (body.kind === "single" && body.singleResult.errors) || [];
          // Apollo only admits subscriptions; `subscriptions/execution.ts` ends them.
          const isAdmitted = shown.length === 0 && operation?.operation === OperationTypeNode.SUBSCRIPTION;
          if (!isAdmitted) telemetry.ended(instrumentation, shown, document && { schema, document, errors });
          return Promise.resolve();
        },
      });
    },
  };
}
