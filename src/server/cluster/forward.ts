import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { asPlainRequest, isForSocket } from "../live/upgrade.ts";
import { MAX_DELIVERY_BYTES, WEBHOOK_PATH } from "../webhooks/index.ts";
import { type Asked } from "./queries.ts";
import { type Relay } from "./relay.ts";

/**
 * All that a process does not do itself, because one alone may: whatever is neither a query nor `/livez`. Routes have
 * their bodies read here, with the limits that they have there; the rest has none.
 */
export async function forwardRest(http: FastifyInstance, relay: Relay): Promise<void> {
  http.server.on("upgrade", (request, stream, head) => {
    if (isForSocket(request)) relay.tunnel(request, stream, head);
    else asPlainRequest(http.server, request, stream, head);
  });
  http.setNotFoundHandler((request, reply) => forward(relay, request, reply));
  await http.register((scope, _, done) => {
    // Bytes, whatever they are called; what they are called goes on with them.
    scope.addHook("onRequest", (request, _reply, next) => {
      request.raw.headers["content-type"] = undefined;
      next();
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    const handler = (request: FastifyRequest, reply: FastifyReply) =>
      forward(relay, request, reply, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    scope.post("/graphql/stream", handler);
    scope.post(WEBHOOK_PATH, { bodyLimit: MAX_DELIVERY_BYTES }, handler);
    done();
  });
}

/** Sends on what is no query; tells whether it did. */
export function queryGate(relay: Relay, isQuery: (asked: unknown) => boolean) {
  return (request: FastifyRequest, reply: FastifyReply): boolean => {
    const isHere = isQuery(request.method === "GET" ? askedByAddress(request.query) : request.body);
    // What was read as JSON is written as JSON.
    if (!isHere) forward(relay, request, reply, request.method === "GET" ? undefined : JSON.stringify(request.body));
    return !isHere;
  };
}

function forward(relay: Relay, request: FastifyRequest, reply: FastifyReply, body?: Buffer | string): FastifyReply {
  reply.hijack();
  relay.answer(request.raw, reply.raw, request.id, body);
  return reply;
}

function askedByAddress(parameters: unknown): Asked {
  const { query, extensions } = parameters as Record<string, unknown>;
  return { ...(query !== undefined && { query }), ...(extensions !== undefined && { extensions: parsed(extensions) }) };
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
