import { type GraphContext } from "../graph/index.ts";
import { requireAuthentication } from "./auth/require-authentication.ts";
import { NO_AUTHENTICATION } from "./auth/index.ts";
import { type GuardOptions, createGraphql } from "./graphql/index.ts";
import { DEFAULT_LIMITS } from "./graphql/limits/limits.ts";
import { type Readiness, livez, readyz } from "./health.ts";
import { ARRIVAL_TIMES, Connections, DEFAULT_CONNECTION_LIMITS, parseNetworks } from "./http/connections/index.ts";
import { allowCors } from "./http/cors.ts";
import { addDefaultHeaders, closeWhileStopping, createHttp, logResponses } from "./http/create-http.ts";
import { RunningRequests, drain } from "./http/drain.ts";
import { checkHost } from "./http/host-check.ts";
import { listenError } from "./http/listen-error.ts";
import { mcp } from "./mcp/index.ts";
import { playground } from "./playground/index.ts";
import { type ServerOptions } from "./server-options.ts";
import { createSubscriptions } from "./subscriptions/index.ts";
import { Telemetry, metricsRoute } from "./telemetry/index.ts";
import { WEBHOOK_PATH, webhookReceiver } from "./webhooks/receiver.ts";

export type { ServerOptions } from "./server-options.ts";

export interface RunningServer {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** Fails `/readyz`, stops listening, and resolves when all requests have ended. */
  stop(): Promise<void>;
}

/** Routes without authentication. None returns data of KORE; webhooks are verified by their receiver. */
const OPEN_ROUTES = ["/livez", "/readyz", "/", "/playground/tabs.json", "/playground/assets/*", WEBHOOK_PATH];

/** @throws SettingError when the address cannot be listened on */
export async function startServer<Context extends GraphContext>(
  options: ServerOptions<Context>,
): Promise<RunningServer> {
  const { log, webhook, authenticator = NO_AUTHENTICATION, telemetry = new Telemetry() } = options;
  const readiness: Readiness = { isReady: false, isStopping: false };
  const stopping = new AbortController();
  const guards: GuardOptions = options.guards ?? { introspection: options.playground ? "on" : "off" };
  const { bodyBytes: maxBytes = DEFAULT_LIMITS.bodyBytes } = guards.limits ?? {};
  const connections = new Connections({
    limits: { ...DEFAULT_CONNECTION_LIMITS, ...options.connectionLimits },
    proxies: options.trustedProxies && parseNetworks(options.trustedProxies),
    onRefused: (reason) => telemetry.refused(reason),
  });
  const http = createHttp({ maxBytes, arrival: { ...ARRIVAL_TIMES, ...options.arrival }, connections, log });
  const graphql = createGraphql<Context>({ ...options, guards, telemetry });
  const subscriptions = createSubscriptions({
    ...options,
    ...{ authenticator, telemetry, maxBytes, apollo: graphql.apollo, execute: graphql.execute },
    maxTokens: guards.limits?.tokens ?? DEFAULT_LIMITS.tokens,
    bounds: connections,
    limits: options.subscriptionLimits,
  });
  await graphql.apollo.start();

  // The order matters: hooks run as they are added.
  const requests = new RunningRequests(http);
  addDefaultHeaders(http);
  checkHost(http, {
    isAuthenticated: authenticator.isRequired,
    exception: webhook && { route: WEBHOOK_PATH, hostname: new URL(webhook.callbackUrl).hostname },
  });
  const origins = { graph: options.corsOrigins ?? [], mcp: options.mcp?.origins ?? [] };
  await allowCors(http, origins); // Before authentication: pages can read refusals.
  const callerOf = requireAuthentication(http, authenticator, OPEN_ROUTES);
  closeWhileStopping(http, readiness);
  logResponses(http, log);
  livez(http);
  readyz(http, readiness, options.health ?? { checks: () => [] });
  if (options.servesMetrics && telemetry.metrics) metricsRoute(http, telemetry.metrics, callerOf);
  if (options.playground) await playground(http, options.playground);
  if (webhook) webhookReceiver(http, { ...webhook, log });
  graphql.route(http, requests, callerOf, subscriptions.answer);
  if (options.mcp) {
    const ordersOf = mcp(http, callerOf, { ...options, ...options.mcp, apollo: graphql.apollo, telemetry });
    guards.trustedDocuments?.add(ordersOf());
  }
  await subscriptions.attach(http, callerOf);

  const url = await http.listen(options.listen).catch(async (error: unknown) => {
    await http.close();
    await graphql.apollo.stop();
    throw await listenError(error, { variable: "PORT", ...options.listen });
  });
  const warmedUp = options.warmUp?.(stopping.signal).then(() => void (readiness.isReady = true));
  readiness.isReady = warmedUp === undefined;
  return {
    url,
    async stop() {
      readiness.isStopping = true;
      stopping.abort();
      await warmedUp;
      await drain(http, requests, subscriptions, options);
      await graphql.apollo.stop();
      graphql.close();
    },
  };
}
