import { request } from "node:http";
import { createClient as createStreamClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { vi } from "vitest";
import { WebSocket } from "ws";
import { type Reply } from "../app.ts";
import { EVENTS, WAIT, type Source, type ToyGraph } from "./toy-graph.ts";

interface Operation {
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

export interface Caller {
  /** Received results. */
  readonly results: Reply[];
  /** "complete", or how the connection was lost. */
  readonly ended: Promise<string>;
  /** Takes no more, and says so or hangs up, whatever is usual. */
  leave(): void;
}

interface Transport {
  name: string;
  /** Runs an operation by its protocol's own client, over a connection of its own that is not opened again. */
  call: (url: string, operation: Operation, credentials?: Record<string, string>) => Caller;
  /** Runs an operation without reading its results. The returned function disconnects. */
  sleep: (url: string, query: string) => () => void;
  /** The end of the connection when the server stops, after which clients reconnect. */
  cutOff: string;
}

const socket: Transport = {
  name: "WebSocket",
  cutOff: "closed 1012",
  call: (url, operation, connectionParams = {}) =>
    record((sink) =>
      createSocketClient({
        url: socketUrl(url),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams,
      }).subscribe(operation, {
        ...sink,
        error: (cause) => {
          if (Array.isArray(cause)) {
            sink.next({ errors: cause });
            sink.complete();
          } else {
            sink.lost(`closed ${(cause as { code?: number }).code ?? "?"}`);
          }
        },
      }),
    ),
  sleep(url, query) {
    const caller = new WebSocket(socketUrl(url), "graphql-transport-ws");
    caller.on("open", () => caller.send('{"type":"connection_init"}'));
    caller.once("message", () => {
      caller.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
      caller.pause();
    });
    return () => caller.terminate();
  },
};

const stream: Transport = {
  name: "server-sent events",
  cutOff: "Connection closed while having active streams",
  call: (url, operation, headers = {}) =>
    record((sink) =>
      createStreamClient({ url: `${url}/graphql/stream`, retryAttempts: 0, headers }).subscribe(operation, {
        ...sink,
        error: (cause) => sink.lost((cause as Error).message),
      }),
    ),
  sleep: (url, query) => hangUpOn(`${url}/graphql/stream`, query),
};

/** Sends an operation and does not read its response. */
function hangUpOn(url: string, query: string, headers: Record<string, string> = {}): () => void {
  const caller = request(url, { method: "POST", headers: { "content-type": "application/json", ...headers } });
  caller.on("response", () => undefined).on("error", () => undefined);
  caller.end(JSON.stringify({ query }));
  return () => caller.destroy();
}

/** Apollo's multipart protocol. Its clients are browsers' and mobile ones, so it is read by the letter of the protocol. */
const multipart: Transport = {
  name: "multipart responses",
  cutOff: "the server restarts: subscribe again",
  call: (url, operation, headers = {}) =>
    record((sink) => {
      const abort = new AbortController();
      readParts(`${url}/graphql`, operation, { ...MULTIPART, ...headers }, { sink, signal: abort.signal }).catch(
        (error: unknown) => sink.lost((error as Error).message),
      );
      return () => abort.abort();
    }),
  sleep: (url, query) => hangUpOn(`${url}/graphql`, query, MULTIPART),
};

const MULTIPART = { accept: "multipart/mixed;boundary=graphql;subscriptionSpec=1.0" };

async function readParts(
  url: string,
  operation: Operation,
  headers: Record<string, string>,
  { sink, signal }: { sink: Sink; signal: AbortSignal },
): Promise<void> {
  const body = JSON.stringify(operation);
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    signal,
  });
  if (!reply.ok) throw new Error(`Server responded with ${reply.status}: ${reply.statusText}`);
  const boundary = `\r\n--${/boundary="(\w+)"/.exec(reply.headers.get("content-type") ?? "")?.[1] ?? ""}`;
  let unread = "";
  const decoder = new TextDecoder();
  for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
    const parts = (unread + decoder.decode(chunk, { stream: true })).split(boundary);
    unread = parts.pop() ?? "";
    for (const part of parts) {
      const [head, json] = part.split("\r\n\r\n");
      if (json === undefined) continue; // Before the first boundary.
      if (head !== "\r\ncontent-type: application/json") throw new Error(`An unknown part: ${head ?? ""}`);
      const { payload, errors } = JSON.parse(json) as { payload?: unknown; errors?: { message: string }[] };
      if (errors?.[0]) sink.lost(errors[0].message);
      if (payload) sink.next(payload);
    }
    if (unread === "--\r\n") sink.complete();
  }
  sink.lost("The stream has ended without its last boundary");
}

export const TRANSPORTS = [socket, stream];

/** With the one whose queries and mutations run as those of the others, and are tested over them. */
export const LIVE_TRANSPORTS = [...TRANSPORTS, multipart];

export function socketUrl(url: string): string {
  return `${url.replace(/^http/, "ws")}/graphql`;
}

interface Sink {
  next(result: unknown): void;
  complete(): void;
  lost(how: string): void;
}

function record(subscribe: (sink: Sink) => () => void): Caller {
  const results: Reply[] = [];
  let leave = (): void => undefined;
  const ended = new Promise<string>((resolve) => {
    leave = subscribe({
      next: (result) => void results.push(result as Reply),
      complete: () => resolve("complete"),
      lost: resolve,
    });
  });
  return { results, ended, leave: () => leave() };
}

/** Subscribes, and waits until the source is there. */
export async function subscribe(
  call: Transport["call"],
  { url, sources }: ToyGraph,
  query = EVENTS,
): Promise<Caller & { source: Source }> {
  const count = sources.length;
  const caller = call(url, { query });
  await vi.waitUntil(() => sources.length > count, WAIT);
  return { ...caller, source: sources.at(-1) as Source };
}

export function arrived({ results }: Caller, count: number): Promise<unknown> {
  return vi.waitUntil(() => results.length >= count, WAIT);
}

export async function overHttp({ url }: ToyGraph, body: object): Promise<Reply> {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) });
  return (await reply.json()) as Reply;
}
