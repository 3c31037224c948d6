import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphContext } from "../../../graph/index.ts";
import { tooManyComments } from "./comments.ts";
import { type TrustedDocuments } from "../trusted-documents.ts";
import { type Gates } from "./gates.ts";
import { oddValueIn } from "./odd-values.ts";

/** What whoever is refused at the entrance is taken to have asked for. */
const NOTHING = "{ __typename }";

/**
 * Refuses operations before they are read, whatever transport they came by. Apollo answers 500 to whoever throws that
 * early, so what is refused is exchanged for an operation that does nothing, and the refusal waits until that is
 * resolved.
 */
export function entrance<Context extends GraphContext>(
  gates: Gates,
  trusted: TrustedDocuments | undefined,
  maxTokens: number,
): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request, contextValue }) {
      const refusal =
        (await gates.enter(contextValue.caller)) ??
        tooManyComments(request.query ?? "", maxTokens) ??
        oddValueIn(request) ??
        trusted?.admit(request);
      if (!refusal) return;
      request.query = NOTHING;
      delete request.operationName;
      delete request.extensions;
      delete request.variables;
      return { didResolveOperation: () => Promise.reject(refusal) };
    },
  };
}
