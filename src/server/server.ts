import { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify, { type FastifyRequest } from "fastify";
import { type GraphQLSchema } from "graphql";
import { type GraphContext, createExecutor, replyExtensions, withMistakesCoded } from "../graph/index.ts";
import { guard } from "./auth/guard.ts";
import { type Authenticator, NO_AUTHENTICATION } from "./auth/index.ts";
import {
  ARRIVAL_TIMES,
  type ArrivalTimes,
  type ConnectionLimits,
  Connections,
  DEFAULT_CONNECTION_LIMITS,
  boundBodies,
  networks,
  refuseUnreadable,
} from "./http/connections/index.ts";
import { allowPages } from "./http/cors.ts";
import { gatewayTo } from "./graphql/apollo-executor.ts";
import { type Health, type Readiness, livez, readyz } from "./health.ts";
import { Lane, type LaneOptions } from "./graphql/fast-path/index.ts";
import { leavingOf } from "./http/abort-signal.ts";
import { DEFAULT_LIMITS, type GuardOptions, gatesOf, guards, withDocumentId } from "./graphql/limits/index.ts";
import { type LiveLimits, createLive } from "./subscriptions/index.ts";
import { type Logger } from "./logging/log.ts";
import { isLoopbackName } from "./http/host-check.ts";
import { type PlaygroundOptions, playground } from "./playground/index.ts";
import { answerFailure, refuse, refuseUnknown } from "./http/error-responses.ts";
import { type FormatError } from "./graphql/format-errors.ts";
import { REQUEST_ID, Telemetry, metricsRoute, requestIdFrom, telemetryPlugin, watches } from "./telemetry/index.ts";
import { WEBHOOK_PATH, type WebhookOptions, webhookReceiver } from "./webhooks/index.ts";

export interface HttpOptions<Context extends GraphContext> {
  listen: { host: string; port: number };
  schema: GraphQLSchema;
  /** Makes the context of one operation; `signal` aborts when the caller leaves. */
  context: LaneOptions<Context>["context"];
  /** Grows with every write: no query joins one that began before it. Absent: nothing is written. */
  generation?: () => number;
  /** Absent: nobody is asked who it is, and only this machine is let in. */
  authenticator?: Authenticator;
  formatError: FormatError;
  /** For so long after a stop has begun new connections are still taken: balancers notice late. Milliseconds. @default 0 */
  stopDelay?: number;
  /** Called in the middle of a stop that takes long: whoever waits for something should answer now. */
  hurry?: () => void;
  /** What still runs so long after the stop began is cut off: orchestrators kill after 30 seconds. */
  stopWithin?: number;
  log: Logger;
  /** Absent: nobody watches. */
  telemetry?: Telemetry;
  /** Whether its metrics stand beside the graph. */
  servesMetrics?: boolean;
  /** What `/readyz` looks at; absent: nothing. */
  health?: Health;
  /** Absent: the limits by default, and introspection with the playground. */
  guards?: GuardOptions;
  /** Origins of other sites' pages that may call the graph. */
  corsOrigins?: readonly string[];
  /** Absent: no playground. */
  playground?: PlaygroundOptions;
  /** Absent: KORE's webhooks are not received. */
  webhook?: Omit<WebhookOptions, "log">;
  /** What one caller may hold of the sockets and streams. */
  liveLimits?: Partial<LiveLimits>;
  /** What connections may hold before their callers are known. Absent, in part or whole: the defaults. */
  connectionLimits?: Partial<ConnectionLimits>;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. Absent: nobody's is. */
  trustedProxies?: readonly string[];
  /** How long a request may take to arrive. */
  arrival?: Partial<ArrivalTimes>;
}

export interface HttpServer {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** Says "not ready", takes no more connections and waits for what runs. */
  stop(): Promise<void>;
}

const GRAPH = "/graphql";

/** Routes for which nobody is asked who it is: none tells anything of KORE. Deliveries prove themselves. */
const OPEN_ROUTES = ["/livez", "/readyz", "/", "/playground/tabs.json", "/playground/assets/*", WEBHOOK_PATH];

/** Of the time that a stop has: what waits for nothing but time is told then not to, so that it can answer still. */
const PATIENCE = 0.6;

export async function startHttp<Context extends GraphContext>(options: HttpOptions<Context>): Promise<HttpServer> {
  const { log, schema, formatError, authenticator = NO_AUTHENTICATION, telemetry = new Telemetry() } = options;
  const readiness: Readiness = { isReady: false };
  const guarding: GuardOptions = options.guards ?? { introspection: options.playground ? "on" : "off" };
  const { bodyBytes: maxBytes = DEFAULT_LIMITS.bodyBytes } = guarding.limits ?? {};
  const connections = new Connections({
    limits: { ...DEFAULT_CONNECTION_LIMITS, ...options.connectionLimits },
    proxies: options.trustedProxies && networks(options.trustedProxies),
    onRefused: (reason) => telemetry.refused(reason),
  });
  const arrival = { ...ARRIVAL_TIMES, ...options.arrival };
  // Fastify's own request log holds addresses, and a GET's address holds variables.
  const http = Fastify({
    bodyLimit: maxBytes,
    requestTimeout: arrival.whole,
    http: { headersTimeout: arrival.head, connectionsCheckingInterval: arrival.interval },
    clientErrorHandler: refuseUnreadable(connections.onRefused),
    logger: false,
    genReqId: ({ headers }) => requestIdFrom(headers[REQUEST_ID]),
    return503OnClosing: false, // What comes over an open connection while we stop is still answered.
    // An address that cannot be read has no route, hence no hooks and no error handler.
    frameworkErrors: (_error, _request, reply) =>
      void refuse(reply.header("cache-control", "no-store"), 400, "BAD_REQUEST", "The address cannot be read"),
  });
  connections.guard(http.server);
  boundBodies(http, maxBytes, connections);
  const gates = gatesOf(guarding);
  const {
    apollo: { plugins, ...guarded },
  } = guards<Context>(guarding, gates);
  const execute = withMistakesCoded(createExecutor(schema));
  const lane = new Lane<Context>({ ...options, gates, trusted: guarding.trustedDocuments, execute, telemetry });
  const apollo = new ApolloServer<Context>({
    gateway: gatewayTo(schema, execute),
    documentStore: lane.documents.store,
    formatError,
    ...guarded,
    stopOnTerminationSignals: false,
    logger: log,
    // Neither is offered, and both wrap every field's resolver.
    plugins: [
      ...plugins,
      extensions(),
      telemetryPlugin(telemetry, schema),
      lane.documents.plugin(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
  });
  const live = createLive({
    ...options,
    authenticator,
    telemetry,
    apollo,
    execute,
    maxBytes,
    bounds: connections,
    limits: options.liveLimits,
  });
  await apollo.start();

  // KORE's deliveries come through a proxy under the name that KORE knows. They prove themselves by their signature.
  const callbackHost = options.webhook && new URL(options.webhook.callbackUrl).hostname;
  const isFromKore = ({ hostname, routeOptions }: FastifyRequest) =>
    routeOptions.url === WEBHOOK_PATH && hostname === callbackHost;

  let running = 0;
  let isUnbound = false;
  // Connections that carry no request, or none yet, would keep the server from closing.
  const cutIdle = () => {
    if (running === 0 && isUnbound) http.server.closeAllConnections();
  };
  const onClose = () => {
    running -= 1;
    cutIdle();
  };
  http.addHook("onRequest", (request, reply, next) => {
    running += 1;
    reply.raw.on("close", onClose);
    reply.header(REQUEST_ID, request.id).header("cache-control", "no-store"); // Answers hold identifiers. The playground's files say otherwise.
    // Who must show a credential is no page that has rebound its name: a browser has none to send along.
    const isKnownHost = authenticator.isRequired || isLoopbackName(request.hostname) || isFromKore(request);
    if (isKnownHost) next();
    else refuse(reply, 421, "MISDIRECTED_REQUEST", "Unknown host name");
  });
  await allowPages(http, options.corsOrigins ?? []); // Before the guard: pages may read why they are refused.
  const callerOf = guard(http, authenticator, OPEN_ROUTES);
  http.addHook("onSend", (_, reply, payload, done) => {
    if (!readiness.isReady) reply.header("connection", "close");
    done(null, payload);
  });
  http.addHook("onResponse", (request, reply, done) => {
    const { id, method, routeOptions } = request;
    log.debug(
      { requestId: id, method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      "request",
    );
    done();
  });
  http.setErrorHandler((error: { statusCode?: number }, request, reply) =>
    answerFailure(error, request, reply, log, maxBytes),
  );
  livez(http);
  http.setNotFoundHandler(refuseUnknown);
  readyz(http, readiness, options.health ?? { checks: () => [] });
  if (options.servesMetrics && telemetry.metrics) metricsRoute(http, telemetry.metrics, callerOf);
  if (options.playground) await playground(http, options.playground);
  if (options.webhook) webhookReceiver(http, { ...options.webhook, log });
  const watchOf = watches(http, telemetry);
  await http.register((scope, _, done) => {
    scope.addHook("preHandler", (request, reply, next) => {
      request.body = withDocumentId(request.body);
      watchOf(request).run(next);
    });
    scope.addHook("onResponse", (request, _reply, next) => {
      watchOf(request).end("REFUSED"); // Unless it came as far as Apollo's plugins.
      next();
    });
    scope.addHook("preHandler", (request, reply, next) => {
      const asked = lane.read(request);
      const visit = asked && { asked, reply, caller: callerOf(request), watch: watchOf(request) };
      if (visit)
        lane
          .answer(visit)
          .then((body) => reply.send(body))
          .catch(next);
      else next();
    });
    scope.route({
      method: ["GET", "POST"],
      url: GRAPH,
      handler: fastifyApolloHandler(apollo, {
        context: (request, reply) =>
          Promise.resolve(options.context(leavingOf(reply), callerOf(request), watchOf(request))),
      }),
    });
    done();
  });

  await live.attach(http, callerOf);

  const url = await http.listen(options.listen).catch(async (error: unknown) => {
    await http.close();
    await apollo.stop();
    throw error;
  });
  readiness.isReady = true;
  return {
    url,
    async stop() {
      readiness.isReady = false;
      const { stopDelay = 0, stopWithin = 25_000, hurry = () => undefined } = options;
      const hurrying = setTimeout(hurry, PATIENCE * stopWithin);
      const patience = setTimeout(() => {
        http.server.closeAllConnections();
        live.destroy();
      }, stopWithin);
      if (stopDelay > 0) await sleep(stopDelay);
      const left = live.stop();
      // HTTP's own close() would cut off replies that are written but not yet read; this one only stops listening.
      const unbound = new Promise((resolve) => Server.prototype.close.call(http.server, resolve));
      isUnbound = true;
      cutIdle();
      await Promise.all([left, unbound]);
      await http.close();
      clearTimeout(hurrying);
      clearTimeout(patience);
      await apollo.stop();
    },
  };
}

/** Puts what the operation tells beside its data into the reply. */
function extensions<Context extends GraphContext>(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ contextValue, response: { body } }) {
          const told = replyExtensions(contextValue);
          if (body.kind === "single" && told) {
            body.singleResult.extensions = { ...body.singleResult.extensions, ...told };
          }
          return Promise.resolve();
        },
      }),
  };
}
