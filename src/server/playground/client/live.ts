/// <reference lib="dom" />
import type { GraphiQLProps } from "graphiql";
import { type DocumentNode, type ExecutionResult, GraphQLError, OperationTypeNode, getOperationAST } from "graphql";
import { type Client, createClient } from "graphql-ws";

type Fetcher = GraphiQLProps["fetcher"];
type Operation = Parameters<Fetcher>[0];
type Observable = Extract<Awaited<ReturnType<Fetcher>>, { subscribe: unknown }>;

/** By headers, which a WebSocket sends once: it is opened by its first subscription, and closed after the last. */
const clients = new Map<string, Client>();

function clientFor(headers: Record<string, string>): Client {
  const key = JSON.stringify(headers);
  const url = new URL("/graphql", location.href.replace(/^http/, "ws")).href;
  const client = clients.get(key) ?? createClient({ url, connectionParams: headers, retryAttempts: 0 });
  clients.set(key, client);
  return client;
}

export function isSubscription({ operationName }: Operation, document: DocumentNode | undefined): boolean {
  return !!document && getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}

interface Sink {
  next: (result: ExecutionResult) => void;
  complete: () => void;
}

/** An observable, not a generator: its `return()` would wait for the next event before it unsubscribes. */
export function subscribe({ query, operationName, variables }: Operation, headers: Record<string, string>): Observable {
  const request = {
    query,
    operationName: operationName ?? null,
    variables: (variables ?? null) as Record<string, unknown> | null,
  };
  const observable = {
    subscribe: ({ next, complete }: Sink) => ({
      unsubscribe: clientFor(headers).subscribe(request, {
        next: (result) => next(result as ExecutionResult),
        // As a result: GraphiQL prints an error with its stack trace, or as {}.
        error: (cause) => {
          next({ errors: errorsOf(cause) });
          complete();
        },
        complete,
      }),
    }),
  };
  return observable as unknown as Observable; // GraphiQL uses this form only.
}

function errorsOf(cause: unknown): readonly GraphQLError[] {
  if (Array.isArray(cause)) return cause as GraphQLError[]; // Of the server.
  const { code, reason = "" } = cause as Partial<CloseEvent>;
  return [new GraphQLError(code === undefined ? "The connection failed" : `The connection closed: ${code} ${reason}`)];
}
