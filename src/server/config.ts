import { z } from "zod";
import { AUTH_ENVIRONMENT, authMistakes, toAuth } from "./auth/config.ts";
import { type AuthOptions } from "./auth/index.ts";

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
  KORE_DEADLINE_MS: integer(1, 600_000).default(30_000).describe("how long one call to KORE may take, in milliseconds"),
  KORE_CONNECTIONS: integer(1, 256).default(16).describe("connections at once to each of KORE's hosts"),
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
  PLAYGROUND: z
    .enum(["on", "off"])
    .optional()
    .describe("playground at `/`, with introspection; on unless `NODE_ENV` is `production`"),
  ID_CHECKS: z
    .enum(["explain", "strict"])
    .default("explain")
    .describe("a wrong check digit in an ICCID, EID or IMEI explains a not-found, or is refused"),
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

export interface Config {
  /** Where KORE is; the simulator is started when this says so. */
  kore: { mode: "live"; live: KoreConfig } | { mode: "simulator"; port: number; sims: number; seed: number };
  deadline: number;
  connections: number;
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
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes, advice);
  return toConfig(parsed.data, env.NODE_ENV === "production");
}

function toConfig(values: Environment, isProduction: boolean): Config {
  return {
    kore:
      values.KORE_MODE === "live"
        ? { mode: "live", live: toKoreConfig(values) }
        : { mode: "simulator", port: values.SIMULATOR_PORT, sims: values.SIMULATOR_SIMS, seed: values.SIMULATOR_SEED },
    deadline: values.KORE_DEADLINE_MS,
    connections: values.KORE_CONNECTIONS,
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
    playground: (values.PLAYGROUND ?? (isProduction ? "off" : "on")) === "on",
    idChecks: values.ID_CHECKS,
    logLevel: values.LOG_LEVEL,
  };
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

/** The README's table. */
export function configurationTable(): string {
  const rows = Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
    const initial = defaultOf(schema);
    return `| \`${name}\` | ${initial === undefined ? "" : `\`${initial}\``} | ${schema.description ?? ""} |`;
  });
  return ["| Variable | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function defaultOf(schema: z.ZodType): string | undefined {
  const { data } = schema.safeParse(undefined);
  return typeof data === "string" || typeof data === "number" ? String(data) : undefined;
}
