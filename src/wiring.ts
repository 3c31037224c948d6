import { setTimeout as delay } from "node:timers/promises";
import { createGraphContext, errorFormatter, noteStale } from "./graph/index.ts";
import {
  type AuditRecord,
  ClientWrites,
  type Kore,
  KoreError,
  ProvisioningCommands,
  type ResolutionRecord,
  type StaleRead,
  ProvisioningWatcher,
} from "./kore/index.ts";
import { type Context, type ProvisioningPorts, describeKoreError } from "./resources/index.ts";
import { type Config } from "./server/config/index.ts";
import { warnOfBrokenReply } from "./server/logging/failed-calls.ts";
import { type ServerOptions } from "./server/server.ts";
import { type GuardOptions } from "./server/graphql/index.ts";
import { readTrustedDocuments } from "./server/graphql/trusted-documents.ts";
import { type Logger } from "./server/logging/log.ts";
import { RateLimitedLog } from "./server/logging/rate-limited-log.ts";
import { type DurableStore } from "./common/durable-store.ts";
import { requestIdOf } from "./server/telemetry/index.ts";
import { type ReplicaParts } from "./fleet.ts";
import { type KoreTarget } from "./upstream.ts";

/** Context of operations besides loaders. */
type Ports = Pick<Context, "provisioning" | "clientWrites" | "stateChanges"> & { writerOf: Kore["writer"] };

/** Makes the context of each operation. */
export function contexts(
  kore: Kore,
  { writerOf, provisioning, clientWrites, stateChanges }: Ports,
  settings: Context["settings"],
): ServerOptions<Context>["context"] {
  return (signal, caller, watched, onAnswer) => {
    const graph = createGraphContext(signal, caller, watched);
    const { tally, requestId } = watched;
    const requester = {
      accounts: caller.accounts,
      caller: caller.id,
      stats: tally,
      requestId,
      onStale: ({ read, ageSeconds }: StaleRead) => noteStale(graph, read, ageSeconds),
    };
    return {
      kore: kore.session({ signal, onAnswer, ...requester }),
      writer: writerOf(requester),
      settings,
      provisioning,
      clientWrites,
      stateChanges,
      ...graph, // Last: what is added to a spread object has a hidden class of its own each time.
    };
  };
}

export function settingsOf(
  config: Config,
  { accountMapping }: Pick<KoreTarget, "accountMapping">,
): Context["settings"] {
  const { kore, unpublishedClientOperations, limits } = config;
  return { mode: kore.mode, accountMapping, unpublishedClientOperations, limits };
}

/** Errors as callers see them. */
export function errorsFor(log: Logger): ServerOptions<Context>["formatError"] {
  const warnings = new RateLimitedLog(log);
  const describe = (error: unknown, requestId: string | undefined) => {
    const isBroken = error instanceof KoreError && error.kind === "contract";
    // With a status it was found when the call ended, and logged there.
    if (isBroken && error.status === undefined) warnOfBrokenReply(warnings, error, requestId);
    return describeKoreError(error);
  };
  return errorFormatter(
    describe,
    (err, requestId) => log.error({ requestId, err }, "an operation failed with a defect"),
    requestIdOf,
  );
}

/** @throws SettingError when the trusted documents cannot be read */
export async function guardsOf(config: Config): Promise<GuardOptions> {
  const { limits, introspection, persistedQueries, trustedDocuments } = config;
  return {
    limits,
    introspection,
    persistedQueries,
    ...(trustedDocuments && { trustedDocuments: await readTrustedDocuments(trustedDocuments) }),
  };
}

/** Provisioning: commands, watchers and their ledger. @param replicas default: this process is alone */
export function provisioningPorts(
  config: Config,
  kore: Kore,
  store: DurableStore,
  audit: (record: AuditRecord) => void,
  auditResolution: (record: ResolutionRecord) => void,
  stopping: AbortSignal,
  log: Logger,
  replicas?: Pick<ReplicaParts, "onChange" | "watchOnce">,
): ProvisioningPorts {
  const tell = replicas?.onChange ?? (() => Promise.resolve());
  const { chunkSize, maxSims, maxWaitSeconds } = config.provisioning;
  const writer = kore.writer();
  const orders = new ProvisioningCommands({
    kore: writer.connectivity,
    store,
    chunkSize,
    reconciliation: settlingOf(config, kore, store, "connectivity", stopping),
    observed: (accountId) => kore.observedRequests(accountId),
    audit,
    auditResolution,
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
  });
  return {
    orders,
    isJustAcknowledged: (accountId, requestId) => orders.isJustAcknowledged(accountId, requestId),
    watches: new ProvisioningWatcher(),
    watchOnce: replicas?.watchOnce,
    kore: writer,
    retireReads() {
      kore.invalidateReads();
      return tell({ isOfSimsOnly: true });
    },
    stopping,
    forget(accountId) {
      kore.invalidateCache(accountId);
      return tell({ isOfSimsOnly: false, accountId });
    },
    chunkSize,
    maxSims,
    maxWaitSeconds,
  };
}

/** How a family's writes wait for KORE, and find out what became of a lost reply. */
function settlingOf(
  { deadline, provisioning: { settle, settleAfterTimeout } }: Config,
  kore: Kore,
  store: DurableStore,
  family: "connectivity" | "clients",
  stopping: AbortSignal,
) {
  const now = () => store.now();
  const isClockOff = () => kore.isClockOff(family);
  return {
    visibilityWindow: settle,
    visibilityWindowAfterTimeout: settleAfterTimeout,
    deadline,
    now,
    monotonic,
    sleep,
    stopping,
    isClockOff,
  };
}

/** Writes to API clients. */
export function writesToClients(
  config: Config,
  kore: Kore,
  store: DurableStore,
  audit: (record: { who: string } & Record<string, unknown>) => void,
  stopping: AbortSignal,
  log: Logger,
): ClientWrites {
  return new ClientWrites({
    kore: kore.writer().clients,
    store,
    settling: settlingOf(config, kore, store, "clients", stopping),
    ownClientId: (accountId) => kore.ownClientId(accountId),
    credentials: kore.credentials,
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
    onNotKept: (err) => log.error({ err }, "what KORE did could not be kept in the ledger"),
  });
}

const monotonic = () => performance.now();

/** Wakes early when there is no time left to sleep. */
const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);
