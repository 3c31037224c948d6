import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { within } from "../common/within.ts";
import { type DurableStore } from "../common/store/durable-store.ts";
import { LEDGER_NAMESPACES, namespacedStore } from "../common/store/namespaced-store.ts";
import {
  ActivationNeeds,
  AlertRules,
  type AuditRecord,
  ClientWrites,
  CommandResolutions,
  CostCenterWrites,
  DiagnosticsEndpoints,
  EsimFollowUps,
  type Kore,
  type KoreSession,
  ObservedRequests,
  ProvisioningCommands,
  ProvisioningWatcher,
  type ResolutionRecord,
  SimEndpoints,
  TextMessages,
  kindOf,
} from "../kore/index.ts";
import { type DiagnosticsRequest, type EsimRequest, type ProvisioningPorts } from "../resources/index.ts";
import { type Config } from "../server/config/index.ts";
import { type Logger } from "../server/logging/log.ts";
import { Rehearsals } from "../server/mcp/rehearsals.ts";
import { openAuditLog } from "../server/storage/audit-log.ts";
import { pruneDaily } from "../server/storage/retention.ts";
import { takeOverEverySecond } from "../server/storage/take-over.ts";
import { webhookDedupe } from "../server/webhooks/webhook-dedupe.ts";
import { type ReplicaParts } from "./replicas.ts";
import { type Runtime } from "./runtime.ts";

interface ProvisioningDependencies {
  kore: Kore;
  store: DurableStore;
  /** Absent: this process is alone. */
  replicas?: ReplicaParts | undefined;
  webhook: Config["webhook"];
}

/** Everything that writes: provisioning commands, writes to API clients, texts, received webhooks and rehearsals. */
export interface Provisioning {
  provisioning: ProvisioningPorts;
  clientWrites: ClientWrites;
  textMessages: TextMessages;
  alertRules: AlertRules;
  costCenterWrites: CostCenterWrites;
  receivedWebhooks: Pick<ReturnType<typeof webhookDedupe>, "remember">;
  rehearsals: Rehearsals;
  /** Ends all waiting for KORE. */
  stopWaiting: () => void;
}

/** Opens the writes, continues the unfinished ones of the store, and starts its daily retention. */
export async function createProvisioning(
  { config, log, telemetry: { metrics }, disposables }: Runtime,
  { kore, store, replicas, webhook }: ProvisioningDependencies,
): Promise<Provisioning> {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // Each waiting order adds one.
  const audit = await openAuditLog(config.audit, log);
  const dependencies = { config, kore, store, log, stopping: stopping.signal };
  const provisioning = provisioningPorts({
    ...dependencies,
    replicas,
    audit(record) {
      metrics?.order(record.verb, record.isRecovery, record.outcomes);
      audit.record({ ...record });
    },
    auditResolution: (record) => audit.record({ ...record }),
  });
  const { commands, diagnostics } = provisioning;
  const clientWrites = createClientWrites({ ...dependencies, audit: (record) => audit.record({ ...record }) });
  const costCenterWrites = createCostCenterWrites({ ...dependencies, audit: (record) => audit.record({ ...record }) });
  const textMessages = createTextMessages({ ...dependencies, audit: (record) => audit.record({ ...record }) });
  const alertRules = createAlertRules({ ...dependencies, audit: (record) => audit.record({ ...record }) }, webhook);
  const receivedWebhooks = replicas?.webhookDedupe(webhook?.maxAge) ?? webhookDedupe(store, webhook?.maxAge);
  const rehearsals = new Rehearsals(store);
  const ledgers = [commands, diagnostics.commands, clientWrites, costCenterWrites, textMessages, alertRules];
  const prunables = [...ledgers, receivedWebhooks, rehearsals];
  disposables.add(await pruneDaily({ retention: config.retention, prunables, store, log }));
  disposables.add(async () => {
    stopping.abort();
    // Writes that are cut off here are in the ledger, and the next start reconciles them.
    const idle = [...ledgers, provisioning.esim.followUps].map((writes) => writes.idle());
    await within(MAX_IDLE_WAIT_MS, Promise.all(idle), undefined);
    await audit.flushed();
  });
  disposables.add(takeOverEverySecond(ledgers, log, (count) => metrics?.tookOver(count)));
  return {
    provisioning,
    clientWrites,
    textMessages,
    alertRules,
    costCenterWrites,
    receivedWebhooks,
    rehearsals,
    stopWaiting: () => stopping.abort(),
  };
}

/** How long a stop waits for orders without a waiting caller. Orchestrators kill after 30 seconds. */
const MAX_IDLE_WAIT_MS = 5000;

interface WriteDependencies {
  config: Config;
  kore: Kore;
  store: DurableStore;
  log: Logger;
  /** Aborts when the server stops. */
  stopping: AbortSignal;
}

interface ProvisioningPortsDependencies extends WriteDependencies {
  audit: (record: AuditRecord) => void;
  auditResolution: (record: ResolutionRecord) => void;
  /** Absent: this process is alone. */
  replicas?: Pick<ReplicaParts, "onChange" | "sharePoll"> | undefined;
}

/** Commands for SIMs, with their ledger, and watchers of provisioning requests. */
export function provisioningPorts(dependencies: ProvisioningPortsDependencies): ProvisioningPorts {
  const { config, kore, store, log, stopping, audit, auditResolution, replicas } = dependencies;
  const publish = replicas?.onChange ?? (() => Promise.resolve());
  const { chunkSize, maxSims, maxWaitSeconds } = config.provisioning;
  const writer = kore.writer();
  const activationNeeds = new ActivationNeeds();
  const shared = {
    reconciliation: reconciliationOptions(dependencies, "connectivity"),
    audit,
    auditResolution,
    onRecoveryFailed: (err: unknown) => log.error({ err }, "an unfinished write could not be continued"),
  };
  const observedEsims = new ObservedRequests();
  const observedDiagnostics = new ObservedRequests();
  const observedRecords = new ObservedRequests(); // Stays empty: KORE publishes no list of these.
  const endpointsOf = (session: KoreSession) => new SimEndpoints(session.connectivity, observedEsims);
  const observedOf = (accountId: string) => ({
    provisioning: kore.observedRequests(accountId),
    diagnostics: observedDiagnostics,
    esim: observedEsims,
    record: observedRecords,
  });
  // All that change SIMs together: orders of states and of eSIM profiles, and changes of records.
  const commands = new ProvisioningCommands({
    ...shared,
    activationNeeds,
    kore: endpointsOf(writer),
    store,
    chunkSize,
    observed: (accountId, verb) => observedOf(accountId)[kindOf(verb)],
  });
  const diagnosticsOf = (session: KoreSession) => new DiagnosticsEndpoints(session.connectivity, observedDiagnostics);
  const diagnostics = {
    // Apart from provisioning: diagnostics change no state of a SIM, so neither waits for the other.
    commands: new ProvisioningCommands({
      ...shared,
      kore: diagnosticsOf(writer),
      store: namespacedStore(store, LEDGER_NAMESPACES.diagnostics),
      chunkSize: 1, // KORE takes one SIM a request.
      observed: () => observedDiagnostics,
    }),
    watcher: new ProvisioningWatcher<DiagnosticsRequest>(),
    endpointsOf: diagnosticsOf,
  };
  return {
    commands,
    resolution: new CommandResolutions(commands.resolution, diagnostics.commands.resolution),
    activationNeeds,
    isJustAcknowledged: (accountId, requestId, kind) => commands.isJustAcknowledged(accountId, requestId, kind),
    watcher: new ProvisioningWatcher(),
    endpointsOf,
    esim: {
      watcher: new ProvisioningWatcher<EsimRequest>(),
      followUps: new EsimFollowUps({ commands, audit }),
    },
    subscriptionRequests: new ProvisioningWatcher(),
    diagnostics,
    sharePoll: replicas?.sharePoll,
    kore: writer,
    invalidateReads() {
      kore.invalidateReads();
      return publish({ isOfSimsOnly: true });
    },
    stopping,
    invalidateCache(accountId) {
      kore.invalidateCache(accountId);
      return publish({ isOfSimsOnly: false, accountId });
    },
    chunkSize,
    maxSims,
    maxWaitSeconds,
  };
}

type AuditedDependencies = WriteDependencies & { audit: (record: { who: string } & Record<string, unknown>) => void };

function createTextMessages({ audit, ...dependencies }: AuditedDependencies): TextMessages {
  const { kore, store, log } = dependencies;
  return new TextMessages({
    kore: kore.writer(),
    store,
    reconciliation: reconciliationOptions(dependencies, "connectivity"),
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an unfinished write could not be continued"),
    onNotKept: (err) => log.error({ err }, "a text that KORE accepted could not be kept in the ledger"),
  });
}

function createAlertRules({ audit, ...dependencies }: AuditedDependencies, webhook: Config["webhook"]): AlertRules {
  const { kore, store, log } = dependencies;
  return new AlertRules({
    kore: kore.writer().alerting,
    store,
    reconciliation: reconciliationOptions(dependencies, "connectivity"),
    ownToken: webhook?.accessToken?.tokens[0],
    audit: (record) => audit({ ...record }),
    onNotKept: (err) => log.error({ err }, "a rule that KORE accepted could not be kept in the ledger"),
  });
}

function createClientWrites({ audit, ...dependencies }: AuditedDependencies): ClientWrites {
  const { kore, store, log } = dependencies;
  return new ClientWrites({
    kore: kore.writer().clients,
    store,
    reconciliation: reconciliationOptions(dependencies, "clients"),
    ownClientId: (accountId) => kore.ownClientId(accountId),
    credentials: kore.credentials,
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an unfinished write could not be continued"),
    onNotKept: (err) => log.error({ err }, "a write that KORE made could not be kept in the ledger"),
  });
}

function createCostCenterWrites({ audit, ...dependencies }: AuditedDependencies): CostCenterWrites {
  const { kore, store, log } = dependencies;
  return new CostCenterWrites({
    kore: kore.writer().connectivity,
    store,
    reconciliation: reconciliationOptions(dependencies, "connectivity"),
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an unfinished write could not be continued"),
    onNotKept: (err) => log.error({ err }, "a write that KORE made could not be kept in the ledger"),
  });
}

/** How writes to an API family wait for KORE to show them after an ambiguous outcome. */
function reconciliationOptions(
  { config, kore, store, stopping }: WriteDependencies,
  family: "connectivity" | "clients",
) {
  const { deadline, provisioning } = config;
  return {
    visibilityWindow: provisioning.settle,
    visibilityWindowAfterTimeout: provisioning.settleAfterTimeout,
    deadline,
    now: () => store.now(),
    monotonic: () => performance.now(),
    sleep,
    stopping,
    isClockOff: () => kore.isClockOff(family),
  };
}

/** Resolves early when the signal aborts. */
const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);
