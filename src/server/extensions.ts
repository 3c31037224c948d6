import { type ApolloServerPlugin } from "@apollo/server";
import { type GraphContext } from "../graph/index.ts";

/** What a reply says beside its data: hints at its nulls, and what it cost if its caller wants to know. */
export function extensionsOf({ hints, watched }: GraphContext): Record<string, unknown> | undefined {
  if (hints.length === 0 && !watched.wantsCost) return undefined;
  return { ...(hints.length > 0 && { hints }), ...(watched.wantsCost && { kore: watched.cost }) };
}

/** Puts it into the replies that Apollo makes. */
export function replyExtensions<Context extends GraphContext>(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response: { body } }) {
          const extensions = extensionsOf(contextValue);
          if (body.kind === "single" && extensions) {
            body.singleResult.extensions = { ...body.singleResult.extensions, ...extensions };
          }
          return Promise.resolve();
        },
      }),
  };
}
