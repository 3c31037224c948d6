import { z } from "zod";
import { AUTH_ENVIRONMENT, authMistakes, toAuth } from "./auth/config.ts";
import { type AuthOptions } from "./auth/index.ts";
import { DEFAULT_LIMITS, type Introspection, type Limits } from "./limits/limits.ts";
import { isLoopbackName } from "./loopback.ts";

const url = () =>
  z
    .url({ protocol: /^https?$/, error: "must be an http or https address", abort: true })
    .refine(isPlain, "must be an address without user name, password, query and fragment");

function isPlain(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === "";
}

const integer = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(rule).int(rule).min(min, rule).max(max, rule);
};

const accountMap = z
  .string()
  .regex(/^\s*acct_\w+=[\w.-]+(\s*,\s*acct_\w+=[\w.-]+)*\s*$/, "must be acct_…=cmp-…, several joined by commas")
  .transform((text) => new Map(text.split(",").map((pair) => pair.trim().split("=") as [string, string])));

/** Pages say where they are from by scheme, host and port; a path or a wildcard would never match. */
const origins = z
  .string()
  .transform((text) => text.split(",").map((origin) => origin.trim()))
  .refine(
    (all) => all.every(isOrigin),
    "must be origins such as https://app.example.com, joined by commas; no wildcard",
  );

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Every variable that is read, in the order in which people should meet them. */
const ENVIRONMENT = z.object({
  KORE_MODE: z
    .enum(["live", "simulator"])
    .default("live")
    .describe("`live` speaks to KORE and needs credentials; `simulator` starts the built-in simulator and needs none"),
  KORE_CLIENT_ID: z.string().optional().describe("id of the KORE API client; required when live"),
  KORE_CLIENT_SECRET: z.string().optional().describe("its secret; required when live"),
  KORE_API_KEY: z.string().optional().describe("sent as `x-api-key` to ConnectivityPro; required when live"),
  KORE_ACCOUNT_EMAIL: z
    .email("must be an e-mail address")
    .optional()
    .describe("the developer-portal administrator whose accounts are listed; required when live"),
  KORE_ACCOUNT_MAP: accountMap
    .optional()
    .describe("`acct_…=cmp-…`, joined by commas: which account of ConnectivityPro an API client's account is"),
  KORE_CONNECTIVITY_URL: url()
    .default("https://api.korewireless.com/connectivity")
    .describe("base address of ConnectivityPro"),
  KORE_CONNECTIVITY_TOKEN_URL: url()
    .default("https://api.korewireless.com/Api/api/token")
    .describe("where tokens for ConnectivityPro come from"),
  KORE_CLIENTS_URL: url().default("https://client.api.korewireless.com").describe("base address of KORE's API clients"),
  KORE_GLOBAL_TOKEN_URL: url()
    .default("https://api.korewireless.com/api-services/v1/auth/token")
    .describe("where tokens for KORE's API clients come from"),
  KORE_UNPUBLISHED_CLIENT_OPERATIONS: z
    .enum(["on", "off"])
    .optional()
    .describe(
      "whether API clients can be changed by endpoints that KORE documents in words only and that are assumed here; off when live and on with the simulator unless set",
    ),
  KORE_DEADLINE_MS: integer(1, 600_000)
    .default(30_000)
    .describe(
      "how long one call to KORE may take, and how long before that it may wait and be repeated, in milliseconds",
    ),
  KORE_CONNECTIONS: integer(1, 256).default(16).describe("connections at once to each of KORE's hosts"),
  // KORE publishes no limits. Its own samples pause five seconds after every eleven calls, but for plans of another API
  // only; a page of 1,000 SIMs with their profiles takes dozens of calls, and a 429 lowers the rate by itself.
  KORE_REQUESTS_PER_SECOND: integer(1, 100_000)
    .default(50)
    .describe("calls to KORE a second at most, all hosts together; less for a while after a 429"),
  KORE_CONCURRENCY: integer(1, 1024)
    .default(16)
    .describe("calls at once to each of KORE's hosts; more than `KORE_CONNECTIONS` are of no use"),
  KORE_QUEUE: integer(1, 100_000)
    .default(1000)
    .describe("reads that may wait for one host, and as many writes; more are refused with `UPSTREAM_BUSY`"),
  CACHE_SECONDS: integer(0, 3600)
    .default(60)
    .describe("how long answers that change slowly (see [What is kept](#what-is-kept)) are kept; 0 keeps none"),
  CACHE_STALE_SECONDS: integer(0, 86_400)
    .default(600)
    .describe("how much longer they may stand in while KORE fails, marked in `extensions.stale`"),
  STORE_PATH: z
    .string()
    .optional()
    .describe(
      "folder of the durable store (ledger of writes, seen webhooks) of one KORE account; `.kore-graph/store` unless set; not read with the simulator, whose store is temporary, as its SIMs are",
    ),
  LEDGER_RETENTION_DAYS: integer(1, 3650)
    .default(30)
    .describe("how long intents to write, their request keys and seen webhooks are remembered"),
  PROVISIONING_CHUNK_SIZE: integer(1, 10_000)
    .default(500)
    .describe("SIMs of one provisioning request at KORE, which states no limit"),
  PROVISIONING_MAX_SIMS: integer(1, 100_000).default(10_000).describe("SIMs of one mutation"),
  PROVISIONING_MAX_WAIT_SECONDS: integer(0, 3600).default(60).describe("the most that `waitUpTo` waits, in seconds"),
  PROVISIONING_SETTLE_MS: integer(0, 3_600_000)
    .default(10_000)
    .describe("how long after a cut connection or a 5xx a write may still show in KORE's list, in milliseconds"),
  PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: integer(0, 3_600_000)
    .default(60_000)
    .describe("the same after a time-out or a crash of ours"),
  AUDIT_FILE: z.string().optional().describe("file to which the audit trail is appended, a JSON object a line"),
  AUDIT_SIMS: z
    .enum(["off", "on"])
    .default("off")
    .describe("whether the audit trail names SIMs, by id and ICCID in clear, with their outcomes"),
  KORE_WEBHOOK_SECRET: z
    .string()
    .optional()
    .describe("secret with which KORE signs webhooks; opens `POST /webhooks/kore`, together with the address"),
  KORE_WEBHOOK_SECRET_PREVIOUS: z.string().optional().describe("the secret before, while it may still sign"),
  KORE_WEBHOOK_URL: url().optional().describe("callback address of the webhook as KORE knows it: KORE signs it too"),
  ...AUTH_ENVIRONMENT,
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, "must be an address or a host name")
    .default("127.0.0.1")
    .describe("address to listen on; loopback only, unless callers are authenticated"),
  PORT: integer(0, 65_535).default(4000).describe("port to listen on; 0 takes any free one"),
  PLAYGROUND: z.enum(["on", "off"]).optional().describe("playground at `/`; on unless `NODE_ENV` is `production`"),
  INTROSPECTION: z
    .enum(["on", "subgraph", "off"])
    .optional()
    .describe(
      "whether the schema can be asked for; `subgraph` answers `_service` only, for gateways that fetch it; `on` with the playground, else `off`",
    ),
  CORS_ORIGINS: origins
    .optional()
    .describe(
      "origins of pages that may call the graph, joined by commas, such as `https://app.example.com`; none unless set",
    ),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe("manifest of operations, or a folder of `.graphql` files: nothing else is run; see Limits"),
  PERSISTED_QUERIES: z
    .enum(["off", "on"])
    .default("off")
    .describe("automatic persisted queries: callers register operations and send hashes; off with trusted documents"),
  LIMIT_BODY_BYTES: integer(1024, 1024 * 1024 * 1024)
    .default(DEFAULT_LIMITS.bodyBytes)
    .describe("bytes of a request body, or of a WebSocket message"),
  LIMIT_TOKENS: integer(10, 1_000_000)
    .default(DEFAULT_LIMITS.tokens)
    .describe("tokens of a document; variables are none"),
  LIMIT_DEPTH: integer(1, 100)
    .default(DEFAULT_LIMITS.depth)
    .describe("levels of fields in each other, introspection apart"),
  LIMIT_ALIASES: integer(0, 10_000).default(DEFAULT_LIMITS.aliases).describe("aliases of an operation"),
  LIMIT_ROOT_FIELDS: integer(1, 10_000)
    .default(DEFAULT_LIMITS.rootFields)
    .describe("fields of an operation's outermost level"),
  LIMIT_DIRECTIVES: integer(0, 10_000).default(DEFAULT_LIMITS.directives).describe("directives of an operation"),
  LIMIT_SELECTIONS: integer(1, 1_000_000)
    .default(DEFAULT_LIMITS.selections)
    .describe("fields and fragments of an operation, with fragments written out where they are used"),
  LIMIT_ERRORS: integer(1, 100).default(DEFAULT_LIMITS.errors).describe("mistakes of a document that are reported"),
  LIMIT_REPRESENTATIONS: integer(1, 100_000)
    .default(DEFAULT_LIMITS.representations)
    .describe("references of one `_entities`"),
  LIMIT_KORE_REQUESTS: integer(1, 1_000_000)
    .default(DEFAULT_LIMITS.koreRequests)
    .describe("requests to KORE of one operation, at worst; of a subscription, for one event"),
  LIMIT_OPERATIONS_PER_MINUTE: integer(0, 100_000_000)
    .default(DEFAULT_LIMITS.operationsPerMinute)
    .describe("operations of one caller in a minute, refused ones among them; 0: any number"),
  LIMIT_KORE_REQUESTS_PER_MINUTE: integer(0, 100_000_000)
    .default(DEFAULT_LIMITS.koreRequestsPerMinute)
    .describe("requests to KORE of one caller's operations in a minute, at worst; 0: any number"),
  STOP_WITHIN_MS: integer(100, 600_000)
    .default(25_000)
    .describe("how long a stop lets what runs go on, in milliseconds; what waits for KORE answers after 60 % of it"),
  ID_CHECKS: z
    .enum(["explain", "strict"])
    .default("explain")
    .describe("a wrong check digit in an ICCID, EID or IMEI explains a not-found, or is refused"),
  METRICS: z
    .enum(["on", "off"])
    .optional()
    .describe(
      "Prometheus metrics at `/metrics`; on with `METRICS_PORT` and on loopback, else off: whoever reaches the graph's port could read them",
    ),
  METRICS_PORT: integer(0, 65_535).optional().describe("a port of its own for `/metrics`, which is then not on `PORT`"),
  TRACING: z
    .enum(["on", "off"])
    .optional()
    .describe("OpenTelemetry traces; on when `OTEL_EXPORTER_OTLP_ENDPOINT` is set"),
  OTEL_EXPORTER_OTLP_ENDPOINT: url()
    .optional()
    .describe("collector that takes OTLP over HTTP, such as `http://localhost:4318`"),
  OTEL_SERVICE_NAME: z.string().default("kore-graph").describe("name of this service in traces"),
  TRACE_CONTEXT_TO_KORE: z
    .enum(["on", "off"])
    .default("on")
    .describe("whether traced requests to KORE carry `traceparent`"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("`debug` logs every call to KORE"),
  SIMULATOR_PORT: integer(0, 65_535).default(4010).describe("port of the simulator; 0 takes any free one"),
  SIMULATOR_SIMS: integer(1, 1_000_000).default(2000).describe("SIMs in the simulator"),
  SIMULATOR_SEED: integer(0, 2 ** 31)
    .default(1)
    .describe("another seed is another, equally made-up world"),
});

type Environment = z.infer<typeof ENVIRONMENT>;

const REQUIRED_WHEN_LIVE = ["KORE_CLIENT_ID", "KORE_CLIENT_SECRET", "KORE_API_KEY", "KORE_ACCOUNT_EMAIL"] as const;
const SECRETS: ReadonlySet<string> = new Set([
  "KORE_CLIENT_ID",
  "KORE_CLIENT_SECRET",
  "KORE_API_KEY",
  "KORE_WEBHOOK_SECRET",
  "KORE_WEBHOOK_SECRET_PREVIOUS",
  "AUTH_ROUTER_SECRET",
  "AUTH_ROUTER_SECRET_PREVIOUS",
]);

/** What the credentials and addresses of one KORE are. */
export interface KoreConfig {
  connectivityUrl: string;
  connectivityTokenUrl: string;
  clientsUrl: string;
  globalTokenUrl: string;
  clientId: string;
  clientSecret: string;
  apiKey: string;
  accountEmail: string;
  accountMapping: ReadonlyMap<string, string>;
}

interface TracingConfig {
  /** Undefined: where OpenTelemetry's own exporter sends by default. */
  endpoint: string | undefined;
  serviceName: string;
  /** Whether KORE is sent the trace context. */
  tellsKore: boolean;
}

export interface Config {
  /** Where KORE is; the simulator is started when this says so. */
  kore: { mode: "live"; live: KoreConfig } | { mode: "simulator"; port: number; sims: number; seed: number };
  /** Whether endpoints are used that KORE does not publish. */
  unpublishedClientOperations: boolean;
  deadline: number;
  connections: number;
  /** What may be asked of KORE: calls a second, calls at once to each host, and how many may wait. */
  budget: { rate: number; concurrency: number; queue: number };
  /** Which slow-moving answers are kept, in milliseconds; undefined: none. */
  cache: { freshFor: number; staleFor: number } | undefined;
  /** Undefined: a temporary one, as for every simulator. */
  storePath: string | undefined;
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
  webhook: { secrets: readonly string[]; callbackUrl: string } | undefined;
  auth: AuthOptions;
  host: string;
  port: number;
  playground: boolean;
  introspection: Introspection;
  /** Of pages that may call the graph. */
  corsOrigins: readonly string[];
  /** Path of the manifest. */
  trustedDocuments: string | undefined;
  persistedQueries: boolean;
  limits: Limits;
  /** Milliseconds. */
  stopWithin: number;
  /** Undefined: nothing is counted. Without a port of their own they stand beside the graph. */
  metrics: { port: number | undefined } | undefined;
  /** Undefined: nothing is traced. */
  tracing: TracingConfig | undefined;
  idChecks: "explain" | "strict";
  logLevel: Environment["LOG_LEVEL"];
}

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
  const given = present(env);
  const parsed = ENVIRONMENT.safeParse(given);
  const mistakes = parsed.error?.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`) ?? [];
  const required = (given.KORE_MODE ?? "live") === "live" ? REQUIRED_WHEN_LIVE : [];
  const missing = required.filter((name) => given[name] === undefined);
  mistakes.push(...missing.map((name) => `${name}: is missing`));
  const advice = missing.length > 0 ? "\n\nNo KORE account at hand? KORE_MODE=simulator needs none." : "";
  if (Boolean(given.KORE_WEBHOOK_SECRET) !== Boolean(given.KORE_WEBHOOK_URL)) {
    mistakes.push("KORE_WEBHOOK_SECRET and KORE_WEBHOOK_URL: are needed together");
  }
  mistakes.push(...authMistakes(given));
  const { LIMIT_KORE_REQUESTS: each = 0, LIMIT_KORE_REQUESTS_PER_MINUTE: all = 0 } = parsed.data ?? {};
  if (all > 0 && all < each) {
    mistakes.push("LIMIT_KORE_REQUESTS_PER_MINUTE: must not be less than LIMIT_KORE_REQUESTS");
  }
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes, advice);
  return toConfig(parsed.data, env.NODE_ENV === "production");
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
    budget: {
      rate: values.KORE_REQUESTS_PER_SECOND,
      concurrency: values.KORE_CONCURRENCY,
      queue: values.KORE_QUEUE,
    },
    cache:
      values.CACHE_SECONDS > 0
        ? { freshFor: values.CACHE_SECONDS * 1000, staleFor: values.CACHE_STALE_SECONDS * 1000 }
        : undefined,
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
    playground,
    introspection: values.INTROSPECTION ?? (playground ? "on" : "off"),
    corsOrigins: values.CORS_ORIGINS ?? [],
    trustedDocuments: values.TRUSTED_DOCUMENTS,
    persistedQueries: values.PERSISTED_QUERIES === "on",
    limits: toLimits(values),
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
    koreRequestsPerMinute: values.LIMIT_KORE_REQUESTS_PER_MINUTE,
  };
}

function toMetrics({ METRICS, METRICS_PORT: port, HOST }: Environment): Config["metrics"] {
  const isSafe = port !== undefined || isLoopbackName(HOST);
  return (METRICS ?? (isSafe ? "on" : "off")) === "on" ? { port } : undefined;
}

function toTracing(values: Environment): Config["tracing"] {
  const { TRACING, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName } = values;
  const isOn = TRACING === "on" || (TRACING !== "off" && endpoint !== undefined);
  return isOn ? { endpoint, serviceName, tellsKore: values.TRACE_CONTEXT_TO_KORE === "on" } : undefined;
}

function toWebhook({
  KORE_WEBHOOK_SECRET: secret,
  KORE_WEBHOOK_SECRET_PREVIOUS: previous,
  KORE_WEBHOOK_URL: callbackUrl,
}: Environment): Config["webhook"] {
  if (!secret || !callbackUrl) return undefined;
  return { secrets: previous ? [secret, previous] : [secret], callbackUrl };
}

function toKoreConfig(values: Environment): KoreConfig {
  return {
    connectivityUrl: values.KORE_CONNECTIVITY_URL,
    connectivityTokenUrl: values.KORE_CONNECTIVITY_TOKEN_URL,
    clientsUrl: values.KORE_CLIENTS_URL,
    globalTokenUrl: values.KORE_GLOBAL_TOKEN_URL,
    clientId: values.KORE_CLIENT_ID ?? "",
    clientSecret: values.KORE_CLIENT_SECRET ?? "",
    apiKey: values.KORE_API_KEY ?? "",
    accountEmail: values.KORE_ACCOUNT_EMAIL ?? "",
    accountMapping: values.KORE_ACCOUNT_MAP ?? new Map(),
  };
}

/** Variables that are set and not blank: an empty line in an .env file means "not set". */
function present(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""));
}

/** The variables as they stand, one line each; secrets hidden, and what breaks a rule: it may be a secret misplaced. */
export function describeEnvironment(env: NodeJS.ProcessEnv): string {
  const given = present(env);
  const width = Math.max(...Object.keys(ENVIRONMENT.shape).map((name) => name.length));
  const shown = Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
    return `${name.padEnd(width)}  ${shownValue(name, schema, given[name])}`;
  });
  return shown.join("\n");
}

function shownValue(name: string, schema: z.ZodType, value: string | undefined): string {
  if (value === undefined) {
    const initial = defaultOf(schema);
    return initial === undefined ? "(not set)" : `${initial} (default)`;
  }
  if (SECRETS.has(name)) return "[redacted]";
  return schema.safeParse(value).success ? value : "(not valid)";
}

const isLimit = (name: string): boolean => name.startsWith("LIMIT_");

/** The README's table of all variables but the limits. */
export function configurationTable(): string {
  return tableOf((name) => !isLimit(name));
}

/** The README's table of the limits. */
export function limitsTable(): string {
  return tableOf(isLimit);
}

function tableOf(isWanted: (name: string) => boolean): string {
  const wanted = Object.entries(ENVIRONMENT.shape).filter(([name]) => isWanted(name));
  const rows = wanted.map(([name, schema]) => {
    const initial = defaultOf(schema);
    return `| \`${name}\` | ${initial === undefined ? "" : `\`${initial}\``} | ${schema.description ?? ""} |`;
  });
  return ["| Variable | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function defaultOf(schema: z.ZodType): string | undefined {
  const { data } = schema.safeParse(undefined);
  return typeof data === "string" || typeof data === "number" ? String(data) : undefined;
}
