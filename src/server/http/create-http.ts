import Fastify, { type FastifyInstance } from "fastify";
import { type Logger } from "../logging/log.ts";
import { REQUEST_ID, requestIdFrom } from "../telemetry/index.ts";
import { type ArrivalTimes, type Connections, limitArrivingBodies, refuseUnreadable } from "./connections/index.ts";
import { refuse, sendFailure, sendNotFound } from "./error-responses.ts";

interface HttpOptions {
  /** Largest request body, in bytes. */
  maxBytes: number;
  arrival: ArrivalTimes;
  connections: Connections;
  log: Logger;
}

/** Creates Fastify with limits of connections and bodies, and with errors in GraphQL's format. */
export function createHttp({ maxBytes, arrival, connections, log }: HttpOptions): FastifyInstance {
  const http = Fastify({
    bodyLimit: maxBytes,
    requestTimeout: arrival.whole,
    keepAliveTimeout: arrival.idle,
    http: { headersTimeout: arrival.head, connectionsCheckingInterval: arrival.interval },
    clientErrorHandler: refuseUnreadable(connections, arrival),
    logger: false, // Fastify logs URLs, and the URL of a GET contains variables.
    genReqId: ({ headers }) => requestIdFrom(headers[REQUEST_ID]),
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    return503OnClosing: false, // During a stop, requests over open connections are answered.
    // A malformed URL has no route, and so neither hooks nor an error handler.
    frameworkErrors: (_error, _request, reply) =>
      void refuse(reply.header("cache-control", "no-store"), 400, "BAD_REQUEST", "The address cannot be read"),
  });
  connections.guard(http.server);
  limitArrivingBodies(http, maxBytes, connections);
  http.setErrorHandler((error: { statusCode?: number }, request, reply) =>
    sendFailure(error, request, reply, { log, maxBytes }),
  );
  http.setNotFoundHandler(sendNotFound);
  return http;
}

/** Routes have no JSON schemas. Fastify's own compilers of them are loaded at every start. */
function noSchemas(): never {
  throw new Error("No route has a schema");
}

/** Adds the request id, and forbids caching unless a route overrides it: responses contain identifiers. */
export function addDefaultHeaders(http: FastifyInstance): void {
  http.addHook("onRequest", (request, reply, next) => {
    reply.header(REQUEST_ID, request.id).header("cache-control", "no-store");
    next();
  });
}

/** Closes connections with their next response while the server stops. */
export function closeWhileStopping(http: FastifyInstance, readiness: { isStopping: boolean }): void {
  http.addHook("onSend", (_, reply, payload, done) => {
    if (readiness.isStopping) reply.header("connection", "close");
    done(null, payload);
  });
}

export function logResponses(http: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled("debug")) return;
  http.addHook("onResponse", (request, reply, done) => {
    const { id, method, routeOptions } = request;
    log.debug(
      { requestId: id, method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      "request",
    );
    done();
  });
}
