import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPubSub } from "@graphql-yoga/subscription";
import { buildGraphSchema, createGraphContext, errorFormatter } from "./graph/index.ts";
import { type Kore, ProvisioningOrders, Watches, createKore } from "./kore/index.ts";
import { type Context, type ProvisioningPorts, describeKoreError, graphParts } from "./resources/index.ts";
import { auditTrail } from "./server/audit.ts";
import { type Config, type KoreConfig } from "./server/config.ts";
import { startHttp } from "./server/http.ts";
import { type Logger, createLog } from "./server/log.ts";
import { operationTabs } from "./server/playground/tabs.ts";
import { type Store, openStore } from "./server/store/lmdb.ts";
import { type Simulator, startSimulator } from "./simulator/index.ts";

export interface App {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The simulator's address, when it is one that was started here. */
  readonly simulatorUrl: string | undefined;
  readonly hasPlayground: boolean;
  /** Finishes what runs and lets go of everything. */
  stop(): Promise<void>;
}

/** Puts the floors together and starts them. */
export async function createApp(config: Config, ports: { log?: Logger } = {}): Promise<App> {
  const log = ports.log ?? createLog(config.logLevel);
  const { simulator, target, examples } = await findKore(config);
  const kore = openKore(config, target, log);
  const { store, closeStore } = await findStore(config);
  const audit = auditTrail(config.audit, log);
  const provisioning = provisioningPorts(config, kore, store, audit.record, log);
  const stateChanges: Context["stateChanges"] = createPubSub();
  const settings = { mode: config.kore.mode, accountEmail: target.accountEmail, accountMapping: target.accountMapping };
  const schema = await buildGraphSchema(graphParts, { idChecks: config.idChecks });
  // Writes wait until it is known what became of those that a crash cut off; reads need not.
  const recovery = provisioning.orders.recover();
  recovery.catch((err: unknown) => log.error({ err }, "the ledger of writes could not be read"));
  const http = await startHttp<Context>({
    host: config.host,
    port: config.port,
    schema,
    context: (signal) => ({
      ...createGraphContext(signal),
      kore: kore.session(signal),
      settings,
      provisioning,
      stateChanges,
    }),
    formatError: errorFormatter(describeKoreError, (err) => log.error({ err }, "an operation failed with a defect")),
    log,
    ...(config.playground && { playground: { mode: config.kore.mode, tabs: await operationTabs(examples) } }),
  });
  return {
    url: http.url,
    simulatorUrl: simulator?.url,
    hasPlayground: config.playground,
    async stop() {
      await http.stop();
      await provisioning.orders.idle();
      await audit.flushed();
      await kore.close();
      await closeStore();
      await simulator?.stop();
    },
  };
}

/** Where KORE is: live as configured, or a simulator of our own. */
async function findKore({ kore }: Config): Promise<{
  simulator?: Simulator;
  target: KoreConfig;
  /** Values for the playground's variables, by name. */
  examples: Readonly<Record<string, unknown>>;
}> {
  if (kore.mode === "live") return { target: kore.live, examples: {} };
  const simulator = await startSimulator({ port: kore.port, sims: kore.sims, seed: kore.seed });
  const { urls, credentials, examples } = simulator;
  return {
    simulator,
    examples: { ...examples },
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

function openKore({ deadline, connections }: Config, target: KoreConfig, log: Logger): Kore {
  return createKore({
    ...target,
    deadline,
    connections,
    onCall: ({ operation, status, error, milliseconds }) =>
      log.debug({ operation, status, error, ms: Math.round(milliseconds) }, "call to KORE"),
    onRenewalFailed: (err) => log.warn({ err }, "KORE gave no new token ahead of time; the old one is still good"),
    onUnknownValue: (field, value) => log.warn({ field, value }, "KORE says something new; shown as UNKNOWN"),
  });
}

/** A simulator forgets its SIMs when it stops, so a ledger of writes to them must not outlive it. */
async function findStore({ storePath }: Config): Promise<{ store: Store; closeStore: () => Promise<void> }> {
  const temporary = storePath === undefined ? await mkdtemp(join(tmpdir(), "kore-graph-")) : undefined;
  const store = openStore(storePath ?? join(temporary ?? "", "store"));
  return {
    store,
    async closeStore() {
      await store.close();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}

function provisioningPorts(
  { provisioning, retention }: Config,
  kore: Kore,
  store: Store,
  audit: (record: { results: unknown } & Record<string, unknown>) => void,
  log: Logger,
): ProvisioningPorts {
  const { chunkSize, maxSims, maxWaitSeconds, settle, settleAfterTimeout } = provisioning;
  const session = kore.session();
  const orders = new ProvisioningOrders({
    kore: session.connectivity,
    store,
    chunkSize,
    retention,
    sending: { settle, settleAfterTimeout, now: Date.now, sleep },
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
  });
  return { orders, watches: new Watches(), kore: session, chunkSize, maxSims, maxWaitSeconds };
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
