import { type Values } from "./variables/index.ts";
import { type Given } from "./variables/variable.ts";

const PORTAL = ["KORE_CLIENT_ID", "KORE_CLIENT_SECRET", "KORE_API_KEY"] as const;
const CONSOLE = ["KORE_CONSOLE_CLIENT_ID", "KORE_CONSOLE_CLIENT_SECRET"] as const;

/** Loopback addresses. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Required variables that are not set. */
export function missingNames(given: Given): string[] {
  if ((given.KORE_MODE ?? "live") !== "live") return [];
  const required =
    given.KORE_CREDENTIALS_FILE === undefined ? [...PORTAL, "KORE_ACCOUNT_EMAIL"] : ["KORE_ACCOUNT_EMAIL"];
  return required.filter((name) => given[name] === undefined);
}

/** Broken rules between variables, one sentence each. @param values undefined when one of them is not valid */
export function brokenRules(given: Given, values: Values | undefined): string[] {
  return [
    ...credentialRules(given),
    ...webhookRules(given),
    ...authRules(given),
    ...databaseRules(given),
    ...(values ? valueRules(given, values) : []),
  ];
}

function credentialRules(given: Given): string[] {
  const isSet = (name: string) => given[name] !== undefined;
  const pairs = [...PORTAL, ...CONSOLE].filter(isSet);
  const [present, ...more] = CONSOLE.filter(isSet);
  const isHalf = present !== undefined && more.length === 0;
  return [
    ...(isHalf
      ? CONSOLE.filter((name) => name !== present).map((name) => `${name}: is missing; ${present} is set`)
      : []),
    ...(isSet("KORE_CREDENTIALS_FILE") && pairs.length > 0
      ? [`KORE_CREDENTIALS_FILE: is in place of ${pairs.join(", ")}; set one or the other`]
      : []),
  ];
}

function webhookRules(given: Given): string[] {
  const { KORE_WEBHOOK_SECRETS: secrets, KORE_WEBHOOK_URL: address } = given;
  const { KORE_WEBHOOK_ACCESS_TOKENS: tokens, KORE_WEBHOOK_ACCESS_TOKEN_KEY: key } = given;
  const hasProof = secrets !== undefined || tokens !== undefined;
  return [
    ...((tokens === undefined) !== (key === undefined)
      ? ["KORE_WEBHOOK_ACCESS_TOKENS and KORE_WEBHOOK_ACCESS_TOKEN_KEY: are needed together"]
      : []),
    ...(hasProof !== (address !== undefined)
      ? [
          tokens === undefined
            ? "KORE_WEBHOOK_SECRETS and KORE_WEBHOOK_URL: are needed together, or KORE_WEBHOOK_ACCESS_TOKENS in place of the secret"
            : "KORE_WEBHOOK_ACCESS_TOKENS and KORE_WEBHOOK_URL: are needed together",
        ]
      : []),
  ];
}

function authRules(given: Given): string[] {
  const jwt = [given.AUTH_JWT_JWKS_URL, given.AUTH_JWT_ISSUER, given.AUTH_JWT_AUDIENCE];
  const isHalf = jwt.some((value) => value !== undefined) && jwt.some((value) => value === undefined);
  const isGuarded = [jwt[0], given.AUTH_API_KEYS_FILE, given.AUTH_ROUTER_SECRETS].some((value) => value !== undefined);
  return [
    ...(isHalf ? ["AUTH_JWT_JWKS_URL, AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: are needed together"] : []),
    ...(!isGuarded && given.HOST !== undefined && !LOOPBACK.test(given.HOST)
      ? ["HOST: must be a loopback address (127.0.0.1, ::1 or localhost), since callers are not authenticated"]
      : []),
    ...(given.SUBSCRIPTION_CALLBACK_ORIGINS !== undefined && given.AUTH_ROUTER_SECRETS === undefined
      ? [
          "SUBSCRIPTION_CALLBACK_ORIGINS: needs AUTH_ROUTER_SECRETS, since callbacks are for routers that authenticate themselves",
        ]
      : []),
  ];
}

function databaseRules(given: Given): string[] {
  if (given.DATABASE_URL === undefined) return [];
  return [
    ...(given.STORE_PATH !== undefined
      ? [
          "DATABASE_URL: is in place of STORE_PATH; set one or the other. `kore-graph import-store` moves a folder's ledger into the database",
        ]
      : []),
    ...(given.KORE_MODE === "simulator"
      ? ["DATABASE_URL: is for KORE_MODE=live; `demo --replicas` has several replicas in front of one simulator"]
      : []),
  ];
}

function valueRules(given: Given, { processes, metrics, limits, connectionLimits }: Values): string[] {
  const metricsName = metrics.port === undefined ? "METRICS" : "METRICS_PORT";
  const { koreRequests, koreRequestsPerMinute = 0, bodyBytes } = limits;
  return [
    ...(processes > 1 && given.DATABASE_URL === undefined
      ? [
          "PROCESSES: more than one are replicas, which need a database to share (DATABASE_URL): a folder serves one process",
        ]
      : []),
    ...(processes > 1 && (metrics.port !== undefined || metrics.isOn === true)
      ? [
          `${metricsName}: each of several PROCESSES has metrics of its own, and on a shared port any of them would answer. Start replicas one by one, each on a PORT of its own, to have the metrics of each`,
        ]
      : []),
    ...(koreRequestsPerMinute > 0 && koreRequestsPerMinute < koreRequests
      ? ["LIMIT_KORE_REQUESTS_PER_MINUTE: must not be less than LIMIT_KORE_REQUESTS"]
      : []),
    ...(connectionLimits.arrivingBytes < 2 * bodyBytes
      ? ["LIMIT_ARRIVING_BYTES: must be at least twice LIMIT_BODY_BYTES"]
      : []),
  ];
}
