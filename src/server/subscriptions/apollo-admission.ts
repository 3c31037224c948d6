import { type ApolloServer, type GraphQLRequest } from "@apollo/server";
import { type DocumentNode, type FormattedExecutionResult, GraphQLError, OperationTypeNode } from "graphql";
import { type CallerSignal } from "../../common/abort.ts";
import { type GraphContext } from "../../graph/index.ts";

/** An operation as callers send it. */
export interface Operation {
  /** Empty: it is named by its hash in `extensions`. */
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
}

/** Apollo's result, or a subscription that passed all stages before execution. */
type Admitted = { result: FormattedExecutionResult } | { document: DocumentNode };

export interface Admission<Context> {
  /** Passes an operation through Apollo. */
  readonly admit: (operation: Operation, context: Context) => Promise<Admitted>;
  /**
   * For an operation that is passed through Apollo elsewhere, with this context: `document` is set once Apollo has answered
   * if it is a subscription that passed all stages before execution. Apollo's response to it has no meaning.
   */
  readonly awaitSubscription: (context: Context) => { readonly document?: DocumentNode };
}

/**
 * Apollo runs queries and mutations of every transport, so that checks and error format are the same. It cannot run
 * subscriptions: it parses and validates them, runs all plugins, and returns the document instead of executing it. Must be
 * called before the server starts.
 */
export function apolloAdmission<Context extends GraphContext>(apollo: ApolloServer<Context>): Admission<Context> {
  /** Keyed by the operation's signal, since Apollo copies contexts. */
  const starting = new WeakMap<CallerSignal, { document?: DocumentNode }>();
  apollo.addPlugin({
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ operation, contextValue }) {
          const isUnsupported =
            operation?.operation === OperationTypeNode.SUBSCRIPTION && !starting.has(contextValue.signal);
          return isUnsupported ? Promise.reject(needsOpenConnection()) : Promise.resolve();
        },
        responseForOperation({ operation, document, contextValue, response }) {
          const slot = starting.get(contextValue.signal);
          // Apollo's type hides that there is none when its name is unknown; Apollo answers that after us.
          const kind = (operation as typeof operation | undefined)?.operation;
          if (kind !== OperationTypeNode.SUBSCRIPTION || !slot) return Promise.resolve(null);
          slot.document = document;
          return Promise.resolve({ ...response, body: { kind: "single", singleResult: {} } });
        },
      }),
  });
  const awaitSubscription = (context: Context) => {
    const slot: { document?: DocumentNode } = {};
    starting.set(context.signal, slot);
    return slot;
  };
  return {
    awaitSubscription,
    async admit(operation, context) {
      const slot = awaitSubscription(context);
      const { body } = await apollo.executeOperation(toRequest(operation), { contextValue: context });
      if (slot.document) return { document: slot.document };
      if (body.kind !== "single") throw new Error("@defer and @stream are not part of the schema");
      return { result: body.singleResult };
    },
  };
}

function toRequest({ query, operationName, variables, extensions }: Operation): GraphQLRequest {
  return {
    ...(query !== "" && { query }),
    ...(typeof operationName === "string" && { operationName }),
    ...(variables && { variables }),
    ...(extensions && { extensions }),
  };
}

function needsOpenConnection(): GraphQLError {
  const message =
    "A subscription needs a connection that stays open: WebSocket (graphql-transport-ws) at /graphql, a POST with " +
    "`Accept: text/event-stream` or `multipart/mixed;subscriptionSpec=1.0`, or a POST to /graphql/stream";
  return new GraphQLError(message, { extensions: { code: "BAD_REQUEST", http: { status: 400 } } });
}
