import { createClient as createStreamClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { Agent, fetch } from "undici";
import { WebSocket } from "ws";
import { type Reply } from "../../../support/app.ts";
import { Violation } from "../oracle/compare.ts";

interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

type Ask = (operation: Operation, signal?: AbortSignal) => Promise<Reply>;

/** Subscribes; resolves at the end of the updates. */
type Watch = (operation: Operation, next: (reply: Reply) => void, signal?: AbortSignal) => Promise<void>;

/** A caller with connections of its own. */
export interface Caller {
  readonly name: string;
  readonly ask: Ask;
  close(): void | Promise<void>;
}

export interface LiveCaller extends Caller {
  readonly watch: Watch;
}

/** Longest wait for an answer, under any faults. Milliseconds. */
const MAX_WAIT = 90_000;

export function overHttp(url: string): Caller {
  const dispatcher = new Agent();
  return {
    name: "HTTP",
    ask: (operation, signal) =>
      inTime(async () => {
        const reply = await fetch(`${url}/graphql`, {
          dispatcher,
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(operation),
          ...(signal && { signal }),
        });
        return (await reply.json()) as Reply;
      }),
    close: () => dispatcher.close(),
  };
}

export function overSocket(url: string): LiveCaller {
  const client = createSocketClient({
    url: `${url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: MAX_WAIT,
  });
  return { name: "WebSocket", ...live(client), close: () => client.dispose() };
}

export function overStream(url: string): LiveCaller {
  const client = createStreamClient({ url: `${url}/graphql/stream`, retryAttempts: 0 });
  return { name: "server-sent events", ...live(client), close: () => client.dispose() };
}

interface Client {
  subscribe(
    operation: Operation,
    sink: { next(reply: unknown): void; error(cause: unknown): void; complete(): void },
  ): () => void;
}

function live(client: Client): Pick<LiveCaller, "ask" | "watch"> {
  const watch: Watch = (operation, next, signal) =>
    new Promise((resolve, reject) => {
      const end = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const unsubscribe = client.subscribe(operation, {
        next: (reply) => {
          try {
            next(reply as Reply);
          } catch (violation) {
            reject(violation instanceof Error ? violation : new Violation(String(violation)));
            unsubscribe();
          }
        },
        error: (cause) => {
          // Errors of the operation end it; others are lost connections.
          if (Array.isArray(cause)) {
            next({ errors: cause as NonNullable<Reply["errors"]> });
            end();
          } else {
            reject(new Violation(`a live connection broke: ${(cause as Error).message}`));
          }
        },
        complete: end,
      });
      const leave = () => {
        unsubscribe();
        end();
      };
      signal?.addEventListener("abort", leave);
    });
  const ask: Ask = (operation, signal) =>
    inTime(async () => {
      let reply: Reply | undefined;
      await watch(operation, (next) => (reply = next), signal);
      if (reply) return reply;
      signal?.throwIfAborted();
      throw new Violation("an operation was completed without an answer");
    });
  return { ask, watch };
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Violation(`no answer within ${MAX_WAIT} ms`)), MAX_WAIT);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}
