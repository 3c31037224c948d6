import { once } from "node:events";
import { WebSocket } from "ws";
import { socketUrl } from "../live/callers.ts";

/** An operation whose variables are JSON as it is written: no serializer has touched them. */
export interface RawOperation {
  query: string;
  /** JSON. */
  variables: string;
  operationName?: string;
}

interface RawAnswer {
  /** Null where the transport has none of its own. */
  status: number | null;
  /** JSON, without a line's end. */
  body: string;
}

type Way = (url: string, operation: RawOperation, headers?: Record<string, string>) => Promise<RawAnswer>;

function bodyOf({ query, variables, operationName }: RawOperation): string {
  const name = operationName === undefined ? "" : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${JSON.stringify(query)}${name},"variables":${variables}}`;
}

export const byPost: Way = async (url, operation, headers = {}) => {
  const reply = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: bodyOf(operation),
  });
  return { status: reply.status, body: (await reply.text()).trimEnd() };
};

/** Its unusual `Accept` header makes the fast path leave the request to Apollo. */
export const byApollo: Way = (url, operation) => byPost(url, operation, { accept: "application/json;q=0.9" });

export const byGet: Way = async (url, { query, variables, operationName }) => {
  const search = new URLSearchParams({ query, variables, ...(operationName !== undefined && { operationName }) });
  const reply = await fetch(`${url}/graphql?${search.toString()}`, { headers: { "apollo-require-preflight": "1" } });
  return { status: reply.status, body: (await reply.text()).trimEnd() };
};

export const byStream: Way = async (url, operation) => {
  const reply = await fetch(`${url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: bodyOf(operation),
  });
  const text = await reply.text();
  return { status: null, body: /^data: ?(\{.*\})$/m.exec(text)?.[1] ?? text.trimEnd() };
};

export const bySocket: Way = async (url, operation) => {
  const socket = new WebSocket(socketUrl(url), "graphql-transport-ws");
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');
  await once(socket, "message");
  socket.send(`{"id":"1","type":"subscribe","payload":${bodyOf(operation)}}`);
  const [data] = (await once(socket, "message")) as [Buffer];
  socket.terminate();
  const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: object };
  return { status: null, body: JSON.stringify(type === "error" ? { errors: payload } : payload) };
};
