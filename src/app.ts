import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGraphSchema, createGraphContext, errorFormatter } from "./graph/index.ts";
import { ClientWrites, type Kore, ProvisioningOrders, Secret, Watches, createKore } from "./kore/index.ts";
import { type Context, type ProvisioningPorts, describeKoreError, graphParts, hearKore } from "./resources/index.ts";
import { auditTrail } from "./server/audit.ts";
import { createAuthenticator, waysOf } from "./server/auth/index.ts";
import { Closers } from "./server/closers.ts";
import { type Config, type KoreConfig } from "./server/config.ts";
import { type Obstacle } from "./server/health.ts";
import { startHttp } from "./server/http.ts";
import { readTrustedDocuments } from "./server/limits/index.ts";
import { type Logger, createLog } from "./server/log.ts";
import { operationTabs } from "./server/playground/tabs.ts";
import { type Store, openStore } from "./server/store/lmdb.ts";
import { Topics } from "./server/topics.ts";
import { seenDeliveries } from "./server/webhooks/seen.ts";
import { type Simulator, startSimulator } from "./simulator/index.ts";

export interface App {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The simulator's address, when it is one that was started here. */
  readonly simulatorUrl: string | undefined;
  readonly hasPlayground: boolean;
  /** How callers are authenticated, for people; empty: not at all. */
  readonly authentication: readonly string[];
  /** Finishes what runs and lets go of everything. */
  stop(): Promise<void>;
}

/** Puts the floors together and starts them. What is open when a start fails is let go of. */
export async function createApp(config: Config, ports: { log?: Logger } = {}): Promise<App> {
  const log = ports.log ?? createLog(config.logLevel);
  const closers = new Closers();
  try {
    return await start(config, log, closers);
  } catch (error) {
    await closers.close().catch((err: unknown) => log.error({ err }, "a failed start could not let go of everything"));
    throw error;
  }
}

async function start(config: Config, log: Logger, closers: Closers): Promise<App> {
  const authenticator = await createAuthenticator(config.auth, log);
  closers.add(() => authenticator.close());
  const { simulator, target, examples, webhook } = await findKore(config, closers);
  const store = await findStore(config, target, log, closers);
  const kore = openKore(config, target, log);
  closers.add(() => kore.close());
  const audit = auditTrail(config.audit, log);
  const provisioning = provisioningPorts(config, kore, store, audit.record, log);
  const clientWrites = writesToClients(config, target, kore, store, audit.record, log);
  const stateChanges: Context["stateChanges"] = new Topics();
  const { limits, trustedDocuments } = config;
  const settings = {
    mode: config.kore.mode,
    accountEmail: target.accountEmail,
    accountMapping: target.accountMapping,
    unpublishedClientOperations: config.unpublishedClientOperations,
    limits,
  };
  const schema = await buildGraphSchema(graphParts, {
    idChecks: config.idChecks,
    maxRepresentations: limits.representations,
  });
  const tabs = config.playground ? await operationTabs(examples) : [];
  const seen = seenDeliveries(store);
  closers.add(await forgetDaily(config.retention, [provisioning.orders, clientWrites, seen], log));
  closers.add(async () => {
    // What is cut off here is in the ledger, and the next start finds out what became of it.
    await within(MAX_IDLE_WAIT_MS, Promise.all([provisioning.orders.idle(), clientWrites.idle()]));
    await audit.flushed();
  });
  // Writes wait until it is known what became of those that a crash cut off; reads need not.
  for (const writes of [provisioning.orders, clientWrites]) {
    writes.recover().catch((err: unknown) => log.error({ err }, "the ledger of writes could not be read"));
  }
  const http = await startHttp<Context>({
    host: config.host,
    port: config.port,
    schema,
    authenticator,
    context: (signal, caller) => ({
      ...createGraphContext(signal, caller),
      kore: kore.session({ signal, accounts: caller.accounts }),
      settings,
      provisioning,
      clientWrites,
      stateChanges,
    }),
    readinessChecks: [() => credentialsObstacle(kore)],
    formatError: errorFormatter(describeKoreError, (err) => log.error({ err }, "an operation failed with a defect")),
    log,
    guards: {
      limits,
      introspection: config.introspection,
      persistedQueries: config.persistedQueries,
      ...(trustedDocuments && { trustedDocuments: await readTrustedDocuments(trustedDocuments) }),
    },
    corsOrigins: config.corsOrigins,
    ...(webhook && {
      webhook: {
        ...webhook,
        remember: seen.remember,
        onDelivery: (delivery) => hearKore(delivery, { kore: provisioning.kore, provisioning, stateChanges }),
      },
    }),
    ...(config.playground && {
      playground: { mode: config.kore.mode, needsCredentials: authenticator.isRequired, tabs },
    }),
  });
  closers.add(() => http.stop());
  // A simulator of our own tells what happens to its SIMs, as KORE does.
  const [secret] = webhook?.secrets ?? [];
  if (simulator && webhook && secret) {
    simulator.webhooks.to({ url: `${http.url}/webhooks/kore`, secret, callbackUrl: webhook.callbackUrl });
  }
  return {
    url: http.url,
    simulatorUrl: simulator?.url,
    hasPlayground: config.playground,
    authentication: waysOf(config.auth),
    stop: () => closers.close(),
  };
}

/** Where KORE is: live as configured, or a simulator of our own. */
async function findKore(
  { kore, webhook }: Config,
  closers: Closers,
): Promise<{
  simulator?: Simulator;
  target: KoreConfig;
  /** Values for the playground's variables, by name. */
  examples: Readonly<Record<string, unknown>>;
  webhook: Config["webhook"];
}> {
  if (kore.mode === "live") return { target: kore.live, examples: {}, webhook };
  const { port, sims, seed } = kore;
  const simulator = await startSimulator({ port, sims, seed, provisioning: WATCHABLE });
  closers.add(() => simulator.stop());
  const { urls, credentials, examples } = simulator;
  return {
    simulator,
    webhook: webhook ?? { secrets: [randomUUID()], callbackUrl: "http://127.0.0.1/webhooks/kore" },
    examples: { ...examples, ...clientExamples(simulator), sims: examples.iccids.map((iccid) => ({ iccid })) },
    target: {
      connectivityUrl: urls.connectivity,
      connectivityTokenUrl: urls.connectivityToken,
      clientsUrl: urls.clients,
      globalTokenUrl: urls.globalToken,
      ...credentials,
      accountMapping: new Map(Object.entries(examples.accountMapping)),
    },
  };
}

/** For trying out what shuts clients out: not the client that the demo itself uses. */
function clientExamples(simulator: Simulator): Readonly<Record<string, string | undefined>> {
  const { examples, credentials, standardCredentials, developerCredentials } = simulator;
  const inUse = [credentials, standardCredentials, developerCredentials].map(({ clientId }) => clientId);
  const [doomed, client] = simulator
    .clients()
    .filter(({ id, accountId, locked }) => !inUse.includes(id) && accountId === examples.clientAccountId && !locked);
  return {
    clientId: client?.id,
    clientName: client?.name,
    doomedClientId: doomed?.id,
    doomedClientName: doomed?.name,
    newOwner: examples.portalUser,
  };
}

/** Forgets what is past its retention, now and once a day; the function ends it. */
async function forgetDaily(
  retention: number,
  memories: readonly { prune(before: number): Promise<void> }[],
  log: Logger,
): Promise<() => void> {
  const forget = async () => {
    for (const memory of memories) await memory.prune(Date.now() - retention);
  };
  await forget();
  const daily = setInterval(() => {
    forget().catch((err: unknown) => log.error({ err }, "what is past its retention could not be forgotten"));
  }, DAY_MS);
  return () => clearInterval(daily);
}

const DAY_MS = 24 * 3600 * 1000;

/** For orders that nobody waits for any more. Orchestrators kill after 30 seconds. */
const MAX_IDLE_WAIT_MS = 5000;

/** Slow enough for people to watch a request go on. */
const WATCHABLE = { pendingAfterMs: 2000, completedAfterMs: 8000 };

function openKore({ deadline, connections }: Config, target: KoreConfig, log: Logger): Kore {
  return createKore({
    ...target,
    clientSecret: new Secret(target.clientSecret),
    apiKey: new Secret(target.apiKey),
    deadline,
    connections,
    onCall: ({ operation, status, error, milliseconds }) =>
      log.debug({ operation, status, error, ms: Math.round(milliseconds) }, "call to KORE"),
    onRenewalFailed: (err) => log.warn({ err }, "KORE gave no new token ahead of time; the old one is still good"),
    onUnknownValue: (field, value) => log.warn({ field, value }, "KORE says something new; shown as UNKNOWN"),
  });
}

/** A simulator forgets its SIMs when it stops, so a ledger of writes to them must not outlive it. */
async function findStore({ storePath }: Config, target: KoreConfig, log: Logger, closers: Closers): Promise<Store> {
  const path = storePath ?? (await temporaryFolder(closers));
  const store = await openStore(path, nameOf(target));
  closers.add(() => store.close());
  log.info({ path: await realpath(path) }, "the store is open");
  return store;
}

async function temporaryFolder(closers: Closers): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-"));
  closers.add(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "store");
}

/** Which KORE it is that writes go to, and as whom. Hashed: the store need not tell. */
function nameOf({ connectivityUrl, clientId }: KoreConfig): string {
  const name = JSON.stringify([connectivityUrl.replace(/\/+$/, ""), clientId]);
  return createHash("sha256").update(name).digest("hex");
}

function provisioningPorts(
  { provisioning }: Config,
  kore: Kore,
  store: Store,
  audit: (record: { who: string; results: unknown } & Record<string, unknown>) => void,
  log: Logger,
): ProvisioningPorts {
  const { chunkSize, maxSims, maxWaitSeconds, settle, settleAfterTimeout } = provisioning;
  const writer = kore.writer();
  const orders = new ProvisioningOrders({
    kore: writer.connectivity,
    store,
    chunkSize,
    sending: { settle, settleAfterTimeout, now: Date.now, sleep },
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
  });
  return {
    orders,
    watches: new Watches(),
    kore: writer,
    retireReads: () => kore.retireReads(),
    chunkSize,
    maxSims,
    maxWaitSeconds,
  };
}

function writesToClients(
  { provisioning: { settle, settleAfterTimeout } }: Config,
  { clientId }: KoreConfig,
  kore: Kore,
  store: Store,
  audit: (record: { who: string } & Record<string, unknown>) => void,
  log: Logger,
): ClientWrites {
  return new ClientWrites({
    kore: kore.writer().clients,
    store,
    settling: { settle, settleAfterTimeout, now: Date.now, sleep },
    ownClientId: clientId,
    credentials: kore.credentials,
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
    onNotKept: (err) => log.error({ err }, "what KORE did could not be kept in the ledger"),
  });
}

/** Work sent here would fail; being asked is also the occasion to look whether it still would. */
function credentialsObstacle({ credentials }: Kore): Obstacle | undefined {
  if (!credentials.areRefused) return undefined;
  credentials.retry();
  return {
    reason: "KORE_CREDENTIALS_REFUSED",
    message:
      "KORE does not take the credentials of this deployment. It needs new ones (KORE_CLIENT_ID, KORE_CLIENT_SECRET, KORE_API_KEY), or to have its API client enabled again; the latter is noticed without a restart.",
  };
}

/** Waits for some work, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
