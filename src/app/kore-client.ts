import { type Kore, type KoreError, type KoreObserver, type KoreOptions, createKore } from "../kore/index.ts";
import { readCertificates } from "../server/config/files/certificates.ts";
import { warnOfFailedCall } from "../server/logging/failed-calls.ts";
import { type Logger } from "../server/logging/log.ts";
import { RateLimitedLog } from "../server/logging/rate-limited-log.ts";
import { type Metrics, type Telemetry } from "../server/telemetry/index.ts";
import { type KoreTarget } from "./kore-target.ts";
import { type Runtime } from "./runtime.ts";

/**
 * KORE's client, observed by log, metrics and traces.
 *
 * @param shared what replicas share; absent: this process is alone
 * @throws SettingError when the certificate authorities cannot be read
 */
export function createKoreClient(
  { config, log, telemetry, disposables }: Runtime,
  { credentials, ...target }: KoreTarget,
  shared?: Pick<KoreOptions, "replicas" | "onChange">,
): Kore {
  const { deadline, network, rateLimit, cache } = config;
  const { caFile, proxies } = network;
  const { traces, metrics } = telemetry;
  const warnings = new RateLimitedLog(log);
  const kore = createKore({
    ...target,
    credentials,
    deadline,
    connections: rateLimit.concurrency, // A call occupies a connection until its reply is read.
    network: { proxies, ca: caFile === undefined ? undefined : readCertificates("KORE_CA_FILE", caFile) },
    rateLimit,
    cache,
    replicas: shared?.replicas,
    onChange: shared?.onChange,
    ...(traces && { trace: (call, send) => traces.call(call, send) }),
    observer: (credential) => observerOf(credential, telemetry, log, warnings),
    onUnknownValue(field, value) {
      metrics?.unknownValue(field);
      log.warn({ field, value }, "KORE says something new; shown as UNKNOWN, a date as null");
    },
  });
  disposables.add(() => kore.close());
  if (metrics) addGauges(metrics, kore);
  return kore;
}

function addGauges(metrics: Metrics, kore: Kore): void {
  const clients = () => kore.credentialClients;
  metrics.credentialGauges(clients, {
    cache_entries: ["Cached replies of KORE", (client) => client.cacheSize().entries],
    cache_bytes: ["Bytes of cached replies, as JSON", (client) => client.cacheSize().bytes],
    upstream_accounts_open: ["Accounts whose circuit breakers are not closed", (client) => client.openAccounts()],
  });
  metrics.credentialGauges(clients, {
    upstream_budget_rate: ["Current limit of requests to KORE a second", (client) => client.rateLimitState().rate],
    upstream_budget_pause_seconds: [
      "Remaining pause that KORE has asked for, in seconds",
      (client) => client.rateLimitState().pause / 1000,
    ],
    upstream_queued: ["Requests to KORE that wait for a permit", (client) => client.rateLimitState().queued],
    upstream_running: ["Requests to KORE in flight", (client) => client.rateLimitState().running],
  });
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
      if (failure && isWithoutUsableReply(failure)) warnOfFailedCall(warnings, report, failure);
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
        warnings.warn(`${host} ${credential} ${state}`, fields, "the circuit breaker of an account has changed");
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
      log.warn({ credential, err }, "KORE gave no new token before the current one expires; that one is still valid");
    },
  };
}

/** KORE's other error replies are for the caller, and counted. */
function isWithoutUsableReply({ kind, status }: KoreError): boolean {
  return kind === "connection" || kind === "contract" || (kind === "timeout" && status === undefined);
}
