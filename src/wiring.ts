import { setTimeout as delay } from "node:timers/promises";
import { createGraphContext, errorFormatter, noteStale } from "./graph/index.ts";
import {
  type AuditRecord,
  type Change,
  ClientWrites,
  type Kore,
  KoreError,
  ProvisioningOrders,
  type ResolutionRecord,
  Secret,
  type StaleRead,
  Watches,
  createKore,
} from "./kore/index.ts";
import { type Context, type ProvisioningPorts, describeKoreError } from "./resources/index.ts";
import { readCertificates } from "./server/config/certificates.ts";
import { type Config, type KoreConfig } from "./server/config/index.ts";
import { warnOfBrokenReply, warnOfFailedCall } from "./server/failed-calls.ts";
import { type Check, type Obstacle, seldom } from "./server/health.ts";
import { type HttpOptions } from "./server/http.ts";
import { type GuardOptions, readTrustedDocuments } from "./server/limits/index.ts";
import { type Logger } from "./server/log.ts";
import { RateLimitedLog } from "./server/rate-limited-log.ts";
import { type Store } from "./server/store/lmdb.ts";
import { type Telemetry, requestIdOf } from "./server/telemetry/index.ts";

/**
 * KORE's client, of which log, metrics and traces are told.
 *
 * @throws ConfigMistake when the certificate authorities cannot be read
 */
export function openKore(
  { deadline, connections, network: { caFile, proxies }, budget, cache }: Config,
  target: KoreConfig,
  telemetry: Telemetry,
  log: Logger,
  others: Pick<Parameters<typeof createKore>[0], "common" | "onChange"> = {},
): Kore {
  const { traces, metrics } = telemetry;
  const told = telemetry.upstream();
  const { connectivityTokenUrl, globalTokenUrl } = target;
  const warnings = new RateLimitedLog(log);
  const logins = new Set([connectivityTokenUrl, globalTokenUrl].map((url) => `POST ${new URL(url).pathname}`));
  const kore = createKore({
    ...target,
    clientSecret: new Secret(target.clientSecret),
    apiKey: new Secret(target.apiKey),
    deadline,
    connections,
    network: { proxies, ca: caFile === undefined ? undefined : readCertificates("KORE_CA_FILE", caFile) },
    budget,
    cache,
    ...others,
    ...(traces && { trace: (call, send) => traces.call(call, send) }),
    observer: {
      ...told,
      callEnded(report) {
        const { requestId, operation, status, error, failure, milliseconds } = report;
        told.callEnded?.(report);
        log.debug({ requestId, operation, status, error, ms: Math.round(milliseconds) }, "call to KORE");
        if (failure && isUnanswered(failure)) warnOfFailedCall(warnings, report, failure);
        if (error === "unauthenticated" && logins.has(operation)) {
          log.error({ operation, status }, "KORE does not accept the credentials of this deployment");
        }
      },
      retried(call) {
        told.retried?.(call);
        log.debug(call, "a call to KORE is sent again");
      },
      refusedEarly(call) {
        told.refusedEarly?.(call);
        log.debug(call, "a call to KORE was refused before it was sent");
      },
      breakerChanged(host, state) {
        told.breakerChanged?.(host, state);
        log.warn({ host, state }, "KORE's state as seen from here");
      },
      budgetChanged({ rate, pause }) {
        log.info({ rate: Math.round(rate), pause: Math.round(pause) }, "how much KORE may be asked");
      },
      renewalFailed(err) {
        told.renewalFailed?.();
        log.warn({ err }, "KORE gave no new token ahead of time; the old one is still good");
      },
      unknownValue(field, value) {
        told.unknownValue?.(field);
        log.warn({ field, value }, "KORE says something new; shown as UNKNOWN, a date as null");
      },
    },
  });
  metrics?.gauges({
    cache_entries: ["Answers of KORE's that are kept", () => kore.cached().entries],
    cache_bytes: ["Their length as JSON", () => kore.cached().bytes],
  });
  if (others.common) return kore; // Who lends the budget tells of it.
  metrics?.gauges({
    upstream_budget_rate: ["Requests per second that KORE may be asked at present", () => kore.budget().rate],
    upstream_budget_pause_seconds: ["For how long KORE has asked for none", () => kore.budget().pause / 1000],
    upstream_queued: ["Requests to KORE that wait for their turn", () => kore.budget().queued],
    upstream_running: ["Requests to KORE that are under way", () => kore.budget().running],
  });
  return kore;
}

/** Whether no answer came that could be used. KORE's other answers are for the caller, and counted. */
function isUnanswered({ kind, status }: KoreError): boolean {
  return kind === "connection" || kind === "contract" || (kind === "timeout" && status === undefined);
}

/** What operations have beside what they read. */
type Ports = Pick<Context, "provisioning" | "clientWrites" | "stateChanges"> & { writerOf: Kore["writer"] };

/** Makes the context of each operation. */
export function contexts(
  kore: Kore,
  { writerOf, provisioning, clientWrites, stateChanges }: Ports,
  settings: Context["settings"],
): HttpOptions<Context>["context"] {
  return (signal, caller, watched, onAnswer) => {
    const graph = createGraphContext(signal, caller, watched);
    const { tally, requestId } = watched;
    const requester = {
      accounts: caller.accounts,
      caller: caller.id,
      tally,
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

export function settingsOf(config: Config, { accountEmail, accountMapping }: KoreConfig): Context["settings"] {
  const { kore, unpublishedClientOperations, limits } = config;
  return { mode: kore.mode, accountEmail, accountMapping, unpublishedClientOperations, limits };
}

/** Errors as callers see them. */
export function errorsFor(kore: Kore, log: Logger): HttpOptions<Context>["formatError"] {
  const warnings = new RateLimitedLog(log);
  const describe = (error: unknown, requestId: string | undefined) => {
    // A reply that breaks the contract may only show when it is read, and be one that is kept by then.
    if (error instanceof KoreError && error.kind === "contract") {
      kore.forget();
      // With a status it was found when the call ended, and logged there.
      if (error.status === undefined) warnOfBrokenReply(warnings, error, requestId);
    }
    return describeKoreError(error);
  };
  return errorFormatter(
    describe,
    (err, requestId) => log.error({ requestId, err }, "an operation failed with a defect"),
    requestIdOf,
  );
}

/** @throws ConfigMistake when the trusted documents cannot be read */
export async function guardsOf(config: Config): Promise<GuardOptions> {
  const { limits, introspection, persistedQueries, trustedDocuments } = config;
  return {
    limits,
    introspection,
    persistedQueries,
    ...(trustedDocuments && { trustedDocuments: await readTrustedDocuments(trustedDocuments) }),
  };
}

/** What writes to SIMs, and who watches them, work with. `tell`: other processes that may have read what is old now. */
export function provisioningPorts(
  { provisioning }: Config,
  kore: Kore,
  store: Store,
  audit: (record: AuditRecord) => void,
  auditResolution: (record: ResolutionRecord) => void,
  stopping: AbortSignal,
  log: Logger,
  tell: (change: Change) => Promise<void> = () => Promise.resolve(),
): ProvisioningPorts {
  const { chunkSize, maxSims, maxWaitSeconds, settle, settleAfterTimeout } = provisioning;
  const writer = kore.writer();
  const orders = new ProvisioningOrders({
    kore: writer.connectivity,
    store,
    chunkSize,
    sending: {
      settle,
      settleAfterTimeout,
      now: Date.now,
      monotonic,
      sleep,
      stopping,
      isClockOff: () => kore.isClockOff("connectivity"),
    },
    observed: (accountId) => kore.observedRequests(accountId),
    audit,
    auditResolution,
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
  });
  return {
    orders,
    isJustAcknowledged: (accountId, requestId) => orders.isJustAcknowledged(accountId, requestId),
    watches: new Watches(),
    kore: writer,
    retireReads() {
      kore.retireReads();
      return tell({ isOfSimsOnly: true });
    },
    stopping,
    forget(accountId) {
      kore.forget(accountId);
      return tell({ isOfSimsOnly: false, accountId });
    },
    chunkSize,
    maxSims,
    maxWaitSeconds,
  };
}

/** What writes to API clients. */
export function writesToClients(
  { provisioning: { settle, settleAfterTimeout } }: Config,
  { clientId }: KoreConfig,
  kore: Kore,
  store: Store,
  audit: (record: { who: string } & Record<string, unknown>) => void,
  stopping: AbortSignal,
  log: Logger,
): ClientWrites {
  return new ClientWrites({
    kore: kore.writer().clients,
    store,
    settling: {
      settle,
      settleAfterTimeout,
      now: Date.now,
      monotonic,
      sleep,
      stopping,
      isClockOff: () => kore.isClockOff("clients"),
    },
    ownClientId: clientId,
    credentials: kore.credentials,
    audit: (record) => audit({ ...record }),
    onRecoveryFailed: (err) => log.error({ err }, "an intent to write could not be taken up again"),
    onNotKept: (err) => log.error({ err }, "what KORE did could not be kept in the ledger"),
  });
}

/** Without which no work can be done at KORE. */
export const koreChecks = (kore: Kore): Check[] => [
  { name: "credentials", check: () => Promise.resolve(credentialsObstacle(kore)) },
  seldom("tokens", () => tokensAreWell(kore)),
];

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

/** For ConnectivityPro, without whose tokens nothing works; a token that is still good is reason enough. */
async function tokensAreWell(kore: Kore): Promise<Obstacle | undefined> {
  try {
    await kore.obtainToken();
    return undefined;
  } catch (error) {
    const { code, message } = describeKoreError(error) ?? { code: "DEFECT", message: "No token could be obtained" };
    return { reason: code, message };
  }
}

const monotonic = () => performance.now();

/** Wakes early when there is no time left to sleep. */
const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);
