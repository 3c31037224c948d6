import { readFileSync } from "node:fs";
import { authMistakes, toAuth } from "../auth/config.ts";
import { type AuthOptions } from "../auth/index.ts";
import { type ConnectionLimits } from "../http/connections/limits.ts";
import { type Introspection, type Limits } from "../graphql/limits/limits.ts";
import { isLoopbackName } from "../http/host-check.ts";
import { defaultAllowance } from "./allowance.ts";
import { ENVIRONMENT, type Environment, present } from "./environment.ts";

export { allowanceWarning } from "./allowance.ts";
export { unknownNames } from "./environment.ts";
export { configurationTable, describeEnvironment, limitsTable } from "./tables.ts";

/** Credentials of the developer portal, and of the console where those are others. */
export interface KoreCredentials {
  clientId: string;
  clientSecret: string;
  apiKey: string;
  console?: { clientId: string; clientSecret: string } | undefined;
}

/** Credentials and addresses of one KORE. */
export interface KoreConfig {
  connectivityUrl: string;
  connectivityTokenUrl: string;
  clientsUrl: string;
  globalTokenUrl: string;
  /** Those for all accounts, or the file that names some by account. */
  credentials: KoreCredentials | { file: string };
  accountEmail: string;
  accountMapping: ReadonlyMap<string, string>;
}

/** Of a simulator that the graph starts. */
interface SimulatorConfig {
  port: number;
  sims: number;
  seed: number;
}

/** A simulator that another process has started. */
interface RunningSimulator {
  live: KoreConfig;
  /** Values for the playground's variables, by name. */
  examples: Readonly<Record<string, unknown>>;
}

interface TracingConfig {
  /** Undefined: where OpenTelemetry's own exporter sends by default. */
  endpoint: string | undefined;
  serviceName: string;
  /** Whether KORE is sent the trace context. */
  tellsKore: boolean;
}

interface WebhookConfig {
  /** Newest first; empty when only access tokens prove. */
  secrets: readonly string[];
  accessToken: { key: string; tokens: readonly string[] } | undefined;
  callbackUrl: string;
  /** Milliseconds; undefined: any age. */
  maxAge: number | undefined;
}

export interface Config {
  /** Where KORE is; the simulator is started when this says so. */
  kore: { mode: "live"; live: KoreConfig } | ({ mode: "simulator" } & (SimulatorConfig | RunningSimulator));
  /** Whether endpoints are used that KORE does not publish. */
  unpublishedClientOperations: boolean;
  deadline: number;
  connections: number;
  /** The way to KORE: path of certificate authorities in PEM, and proxies. */
  network: {
    caFile: string | undefined;
    proxies: { https: string | undefined; http: string | undefined; except: string | undefined };
  };
  /** Limits of calls to KORE: a second, at once to each host, and in the queue. */
  budget: { rate: number; concurrency: number; queue: number };
  /** Which slow-moving answers are kept, in milliseconds; undefined: none. */
  cache: { freshFor: number; staleFor: number } | undefined;
  /** Undefined: a temporary one, as for every simulator, or none where there is a database. */
  storePath: string | undefined;
  /** That replicas share; undefined: this process is alone. */
  database: { url: string; connections: number; migrates: boolean } | undefined;
  /** Milliseconds. */
  retention: number;
  provisioning: {
    chunkSize: number;
    maxSims: number;
    maxWaitSeconds: number;
    /** Milliseconds. */
    settle: number;
    settleAfterTimeout: number;
  };
  audit: { file: string | undefined; namesSims: boolean };
  webhook: WebhookConfig | undefined;
  auth: AuthOptions;
  host: string;
  port: number;
  /** Replicas that share the port. */
  processes: number;
  playground: boolean;
  introspection: Introspection;
  /** Of pages that may call the graph. */
  corsOrigins: readonly string[];
  /** Path of the manifest. */
  trustedDocuments: string | undefined;
  persistedQueries: boolean;
  limits: Limits;
  connectionLimits: ConnectionLimits;
  operationsPerSocket: number;
  /** Whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  /** For how long connections are still taken after a stop began, and how long all of it may take. Milliseconds. */
  stopDelay: number;
  stopWithin: number;
  /** Undefined: nothing is counted. Without a port of their own they stand beside the graph. */
  metrics: { port: number | undefined } | undefined;
  /** Undefined: nothing is traced. */
  tracing: TracingConfig | undefined;
  idChecks: "explain" | "strict";
  logLevel: Environment["LOG_LEVEL"];
}

const PAIR = ["KORE_CLIENT_ID", "KORE_CLIENT_SECRET", "KORE_API_KEY"] as const;
const CONSOLE_PAIR = ["KORE_CONSOLE_CLIENT_ID", "KORE_CONSOLE_CLIENT_SECRET"] as const;

/** Every mistake of a configuration at once, one line each; values are never repeated. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    readonly mistakes: readonly string[],
    advice = "",
  ) {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
    super(`The configuration has ${count}:\n${mistakes.map((mistake) => `  ${mistake}`).join("\n")}${advice}`);
  }
}

/** @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { given, mistakes: unread } = withFiles(present(env));
  const parsed = ENVIRONMENT.safeParse(given);
  const mistakes = parsed.error?.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`) ?? [];
  const missing = missingNames(given);
  mistakes.push(...unread);
  mistakes.push(...missing.map((name) => `${name}: is missing`), ...credentialMistakes(given));
  const advice = missing.length > 0 ? "\n\nNo KORE account at hand? KORE_MODE=simulator needs none." : "";
  mistakes.push(...webhookMistakes(given));
  mistakes.push(...authMistakes(given));
  mistakes.push(...databaseMistakes(given, parsed.data?.PROCESSES ?? 1));
  const { LIMIT_KORE_REQUESTS: each = 0, LIMIT_KORE_REQUESTS_PER_MINUTE: all = 0 } = parsed.data ?? {};
  if (all > 0 && all < each) {
    mistakes.push("LIMIT_KORE_REQUESTS_PER_MINUTE: must not be less than LIMIT_KORE_REQUESTS");
  }
  const { LIMIT_ARRIVING_BYTES: arriving = Infinity, LIMIT_BODY_BYTES: body = 0 } = parsed.data ?? {};
  if (arriving < 2 * body) mistakes.push("LIMIT_ARRIVING_BYTES: must be at least twice LIMIT_BODY_BYTES");
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes, advice);
  return toConfig(parsed.data, env.NODE_ENV === "production");
}

/** Address of the database, for what needs nothing else of the configuration. @throws ConfigError */
export function readDatabaseUrl(env: NodeJS.ProcessEnv): string {
  const { given, mistakes } = withFiles(present(env));
  const parsed = ENVIRONMENT.pick({ DATABASE_URL: true }).safeParse(given);
  mistakes.push(...(parsed.error?.issues.map(({ message }) => `DATABASE_URL: ${message}`) ?? []));
  if (given.DATABASE_URL === undefined) mistakes.push("DATABASE_URL: is missing");
  if (parsed.data?.DATABASE_URL === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  return parsed.data.DATABASE_URL;
}

type Given = Readonly<Record<string, string | undefined>>;

function missingNames(given: Given): string[] {
  if ((given.KORE_MODE ?? "live") !== "live") return [];
  const required = given.KORE_CREDENTIALS_FILE === undefined ? [...PAIR, "KORE_ACCOUNT_EMAIL"] : ["KORE_ACCOUNT_EMAIL"];
  return required.filter((name) => given[name] === undefined);
}

/** Secrets that may be in a file of their own. */
const FILES = ["DATABASE_URL"] as const;

function withFiles(given: Given): { given: Given; mistakes: string[] } {
  const read: Record<string, string | undefined> = { ...given };
  const mistakes: string[] = [];
  for (const name of FILES) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) mistakes.push(`${name}_FILE: stands in place of ${name}; give one or the other`);
    try {
      read[name] = readFileSync(file, "utf8").trim();
    } catch (error) {
      mistakes.push(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
    }
  }
  return { given: read, mistakes };
}

function databaseMistakes(given: Given, processes: number): string[] {
  const hasDatabase = given.DATABASE_URL !== undefined;
  return [
    ...(hasDatabase && given.STORE_PATH !== undefined
      ? [
          "DATABASE_URL: stands in place of STORE_PATH; give one or the other. `kore-graph import-store` moves a folder's ledger into the database",
        ]
      : []),
    ...(hasDatabase && given.KORE_MODE === "simulator"
      ? ["DATABASE_URL: is for KORE_MODE=live; `demo --replicas` has several replicas in front of one simulator"]
      : []),
    ...(processes > 1 && !hasDatabase
      ? [
          "PROCESSES: more than one are replicas, which need a database to share (DATABASE_URL): a folder serves one process",
        ]
      : []),
    ...(processes > 1 && (given.METRICS_PORT !== undefined || given.METRICS === "on")
      ? [
          `${given.METRICS_PORT === undefined ? "METRICS" : "METRICS_PORT"}: each of several PROCESSES has metrics of its own, and on a shared port any of them would answer. Start replicas one by one, each on a PORT of its own, to have the metrics of each`,
        ]
      : []),
  ];
}

function credentialMistakes(given: Given): string[] {
  const pair = [...PAIR, ...CONSOLE_PAIR].filter((name) => given[name] !== undefined);
  const [present, ...more] = CONSOLE_PAIR.filter((name) => given[name] !== undefined);
  const isHalf = present !== undefined && more.length === 0;
  return [
    ...(isHalf
      ? CONSOLE_PAIR.filter((name) => name !== present).map((name) => `${name}: is missing; ${present} is set`)
      : []),
    ...(given.KORE_CREDENTIALS_FILE !== undefined && pair.length > 0
      ? [`KORE_CREDENTIALS_FILE: stands in place of ${pair.join(", ")}; give one or the other`]
      : []),
  ];
}

function toConfig(values: Environment, isProduction: boolean): Config {
  const playground = (values.PLAYGROUND ?? (isProduction ? "off" : "on")) === "on";
  return {
    kore:
      values.KORE_MODE === "live"
        ? { mode: "live", live: toKoreConfig(values) }
        : { mode: "simulator", port: values.SIMULATOR_PORT, sims: values.SIMULATOR_SIMS, seed: values.SIMULATOR_SEED },
    unpublishedClientOperations:
      (values.KORE_UNPUBLISHED_CLIENT_OPERATIONS ?? (values.KORE_MODE === "simulator" ? "on" : "off")) === "on",
    deadline: values.KORE_DEADLINE_MS,
    connections: values.KORE_CONNECTIONS,
    network: {
      caFile: values.KORE_CA_FILE,
      proxies: { https: values.HTTPS_PROXY, http: values.HTTP_PROXY, except: values.NO_PROXY },
    },
    budget: {
      rate: values.KORE_REQUESTS_PER_SECOND,
      concurrency: values.KORE_CONCURRENCY,
      queue: values.KORE_QUEUE,
    },
    cache:
      values.CACHE_SECONDS > 0
        ? { freshFor: values.CACHE_SECONDS * 1000, staleFor: values.CACHE_STALE_SECONDS * 1000 }
        : undefined,
    database:
      values.DATABASE_URL === undefined
        ? undefined
        : {
            url: values.DATABASE_URL,
            connections: values.DATABASE_CONNECTIONS,
            migrates: values.DATABASE_MIGRATE === "on",
          },
    storePath: values.KORE_MODE === "live" ? (values.STORE_PATH ?? ".kore-graph/store") : undefined,
    retention: values.LEDGER_RETENTION_DAYS * 24 * 3600 * 1000,
    provisioning: {
      chunkSize: values.PROVISIONING_CHUNK_SIZE,
      maxSims: values.PROVISIONING_MAX_SIMS,
      maxWaitSeconds: values.PROVISIONING_MAX_WAIT_SECONDS,
      settle: values.PROVISIONING_SETTLE_MS,
      settleAfterTimeout: values.PROVISIONING_SETTLE_AFTER_TIMEOUT_MS,
    },
    audit: { file: values.AUDIT_FILE, namesSims: values.AUDIT_SIMS === "on" },
    webhook: toWebhook(values),
    auth: toAuth(values),
    host: values.HOST,
    port: values.PORT,
    processes: values.PROCESSES,
    playground,
    introspection: values.INTROSPECTION ?? (playground ? "on" : "off"),
    corsOrigins: values.CORS_ORIGINS ?? [],
    trustedDocuments: values.TRUSTED_DOCUMENTS,
    persistedQueries: values.PERSISTED_QUERIES === "on",
    limits: toLimits(values),
    connectionLimits: {
      connections: values.LIMIT_CONNECTIONS,
      connectionsPerAddress: values.LIMIT_CONNECTIONS_PER_ADDRESS,
      sockets: values.LIMIT_SOCKETS,
      unauthenticatedSockets: values.LIMIT_UNAUTHENTICATED_SOCKETS,
      arrivingBytes: values.LIMIT_ARRIVING_BYTES,
    },
    operationsPerSocket: values.LIMIT_OPERATIONS_PER_SOCKET,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    stopDelay: values.STOP_DELAY_MS,
    stopWithin: values.STOP_WITHIN_MS,
    metrics: toMetrics(values),
    tracing: toTracing(values),
    idChecks: values.ID_CHECKS,
    logLevel: values.LOG_LEVEL,
  };
}

function toLimits(values: Environment): Limits {
  return {
    bodyBytes: values.LIMIT_BODY_BYTES,
    tokens: values.LIMIT_TOKENS,
    depth: values.LIMIT_DEPTH,
    aliases: values.LIMIT_ALIASES,
    rootFields: values.LIMIT_ROOT_FIELDS,
    directives: values.LIMIT_DIRECTIVES,
    selections: values.LIMIT_SELECTIONS,
    errors: values.LIMIT_ERRORS,
    representations: values.LIMIT_REPRESENTATIONS,
    koreRequests: values.LIMIT_KORE_REQUESTS,
    operationsPerMinute: values.LIMIT_OPERATIONS_PER_MINUTE,
    koreRequestsPerMinute:
      values.LIMIT_KORE_REQUESTS_PER_MINUTE ??
      defaultAllowance(values.KORE_REQUESTS_PER_SECOND, values.LIMIT_KORE_REQUESTS),
  };
}

function toMetrics({ METRICS, METRICS_PORT: port, HOST, PROCESSES }: Environment): Config["metrics"] {
  const isSafe = port !== undefined || (isLoopbackName(HOST) && PROCESSES === 1);
  return (METRICS ?? (isSafe ? "on" : "off")) === "on" ? { port } : undefined;
}

function toTracing(values: Environment): Config["tracing"] {
  const { TRACING, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName } = values;
  const isOn = TRACING === "on" || (TRACING !== "off" && endpoint !== undefined);
  return isOn ? { endpoint, serviceName, tellsKore: values.TRACE_CONTEXT_TO_KORE === "on" } : undefined;
}

function toWebhook(values: Environment): Config["webhook"] {
  const { KORE_WEBHOOK_URL: callbackUrl, KORE_WEBHOOK_ACCESS_TOKEN_KEY: key } = values;
  if (!callbackUrl) return undefined;
  const isGiven = (text: string | undefined): text is string => text !== undefined;
  const secrets = [values.KORE_WEBHOOK_SECRET, values.KORE_WEBHOOK_SECRET_PREVIOUS].filter(isGiven);
  const tokens = [values.KORE_WEBHOOK_ACCESS_TOKEN, values.KORE_WEBHOOK_ACCESS_TOKEN_PREVIOUS].filter(isGiven);
  const hours = values.KORE_WEBHOOK_MAX_AGE_HOURS;
  return {
    secrets,
    accessToken: key === undefined ? undefined : { key, tokens },
    callbackUrl,
    maxAge: hours > 0 ? hours * 3_600_000 : undefined,
  };
}

/** Variables of the webhook that say nothing without each other. */
function webhookMistakes(given: Record<string, string | undefined>): string[] {
  const { KORE_WEBHOOK_SECRET: secret, KORE_WEBHOOK_URL: address } = given;
  const { KORE_WEBHOOK_ACCESS_TOKEN: token, KORE_WEBHOOK_ACCESS_TOKEN_KEY: key } = given;
  const mistakes: string[] = [];
  if (Boolean(token) !== Boolean(key))
    mistakes.push("KORE_WEBHOOK_ACCESS_TOKEN and KORE_WEBHOOK_ACCESS_TOKEN_KEY: are needed together");
  if (Boolean(secret ?? token) !== Boolean(address)) {
    mistakes.push(
      token
        ? "KORE_WEBHOOK_ACCESS_TOKEN and KORE_WEBHOOK_URL: are needed together"
        : "KORE_WEBHOOK_SECRET and KORE_WEBHOOK_URL: are needed together, or KORE_WEBHOOK_ACCESS_TOKEN in place of the secret",
    );
  }
  return mistakes;
}

function toKoreConfig(values: Environment): KoreConfig {
  return {
    connectivityUrl: values.KORE_CONNECTIVITY_URL,
    connectivityTokenUrl: values.KORE_CONNECTIVITY_TOKEN_URL,
    clientsUrl: values.KORE_CLIENTS_URL,
    globalTokenUrl: values.KORE_GLOBAL_TOKEN_URL,
    credentials: toCredentials(values),
    accountEmail: values.KORE_ACCOUNT_EMAIL ?? "",
    accountMapping: values.KORE_ACCOUNT_MAP ?? new Map(),
  };
}

function toCredentials(values: Environment): KoreConfig["credentials"] {
  if (values.KORE_CREDENTIALS_FILE !== undefined) return { file: values.KORE_CREDENTIALS_FILE };
  const { KORE_CONSOLE_CLIENT_ID: clientId, KORE_CONSOLE_CLIENT_SECRET: clientSecret } = values;
  return {
    clientId: values.KORE_CLIENT_ID ?? "",
    clientSecret: values.KORE_CLIENT_SECRET ?? "",
    apiKey: values.KORE_API_KEY ?? "",
    console: clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined,
  };
}
