import { type Kore, webhookContract } from "../kore/index.ts";
import { type Context, handleKoreEvents } from "../resources/index.ts";
import { type Authenticator } from "../server/auth/index.ts";
import { type Config } from "../server/config/index.ts";
import { rateLimitsInMemory } from "../server/graphql/limits/rate-limit.ts";
import { type GuardOptions } from "../server/graphql/index.ts";
import { type TrustedDocuments } from "../server/graphql/trusted-documents.ts";
import { type Check } from "../server/health.ts";
import { type PlaygroundOptions } from "../server/playground/index.ts";
import { type RunningServer, type ServerOptions, startServer } from "../server/server.ts";
import { PubSub } from "../server/subscriptions/pubsub.ts";
import { contextFactory, formatErrors, settingsOf } from "./graph-context.ts";
import { koreHealth } from "./kore-health.ts";
import { type KoreTarget } from "./kore-target.ts";
import { type Provisioning } from "./provisioning.ts";
import { type ReplicaParts } from "./replicas.ts";
import { type Runtime } from "./runtime.ts";

interface ServerDependencies extends Provisioning {
  kore: Kore;
  target: Pick<KoreTarget, "accountMapping">;
  schema: ServerOptions<Context>["schema"];
  authenticator: Authenticator;
  storeCheck: Check;
  /** Absent: this process is alone. */
  replicas?: ReplicaParts | undefined;
  webhook: Config["webhook"];
  /** Undefined: it is off. */
  playground: Pick<PlaygroundOptions, "tabs" | "confirmedMutations"> | undefined;
  /** Undefined: any operation may be sent. */
  trusted: TrustedDocuments | undefined;
  /** The texts of the documented operations. */
  documented: readonly string[];
  /** Absent: it is ready as soon as it listens. */
  warmUp?: ServerOptions<Context>["warmUp"];
  /** Whether replicas of `node:cluster` do not share its port. @default false */
  isExclusive?: boolean;
}

/** Starts the HTTP server of the graph. */
export async function createServer(runtime: Runtime, dependencies: ServerDependencies): Promise<RunningServer> {
  const { config, log, telemetry, disposables } = runtime;
  const {
    kore,
    target,
    provisioning,
    clientWrites,
    textMessages,
    alertRules,
    costCenterWrites,
    rehearsals,
    replicas,
    authenticator,
    storeCheck,
  } = dependencies;
  const { trusted, documented } = dependencies;
  const events: Context["events"] = new PubSub();
  const health = koreHealth(kore);
  const eventPorts = { kore: provisioning.kore, provisioning, events };
  if (replicas) disposables.add(replicas.subscribe(eventPorts, kore, log));
  const server = await startServer<Context>({
    listen: { host: config.host, port: config.port, exclusive: dependencies.isExclusive ?? false },
    schema: dependencies.schema,
    authenticator,
    onDrainDeadline: dependencies.stopWaiting,
    stopDelay: config.stopDelay,
    stopWithin: config.stopWithin,
    epoch: () => kore.epoch,
    context: contextFactory(kore, {
      ...{ provisioning, clientWrites, costCenterWrites, textMessages, alertRules, events },
      settings: settingsOf(config, target, dependencies.webhook),
    }),
    telemetry,
    servesMetrics: config.metrics !== undefined && config.metrics.port === undefined,
    health: {
      ...health,
      checks: () => [...health.checks(), storeCheck],
      ...(telemetry.metrics && { onCheck: telemetry.metrics.healthChecked }),
    },
    formatError: formatErrors(log),
    log,
    guards: guardsOf(config, trusted, replicas),
    corsOrigins: config.corsOrigins,
    connectionLimits: config.connectionLimits,
    trustedProxies: config.trustedProxies,
    warmUp: dependencies.warmUp,
    mcp: config.mcp && { ...config.mcp, documents: trusted?.texts ?? documented, rehearsals },
    subscriptionLimits: { maxOperations: config.operationsPerSocket },
    callbackOrigins: config.callbackOrigins,
    webhook: webhookOptions(runtime, dependencies, (webhook) => handleKoreEvents(webhook, eventPorts)),
    playground: dependencies.playground && {
      ...dependencies.playground,
      mode: config.kore.mode,
      needsCredentials: authenticator.isRequired,
    },
  });
  disposables.add(() => server.stop());
  return server;
}

function guardsOf(
  { limits, introspection, persistedQueries }: Config,
  trustedDocuments: TrustedDocuments | undefined,
  replicas: ReplicaParts | undefined,
): GuardOptions {
  return {
    limits,
    introspection,
    persistedQueries,
    trustedDocuments,
    rateLimits: replicas?.rateLimits(limits) ?? rateLimitsInMemory(limits),
  };
}

type WebhookOptions = ServerOptions<Context>["webhook"] & {};

function webhookOptions(
  { telemetry: { metrics } }: Runtime,
  { webhook, receivedWebhooks, replicas }: ServerDependencies,
  onWebhook: WebhookOptions["onWebhook"],
): WebhookOptions | undefined {
  if (!webhook) return undefined;
  return {
    ...webhook,
    contract: webhookContract(webhook),
    remember: (token) => receivedWebhooks.remember(token),
    onResult: (result) => metrics?.delivery(result),
    onAccepted: (event, count) => metrics?.deliveredEvents(event, count),
    onWebhook,
    publish: replicas?.publish,
  };
}
