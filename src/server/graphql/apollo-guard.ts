import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphContext } from "../../graph/index.ts";
import { type OperationPipeline } from "./pipeline.ts";

/** Replaces an operation that is refused before parsing. */
const NO_OPERATION = "{ __typename }";

/**
 * Runs the pipeline's stages in Apollo, for every transport. Apollo answers 500 to errors thrown in `requestDidStart`, so a
 * refused operation is replaced by an empty one, and the refusal is thrown once that is resolved.
 */
export function apolloGuard<Context extends GraphContext>(pipeline: OperationPipeline): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request, contextValue: { caller } }) {
      const refusal = await pipeline.beforeParse(request, caller);
      if (refusal) {
        request.query = NO_OPERATION;
        delete request.operationName;
        delete request.extensions;
        delete request.variables;
        return { didResolveOperation: () => Promise.reject(refusal) };
      }
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue: context }) {
          if (!operation) return; // The operation name is unknown: Apollo reports that next.
          const cost = pipeline.costOf({ schema, document, operation, variables: request.variables ?? {}, context });
          const refusal = await pipeline.beforeExecution(cost, context.caller);
          if (refusal) throw refusal;
        },
      };
    },
  };
}
