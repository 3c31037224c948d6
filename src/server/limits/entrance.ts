import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphQLError } from "graphql";
import { type GraphContext } from "../../graph/index.ts";
import { type Allowance, rateLimited } from "./allowance.ts";
import { type TrustedDocuments } from "./documents.ts";

interface Doorkeepers {
  operations: Allowance | undefined;
  trusted: TrustedDocuments | undefined;
}

/**
 * Refuses operations before they are read, whatever transport they came by. Apollo answers 500 to whoever throws that
 * early, so what is refused is exchanged for an operation that does nothing, and the refusal waits until that is
 * resolved.
 */
export function entrance<Context extends GraphContext>(keepers: Doorkeepers): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request, contextValue }) {
      const refusal = (await tooMany(keepers, contextValue.caller.id)) ?? keepers.trusted?.admit(request);
      if (!refusal) return;
      request.query = "{ __typename }";
      delete request.operationName;
      delete request.extensions;
      return { didResolveOperation: () => Promise.reject(refusal) };
    },
  };
}

/** What is refused later counts, too. */
async function tooMany({ operations }: Doorkeepers, caller: string): Promise<GraphQLError | undefined> {
  const wait = await operations?.take(caller, 1);
  return wait === undefined ? undefined : rateLimited("operations", wait);
}
