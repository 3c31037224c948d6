import { type AuthOptions } from "../auth/index.ts";
import { DEFAULT_LIMITS, type Introspection, type Limits } from "../graphql/limits/limits.ts";
import { isLoopbackName } from "../http/host-check.ts";
import { defaultKoreRequestsPerMinute } from "./rate-limit-share.ts";
import { type Values } from "./variables/index.ts";

/** Input of the composition root. Tests replace parts of it that no variable sets. */
export type Config = ReturnType<typeof toConfig>;

/** Credentials of the developer portal, and of the console where those differ. */
export interface KoreCredentials {
  clientId: string;
  clientSecret: string;
  apiKey: string;
  console?: { clientId: string; clientSecret: string } | undefined;
}

/** Credentials and addresses of one KORE. */
export type KoreConfig = ReturnType<typeof toKoreConfig>;

/** The live KORE, or a simulator: one to be started here, or one that another process has started. */
type KoreMode =
  | { mode: "live"; live: KoreConfig }
  | ({ mode: "simulator" } & (
      | Values["simulator"]
      | {
          live: KoreConfig;
          /** Values for the playground's variables, by name. */
          examples: Readonly<Record<string, unknown>>;
        }
    ));

/** Calls of one caller and one priority that may wait for one host; more are refused with `UPSTREAM_BUSY`. */
export const MAX_QUEUED_CALLS = 1000;

/** Seconds by which the clock of the issuer of JWTs may differ. */
export const JWT_CLOCK_SKEW_SECONDS = 30;

/** Without `WARM_UP_MS`. */
const WARM_UP_MS = 1000;

/** Values that depend on several variables, or whose absence has a meaning; all others are as they were read. */
export function toConfig(
  { kore, simulator, webhook, auth, metrics, tracing, ...values }: Values,
  isProduction: boolean,
) {
  const playground = values.playground ?? !isProduction;
  return {
    ...values,
    kore: toKoreMode(kore, simulator),
    unpublishedClientOperations: kore.unpublishedClientOperations ?? kore.mode === "simulator",
    rateLimit: { ...values.rateLimit, queue: MAX_QUEUED_CALLS },
    /** Undefined: nothing is cached. Milliseconds. */
    cache: values.cache.freshFor > 0 ? values.cache : undefined,
    /** Undefined: a temporary one, as for every simulator, or none where there is a database. */
    storePath: kore.mode === "live" ? (values.storePath ?? ".kore-graph/store") : undefined,
    /** Milliseconds. */
    warmUp: values.warmUp ?? (kore.mode === "live" ? WARM_UP_MS : 0),
    /** Undefined: this process is alone. */
    database: toDatabase(values.database),
    webhook: toWebhook(webhook),
    auth: toAuth(auth),
    trustedProxies: values.trustedProxies ?? [],
    playground,
    introspection: values.introspection ?? ((playground ? "on" : "off") satisfies Introspection),
    corsOrigins: values.corsOrigins ?? [],
    callbackOrigins: values.callbackOrigins ?? [],
    /** Undefined: it is not served. */
    mcp: (values.mcp.isOn ?? !isProduction) ? toMcp(values.mcp) : undefined,
    schemaPrefix: values.schemaPrefix ?? "",
    limits: toLimits(values),
    metrics: toMetrics(metrics, values),
    tracing: toTracing(tracing),
  };
}

function toKoreMode(kore: Values["kore"], simulator: Values["simulator"]): KoreMode {
  return kore.mode === "live" ? { mode: "live", live: toKoreConfig(kore) } : { mode: "simulator", ...simulator };
}

function toKoreConfig(kore: Values["kore"]) {
  const { connectivityUrl, connectivityTokenUrl, smsUrl, clientsUrl, globalTokenUrl } = kore;
  return {
    ...{ connectivityUrl, connectivityTokenUrl, smsUrl, clientsUrl, globalTokenUrl },
    credentials: toCredentials(kore),
    accountEmail: kore.accountEmail ?? "",
    /** `acct_…` to `cmp-…`. */
    accountMapping: (kore.accountMapping ?? new Map()) as ReadonlyMap<string, string>,
  };
}

/** The credentials for all accounts, or the file that names some by account. */
function toCredentials(kore: Values["kore"]): KoreCredentials | { file: string } {
  if (kore.credentialsFile !== undefined) return { file: kore.credentialsFile };
  const { clientId = "", clientSecret = "", apiKey = "", consoleClientId, consoleClientSecret } = kore;
  const hasConsole = consoleClientId !== undefined && consoleClientSecret !== undefined;
  return {
    ...{ clientId, clientSecret, apiKey },
    console: hasConsole ? { clientId: consoleClientId, clientSecret: consoleClientSecret } : undefined,
  };
}

function toDatabase({ url, ...database }: Values["database"]) {
  return url === undefined ? undefined : { url, ...database };
}

/** Undefined: webhooks are not received. */
function toWebhook({
  secrets = [],
  accessTokenKey: key,
  accessTokens: tokens = [],
  callbackUrl,
  maxAge,
}: Values["webhook"]) {
  if (callbackUrl === undefined) return undefined;
  return {
    /** Newest first; empty: only access tokens prove a webhook. */
    secrets,
    accessToken: key === undefined ? undefined : { key, tokens },
    callbackUrl,
    /** Milliseconds; undefined: any age. */
    maxAge: maxAge > 0 ? maxAge : undefined,
  };
}

function toAuth({ jwt, apiKeysFile, routerSecrets = [] }: Values["auth"]): AuthOptions {
  const { jwksUrl, issuer, audiences, ...rules } = jwt;
  const isComplete = jwksUrl !== undefined && issuer !== undefined && audiences !== undefined;
  return {
    jwt: isComplete ? { jwksUrl, issuer, audiences, clockSkew: JWT_CLOCK_SKEW_SECONDS, ...rules } : undefined,
    apiKeysFile,
    routerSecrets,
  };
}

function toLimits({ limits, rateLimit }: Pick<Values, "limits" | "rateLimit">): Limits {
  return {
    ...DEFAULT_LIMITS,
    ...limits,
    selections: limits.tokens,
    koreRequestsPerMinute:
      limits.koreRequestsPerMinute ?? defaultKoreRequestsPerMinute(rateLimit.rate, limits.koreRequests),
  };
}

function toMcp({ orders, hosts = [], origins = [] }: Values["mcp"]) {
  return { orders, hosts, origins };
}

/** Undefined: nothing is counted. Without a port of their own the metrics are on the graph's. */
function toMetrics({ isOn, port }: Values["metrics"], { host, processes }: Pick<Values, "host" | "processes">) {
  const isSafe = port !== undefined || (isLoopbackName(host) && processes === 1);
  return (isOn ?? isSafe) ? { port } : undefined;
}

/** Undefined: nothing is traced. Without an endpoint OpenTelemetry's exporter uses its own default. */
function toTracing({ isOn, ...tracing }: Values["tracing"]) {
  return (isOn ?? tracing.endpoint !== undefined) ? tracing : undefined;
}
