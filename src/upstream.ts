import { createHash } from "node:crypto";
import {
  type CredentialClient,
  type CredentialSet,
  FAMILIES,
  type Family,
  type Kore,
  type KoreError,
  type KoreObserver,
  type KoreOptions,
  createKore,
  credentialSet,
} from "./kore/index.ts";
import { describeKoreError } from "./resources/index.ts";
import { readCertificates } from "./server/config/certificates.ts";
import { type CredentialEntry, openCredentialsFile } from "./server/config/credentials-file.ts";
import { type Config, type KoreConfig, type KoreCredentials } from "./server/config/index.ts";
import { warnOfFailedCall } from "./server/logging/failed-calls.ts";
import { type Check, type Health, type HealthProblem, cachedHealthCheck } from "./server/health.ts";
import { type Logger } from "./server/logging/log.ts";
import { type StoreMarks } from "./server/storage/lmdb.ts";
import { RateLimitedLog } from "./server/logging/rate-limited-log.ts";
import { type Telemetry } from "./server/telemetry/index.ts";

/** Where KORE is, and the credentials in force at the start. */
export type KoreTarget = Omit<KoreConfig, "credentials"> & { credentials: readonly CredentialSet[] };

/** The credentials of a file's entries, or the only ones. */
function credentialSets(
  given: readonly CredentialEntry[] | KoreCredentials,
  accountEmail: string,
): readonly CredentialSet[] {
  if ("clientId" in given) return [credentialSet({ ...given, accountEmail })];
  return given.map(({ developerPortal, accountEmail: email = accountEmail, ...entry }) =>
    credentialSet({ ...entry, ...developerPortal, accountEmail: email }),
  );
}

/**
 * Which KORE it is that writes go to, whatever the credentials: intents and claims go by account. Hashed: the store need
 * not tell. Until version 0.2 the mark held the client id as well.
 */
export function marksOf({ connectivityUrl, credentials }: KoreTarget): StoreMarks {
  const clientIds = credentials.flatMap(({ developer, console }) => [developer.clientId, console.clientId]);
  return {
    mark: hashOf([baseOf({ connectivityUrl })]),
    former: clientIds.map((clientId) => hashOf([connectivityUrl.replace(/\/+$/, ""), clientId])),
  };
}

/** KORE's base address. */
export function baseOf({ connectivityUrl }: Pick<KoreTarget, "connectivityUrl">): string {
  const { origin, pathname } = new URL(connectivityUrl);
  return origin + pathname.replace(/\/+$/, "");
}

const hashOf = (parts: readonly string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

export interface FoundCredentials {
  readonly sets: readonly CredentialSet[];
  /** From now on puts into force what the file says when it changes. */
  follow(kore: Kore): void;
  close(): void;
}

/** The credentials as configured, or of the file that the configuration names. @throws SettingError */
export async function findCredentials(
  { credentials, accountEmail }: Pick<KoreConfig, "credentials" | "accountEmail">,
  log: Logger,
): Promise<FoundCredentials> {
  if (!("file" in credentials)) {
    return { sets: credentialSets(credentials, accountEmail), follow: () => undefined, close: () => undefined };
  }
  let put: (sets: readonly CredentialSet[]) => void = () => undefined;
  const file = await openCredentialsFile(credentials.file, {
    reread(entries) {
      put(credentialSets(entries, accountEmail));
      log.info({ reason: entries.map(({ name }) => name).join(", ") }, "the credentials for KORE were read again");
    },
    failure: (err) => log.warn({ err }, "the credentials for KORE could not be read again; those before stay in force"),
  });
  return {
    sets: credentialSets(file.content, accountEmail),
    follow(kore) {
      put = (sets) => kore.replaceCredentials(sets);
      put(credentialSets(file.content, accountEmail)); // It may have changed since it was read first.
    },
    close: () => file.close(),
  };
}

/**
 * KORE's client, observed by log, metrics and traces.
 *
 * @throws SettingError when the certificate authorities cannot be read
 */
export function openKore(
  { deadline, connections, network: { caFile, proxies }, budget: rateLimit, cache }: Config,
  { credentials, ...target }: KoreTarget,
  telemetry: Telemetry,
  log: Logger,
  others: Pick<KoreOptions, "replicas" | "onChange"> = {},
): Kore {
  const { traces, metrics } = telemetry;
  const warnings = new RateLimitedLog(log);
  const kore = createKore({
    ...target,
    credentials,
    deadline,
    connections,
    network: { proxies, ca: caFile === undefined ? undefined : readCertificates("KORE_CA_FILE", caFile) },
    rateLimit,
    cache,
    ...others,
    ...(traces && { trace: (call, send) => traces.call(call, send) }),
    observer: (credential) => observerOf(credential, telemetry, log, warnings),
    onUnknownValue(field, value) {
      metrics?.unknownValue(field);
      log.warn({ field, value }, "KORE says something new; shown as UNKNOWN, a date as null");
    },
  });
  const clients = () => kore.credentialClients;
  metrics?.credentialGauges(clients, {
    cache_entries: ["Answers of KORE's that are kept", (client) => client.cacheSize().entries],
    cache_bytes: ["Their length as JSON", (client) => client.cacheSize().bytes],
    upstream_accounts_open: ["Accounts whose circuit breakers are not closed", (client) => client.openAccounts()],
  });
  metrics?.credentialGauges(clients, {
    upstream_budget_rate: [
      "Requests per second that KORE may be asked at present",
      (client) => client.rateLimitState().rate,
    ],
    upstream_budget_pause_seconds: [
      "For how long KORE has asked for none",
      (client) => client.rateLimitState().pause / 1000,
    ],
    upstream_queued: ["Requests to KORE that wait for their turn", (client) => client.rateLimitState().queued],
    upstream_running: ["Requests to KORE that are under way", (client) => client.rateLimitState().running],
  });
  return kore;
}

/** Log and metrics of calls with the credentials of one name. */
function observerOf(
  credential: string,
  telemetry: Telemetry,
  log: Logger,
  warnings: RateLimitedLog,
): Partial<KoreObserver> {
  const observer = telemetry.upstream(credential);
  return {
    ...observer,
    callEnded(report) {
      const { requestId, operation, status, error, failure, milliseconds } = report;
      observer.callEnded?.(report);
      log.debug({ requestId, credential, operation, status, error, ms: Math.round(milliseconds) }, "call to KORE");
      if (failure && isUnanswered(failure)) warnOfFailedCall(warnings, report, failure);
    },
    credentialsRefused({ family, status }) {
      log.error({ credential, reason: family, status }, "KORE does not accept the credentials of this deployment");
    },
    retried(call) {
      observer.retried?.(call);
      log.debug({ ...call, credential }, "a call to KORE is sent again");
    },
    refusedEarly(call) {
      observer.refusedEarly?.(call);
      log.debug({ ...call, credential }, "a call to KORE was refused before it was sent");
    },
    breakerChanged(host, state, scope) {
      const fields = { host, credential, state };
      if (scope === "account") {
        warnings.warn(
          `${host} ${credential} ${state}`,
          fields,
          "KORE's state for one of the accounts as seen from here",
        );
        return;
      }
      observer.breakerChanged?.(host, state);
      log.warn(fields, "KORE's state as seen from here");
    },
    rateLimitChanged({ rate, pause }) {
      log.info({ credential, rate: Math.round(rate), pause: Math.round(pause) }, "how much KORE may be asked");
    },
    renewalFailed(err) {
      observer.renewalFailed?.();
      log.warn({ credential, err }, "KORE gave no new token ahead of time; the old one is still good");
    },
  };
}

/** Whether no answer came that could be used. KORE's other answers are for the caller, and counted. */
function isUnanswered({ kind, status }: KoreError): boolean {
  return kind === "connection" || kind === "contract" || (kind === "timeout" && status === undefined);
}

/** Checks of `/readyz` besides the store. */
export function koreHealth(kore: Kore): Pick<Health, "checks" | "misconfiguration" | "credentials"> {
  const checks = new WeakMap<CredentialClient, readonly Check[]>();
  const checksOf = (client: CredentialClient) => {
    const known = checks.get(client) ?? FAMILIES.map((family) => credentialCheck(client, family));
    checks.set(client, known);
    return known;
  };
  return {
    checks: () => kore.credentialClients.flatMap(checksOf),
    misconfiguration: () => (kore.areCredentialsRefused ? REFUSED.connectivity : undefined),
    credentials: () => Object.fromEntries(kore.credentialClients.map(({ name, states }) => [name, states])),
  };
}

const REFUSED: Readonly<Record<Family, HealthProblem>> = {
  connectivity: {
    reason: "KORE_CREDENTIALS_REFUSED",
    message:
      "KORE does not take the developer portal's credentials of this deployment. It needs new ones (KORE_CLIENT_ID, KORE_CLIENT_SECRET, KORE_API_KEY, or KORE_CREDENTIALS_FILE), or to have its API client enabled again; the latter is noticed without a restart.",
  },
  clients: {
    reason: "KORE_CREDENTIALS_REFUSED",
    message:
      "KORE does not take the console's credentials of this deployment, without which there are no API clients. It needs new ones (KORE_CONSOLE_CLIENT_ID and KORE_CONSOLE_CLIENT_SECRET where the console's differ from the developer portal's, or KORE_CREDENTIALS_FILE), or to have its API client enabled again; the latter is noticed without a restart.",
  },
};

/** Whether KORE accepts the credentials of an API family, and answers. A known refusal is returned without a call. */
function credentialCheck(client: CredentialClient, family: Family): Check {
  const proof = credentialProof(client, family);
  return {
    ...proof,
    async check() {
      const found = await proof.check();
      return client.states[family] === "refused" ? REFUSED[family] : found;
    },
  };
}

function credentialProof(client: CredentialClient, family: Family): Check {
  return cachedHealthCheck({ part: family, credential: client.name }, async () => {
    try {
      await client.verify(family);
      return undefined;
    } catch (error) {
      const { code, message } = describeKoreError(error) ?? { code: "DEFECT", message: "It could not be looked into" };
      return { reason: code, message };
    }
  });
}
