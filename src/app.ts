import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownSecrets } from "./common/known-secrets.ts";
import { buildGraphSchema } from "./graph/index.ts";
import { type DurableStore } from "./common/durable-store.ts";
import { ReplicaParts } from "./fleet.ts";
import { type AuditRecord, type Kore, type ProvisioningCommands, type ResolutionRecord } from "./kore/index.ts";
import { type Context, graphParts, handleKoreEvents } from "./resources/index.ts";
import { auditTrail } from "./server/storage/audit-log.ts";
import { createAuthenticator, authenticationStrategies } from "./server/auth/index.ts";
import { Disposables } from "./server/http/disposables.ts";
import { type Config, type KoreConfig } from "./server/config/index.ts";
import { secretsOf } from "./server/config/secrets.ts";
import { storeCheck } from "./server/health.ts";
import { startServer } from "./server/server.ts";
import { rateLimitsInMemory } from "./server/graphql/limits/rate-limit.ts";
import { type Logger, createLog } from "./server/logging/log.ts";
import { operationNames, documentedOperations } from "./server/graphql/documented-operations.ts";
import { operationTabs } from "./server/playground/tabs.ts";
import { forgetDaily } from "./server/storage/retention.ts";
import { type Store, openStore } from "./server/storage/lmdb.ts";
import { logsItsState } from "./server/storage/state-log.ts";
import { takeOverEverySecond } from "./server/storage/take-over.ts";
import { type SpanExporter, Telemetry, openMetricsServer, openTelemetry } from "./server/telemetry/index.ts";
import { PubSub } from "./server/subscriptions/pubsub.ts";
import { deliveryDedupe } from "./server/webhooks/seen.ts";
import { type Simulator } from "./simulator/index.ts";
import { contexts, errorsFor, guardsOf, provisioningPorts, settingsOf, writesToClients } from "./wiring.ts";
import { type KoreTarget, baseOf, findCredentials, koreHealth, marksOf, openKore } from "./upstream.ts";

export interface App {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The simulator's address, when it is one that was started here. */
  readonly simulatorUrl: string | undefined;
  /** Where the metrics are, when they have a port of their own. */
  readonly metricsUrl: string | undefined;
  readonly hasPlayground: boolean;
  /** How callers are authenticated, for people; empty: not at all. */
  readonly authentication: readonly string[];
  /** Finishes what runs and lets go of everything. */
  stop(): Promise<void>;
}

/** Replacements that tests inject. */
interface Ports {
  log?: Logger;
  spanExporter?: SpanExporter;
}

/** Puts the floors together and starts them. Whatever is open when a start fails is closed. */
export async function createApp(config: Config, ports: Ports = {}): Promise<App> {
  const log = ports.log ?? createLog(config.logLevel);
  const closers = new Disposables();
  try {
    return await start(config, log, closers, ports.spanExporter);
  } catch (error) {
    await closers
      .dispose()
      .catch((err: unknown) => log.error({ err }, "a failed start could not let go of everything"));
    throw error;
  }
}

async function start(config: Config, log: Logger, closers: Disposables, exporter?: SpanExporter): Promise<App> {
  closers.add(knownSecrets.hold(...secretsOf(config)));
  const operations = await documentedOperations();
  const telemetry = await openTelemetry(config, operationNames(operations), log, exporter);
  closers.add(() => telemetry.traces?.stop());
  const authenticator = await createAuthenticator(config.auth, log);
  closers.add(() => authenticator.close());
  const { simulator, target, credentials, examples, webhook } = await findTarget(config, log, closers);
  const invalidated: { kore?: Kore } = {};
  const { store, replicas } = await openStorage(config, target, () => invalidated.kore, log, telemetry, closers);
  const shared = replicas && { replicas: replicas.replicas, onChange: replicas.onChange };
  const kore = openKore(config, target, telemetry, log, shared);
  invalidated.kore = kore;
  closers.add(() => kore.close());
  credentials.follow(kore);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // Each order that waits listens.
  const audit = await auditTrail(config.audit, log);
  const onOrder = (record: AuditRecord) => {
    telemetry.metrics?.order(record.verb, record.isRecovery, record.outcomes);
    audit.record({ ...record });
  };
  const onResolution = (record: ResolutionRecord) => audit.record({ ...record });
  const provisioning = provisioningPorts(config, kore, store, onOrder, onResolution, stopping.signal, log, replicas);
  const clientWrites = writesToClients(config, kore, store, audit.record, stopping.signal, log);
  const stateChanges: Context["stateChanges"] = new PubSub();
  const { limits } = config;
  const schema = await buildGraphSchema(graphParts, {
    idChecks: config.idChecks,
    maxRepresentations: limits.representations,
  });
  const tabs = config.playground ? operationTabs(operations, examples) : [];
  const seen = replicas?.seen(webhook?.maxAge) ?? deliveryDedupe(store, webhook?.maxAge);
  closers.add(await forgetDaily(config.retention, [provisioning.orders, clientWrites, seen], store, log));
  closers.add(async () => {
    stopping.abort();
    // Writes that are cut off here are in the ledger, and the next start reconciles them.
    await within(MAX_IDLE_WAIT_MS, Promise.all([provisioning.orders.idle(), clientWrites.idle()]));
    await audit.flushed();
  });
  closers.add(
    takeOverEverySecond([provisioning.orders, clientWrites], log, (count) => telemetry.metrics?.tookOver(count)),
  );
  const metricsServer = await openMetricsServer(telemetry, config);
  closers.add(() => metricsServer?.stop());
  const allowances = replicas?.allowances(config) ?? rateLimitsInMemory(limits);
  const [health, inStore] = [koreHealth(kore), replicas?.check ?? storeCheck(store)];
  const ports = { kore: provisioning.kore, provisioning, stateChanges };
  if (replicas) closers.add(replicas.subscribe(ports, kore, log));
  const http = await startServer<Context>({
    listen: { host: config.host, port: config.port },
    schema,
    authenticator,
    onDrainDeadline: () => stopping.abort(),
    stopDelay: config.stopDelay,
    stopWithin: config.stopWithin,
    epoch: () => kore.epoch,
    context: contexts(
      kore,
      { provisioning, clientWrites, stateChanges, writerOf: (of) => kore.writer(of) },
      settingsOf(config, target),
    ),
    telemetry,
    servesMetrics: config.metrics !== undefined && config.metrics.port === undefined,
    health: {
      ...health,
      checks: () => [...health.checks(), inStore],
      ...(telemetry.metrics && { onCheck: telemetry.metrics.looked }),
    },
    formatError: errorsFor(log),
    log,
    guards: { ...(await guardsOf(config)), rateLimits: allowances },
    corsOrigins: config.corsOrigins,
    connectionLimits: config.connectionLimits,
    trustedProxies: config.trustedProxies,
    subscriptionLimits: { maxOperations: config.operationsPerSocket },
    ...(webhook && {
      webhook: {
        ...webhook,
        remember: (token) => seen.remember(token),
        onResult: (result) => telemetry.metrics?.delivery(result),
        onEvents: (event, count) => telemetry.metrics?.deliveredEvents(event, count),
        onDelivery: (delivery) => handleKoreEvents(delivery, ports),
        publish: replicas?.publish,
      },
    }),
    ...(config.playground && {
      playground: { mode: config.kore.mode, needsCredentials: authenticator.isRequired, tabs },
    }),
  });
  closers.add(() => http.stop());
  const { url } = http;
  // A simulator of our own tells what happens to its SIMs, as KORE does.
  if (simulator && webhook) {
    const [secret] = webhook.secrets;
    const { key: accessTokenKey, tokens: [accessToken] = [] } = webhook.accessToken ?? {};
    simulator.webhooks.to({
      url: `${url}/webhooks/kore`,
      callbackUrl: webhook.callbackUrl,
      ...(secret && { secret }),
      ...(accessTokenKey && accessToken && { accessTokenKey, accessToken }),
    });
  }
  return {
    url,
    simulatorUrl: simulator?.url,
    metricsUrl: metricsServer?.url,
    hasPlayground: config.playground,
    authentication: authenticationStrategies(config.auth),
    stop: () => closers.dispose(),
  };
}

/**
 * Works on the orders in a store that no server uses. Nothing is taken up again and nothing is sent; KORE is asked where
 * the work asks it.
 *
 * @throws StoreInUse while a server runs
 */
export async function withStoppedServersOrders<Result>(
  config: Config,
  log: Logger,
  work: (orders: ProvisioningCommands) => Promise<Result>,
): Promise<Result> {
  const closers = new Disposables();
  closers.add(knownSecrets.hold(...secretsOf(config)));
  try {
    const { target } = await findTarget(config, log, closers);
    const { store } = await openStorage(config, target, () => undefined, log, new Telemetry(), closers);
    const kore = openKore(config, target, new Telemetry(), log);
    closers.add(() => kore.close());
    const audit = await auditTrail(config.audit, log);
    closers.add(() => audit.flushed());
    const record = (entry: AuditRecord | ResolutionRecord) => audit.record({ ...entry });
    const { orders } = provisioningPorts(config, kore, store, record, record, new AbortController().signal, log);
    return await work(orders);
  } finally {
    await closers.dispose();
  }
}

/** Where KORE is, and with which credentials. @throws SettingError */
async function findTarget(config: Config, log: Logger, closers: Disposables) {
  const { config: koreConfig, ...found } = await findKore(config, closers);
  const credentials = await findCredentials(koreConfig, log);
  closers.add(() => credentials.close());
  const target: KoreTarget = { ...koreConfig, credentials: credentials.sets };
  return { ...found, target, credentials };
}

/** Where KORE is: live as configured, or a simulator of our own. */
async function findKore(
  { kore, webhook }: Config,
  closers: Disposables,
): Promise<{
  simulator?: Simulator;
  config: KoreConfig;
  /** Values for the playground's variables, by name. */
  examples: Readonly<Record<string, unknown>>;
  webhook: Config["webhook"];
}> {
  if (kore.mode === "live") return { config: kore.live, examples: {}, webhook };
  if ("live" in kore) return { config: kore.live, examples: kore.examples, webhook };
  const { port, sims, seed } = kore;
  const { startSimulator } = await import("./simulator/index.ts");
  const simulator = await startSimulator({ port, sims, seed, provisioning: WATCHABLE });
  closers.add(() => simulator.stop());
  const { urls, credentials, examples } = simulator;
  return {
    simulator,
    webhook: webhook ?? {
      secrets: [randomUUID()],
      accessToken: undefined,
      callbackUrl: "http://127.0.0.1/webhooks/kore",
      maxAge: undefined,
    },
    examples: { ...examples },
    config: {
      connectivityUrl: urls.connectivity,
      connectivityTokenUrl: urls.connectivityToken,
      clientsUrl: urls.clients,
      globalTokenUrl: urls.globalToken,
      credentials,
      accountEmail: credentials.accountEmail,
      accountMapping: new Map(Object.entries(examples.accountMapping)),
    },
  };
}

/** For orders that nobody waits for any more. Orchestrators kill after 30 seconds. */
const MAX_IDLE_WAIT_MS = 5000;

/** Slow enough for people to watch a request go on. */
const WATCHABLE = { pendingAfterMs: 2000, completedAfterMs: 8000 };

/**
 * Where what must not be lost is kept: in a database that replicas share, or in a folder of this machine.
 *
 * @throws SettingError @throws StoreUnavailable @throws StoreUnusable @throws StoreInUse
 */
async function openStorage(
  config: Config,
  target: KoreTarget,
  koreOf: () => Kore | undefined,
  log: Logger,
  { metrics }: Telemetry,
  closers: Disposables,
): Promise<{ store: DurableStore; replicas?: ReplicaParts }> {
  const { database, deadline, storePath } = config;
  if (!database) return { store: await openFolder(storePath, target, log, closers) };
  const replicas = await ReplicaParts.join({ database, deadline, target: baseOf(target), koreOf, log, metrics });
  closers.add(() => replicas.close());
  log.info("this replica has joined those that share the database");
  return { store: replicas.store, replicas };
}

/** A simulator forgets its SIMs when it stops, so a ledger of writes to them must not outlive it. */
async function openFolder(
  storePath: string | undefined,
  target: KoreTarget,
  log: Logger,
  closers: Disposables,
): Promise<Store> {
  const path = storePath ?? (await temporaryFolder(closers));
  const store = logsItsState(await openStore(path, marksOf(target)), log);
  closers.add(() => store.close());
  log.info({ path: await realpath(path) }, "the store is open");
  return store;
}

async function temporaryFolder(closers: Disposables): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-"));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "store");
}

/** Waits for some work, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
