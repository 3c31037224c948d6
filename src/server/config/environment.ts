import { z } from "zod";
import { AUTH_ENVIRONMENT } from "../auth/config.ts";
import { DEFAULT_CONNECTION_LIMITS } from "../http/connections/limits.ts";
import { DEFAULT_LIMITS } from "../graphql/limits/limits.ts";
import { DEFAULT_SUBSCRIPTION_LIMITS } from "../subscriptions/limits.ts";
import {
  accountMap,
  addresses,
  apiKey,
  headerName,
  headerValue,
  integer,
  origins,
  postgres,
  proxy,
  secret,
  url,
} from "./kinds.ts";

/** Every variable that is read, in the order in which people should meet them. */
export const ENVIRONMENT = z.object({
  KORE_MODE: z
    .enum(["live", "simulator"])
    .default("live")
    .describe("`live` speaks to KORE and needs credentials; `simulator` starts the built-in simulator and needs none"),
  KORE_CLIENT_ID: secret()
    .optional()
    .describe("id of the developer portal's API client; required when live, unless a file names credentials"),
  KORE_CLIENT_SECRET: secret().optional().describe("its secret; likewise"),
  KORE_API_KEY: apiKey().optional().describe("sent as `x-api-key` to ConnectivityPro; likewise"),
  KORE_CONSOLE_CLIENT_ID: secret()
    .optional()
    .describe("id of the console's API client, for API clients; `KORE_CLIENT_ID` serves both portals unless set"),
  KORE_CONSOLE_CLIENT_SECRET: secret().optional().describe("its secret; needed together"),
  KORE_CREDENTIALS_FILE: z
    .string()
    .optional()
    .describe(
      "JSON file of credentials by account, in place of the five above; read again when it changes, see [Several accounts](#several-accounts)",
    ),
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
  KORE_CA_FILE: z
    .string()
    .optional()
    .describe("file of certificate authorities in PEM that are trusted for KORE besides those of Node"),
  HTTPS_PROXY: proxy
    .optional()
    .describe("proxy through which KORE is reached, such as `http://user:password@proxy:3128`; also in lower case"),
  HTTP_PROXY: proxy.optional().describe("the same for `http` addresses, and for all where `HTTPS_PROXY` is not set"),
  NO_PROXY: z
    .string()
    .optional()
    .describe(
      "hosts reached without it, joined by commas: names with their subdomains, also with a port; `*`: all; loopback is always among them",
    ),
  KORE_DEADLINE_MS: integer(1, 600_000)
    .default(30_000)
    .describe(
      "how long one call to KORE may take, and how long before that it may wait and be repeated, in milliseconds",
    ),
  // The rate below times what a call takes: 50 a second, of some 300 ms each, keep 15 busy.
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
    .describe(
      "reads of one caller that may wait for one host, and as many writes; more are refused with `UPSTREAM_BUSY`",
    ),
  CACHE_SECONDS: integer(0, 3600)
    .default(60)
    .describe(
      "how long answers that change slowly (see [What is cached](../../kore/README.md#what-is-cached)) are kept; 0 keeps none",
    ),
  CACHE_STALE_SECONDS: integer(0, 86_400)
    .default(600)
    .describe("how much longer they may stand in while KORE fails, marked in `extensions.stale`"),
  STORE_PATH: z
    .string()
    .optional()
    .describe(
      "folder of the durable store (ledger of writes, seen webhooks) of one `KORE_CONNECTIVITY_URL`; `.kore-graph/store` unless set; not read with the simulator, whose store is temporary, as its SIMs are",
    ),
  DATABASE_URL: postgres
    .optional()
    .describe(
      "`postgres://…` of a database that several replicas share in place of `STORE_PATH`, see [Several machines](../README.md#several-machines); a secret",
    ),
  DATABASE_URL_FILE: z.string().optional().describe("file that holds `DATABASE_URL`, in place of it"),
  DATABASE_CONNECTIONS: integer(2, 200)
    .default(10)
    .describe("the most connections of a replica's pool; one more listens"),
  DATABASE_MIGRATE: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "whether a start brings the schema `kore_graph` up to date; with `off` that is left to `kore-graph migrate`",
    ),
  LEDGER_RETENTION_DAYS: integer(1, 3650)
    .default(30)
    .describe("how long intents to write, their request keys and seen webhooks (these by whole months) are remembered"),
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
  KORE_WEBHOOK_SECRET: secret()
    .optional()
    .describe("secret with which KORE signs webhooks; opens `POST /webhooks/kore`, together with the address"),
  KORE_WEBHOOK_SECRET_PREVIOUS: secret().optional().describe("the secret before, while it may still sign"),
  KORE_WEBHOOK_ACCESS_TOKEN_KEY: headerName
    .optional()
    .describe("`access-token-key` of the alert rule: the header in which KORE sends its access token"),
  KORE_WEBHOOK_ACCESS_TOKEN: headerValue
    .optional()
    .describe("`access-token` of the alert rule; proves deliveries as the signature does, one of the two is enough"),
  KORE_WEBHOOK_ACCESS_TOKEN_PREVIOUS: headerValue
    .optional()
    .describe("the access token before, while a rule may still send it"),
  KORE_WEBHOOK_URL: url()
    .optional()
    .describe("callback address of the webhook as KORE knows it: KORE signs it, too, and its host name is let in"),
  KORE_WEBHOOK_MAX_AGE_HOURS: integer(0, 8760)
    .default(72)
    .describe("deliveries whose own date is longer ago are refused as replays; 0 accepts any age"),
  ...AUTH_ENVIRONMENT,
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, "must be an address or a host name")
    .default("127.0.0.1")
    .describe("address to listen on; loopback only, unless callers are authenticated"),
  PORT: integer(0, 65_535).default(4000).describe("port to listen on; 0 takes any free one"),
  TRUSTED_PROXIES: addresses
    .optional()
    .describe(
      "addresses and networks (CIDR) of proxies in front, joined by commas: connections are counted by the address that they name in `X-Forwarded-For`; unless set, by the peer's",
    ),
  PROCESSES: integer(1, 64)
    .default(1)
    .describe("replicas of one `serve` that share the port, for more than one core; more than one need `DATABASE_URL`"),
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
    .describe("tokens of a document, and as many comments; variables are none"),
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
    .optional()
    .describe(
      "requests to KORE of one caller's operations in a minute, at worst; 0: any number; unless set, four fifths of what `KORE_REQUESTS_PER_SECOND` lets through in a minute (2,400), and `LIMIT_KORE_REQUESTS` at least",
    ),
  LIMIT_CONNECTIONS: integer(1, 1_000_000)
    .default(DEFAULT_CONNECTION_LIMITS.connections)
    .describe("TCP connections at once; more are closed without a reply"),
  LIMIT_CONNECTIONS_PER_ADDRESS: integer(1, 1_000_000)
    .default(DEFAULT_CONNECTION_LIMITS.connectionsPerAddress)
    .describe(
      "the same from one IPv4 address or IPv6 /64; behind `TRUSTED_PROXIES`, WebSockets and event streams from one",
    ),
  LIMIT_SOCKETS: integer(1, 1_000_000)
    .default(DEFAULT_CONNECTION_LIMITS.sockets)
    .describe("WebSockets and event streams at once; more are refused with 503"),
  LIMIT_UNAUTHENTICATED_SOCKETS: integer(1, 1_000_000)
    .default(DEFAULT_CONNECTION_LIMITS.unauthenticatedSockets)
    .describe("WebSockets at once that have had no `connection_ack` yet; one more closes the oldest of them with 1013"),
  LIMIT_OPERATIONS_PER_SOCKET: integer(1, 10_000)
    .default(DEFAULT_SUBSCRIPTION_LIMITS.maxOperations)
    .describe("operations at once on one WebSocket"),
  LIMIT_ARRIVING_BYTES: integer(1024 * 1024, 64 * 1024 * 1024 * 1024)
    .default(DEFAULT_CONNECTION_LIMITS.arrivingBytes)
    .describe(
      "bytes of memory for request bodies that are still arriving, all together; beyond it the oldest is refused with 503",
    ),
  STOP_DELAY_MS: integer(0, 60_000)
    .default(0)
    .describe(
      "for how long after SIGTERM connections are still taken, while `/readyz` says 503, in milliseconds; behind a balancer as long as that takes to notice, such as 5000",
    ),
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
      "Prometheus metrics at `/metrics`; on with `METRICS_PORT` and on loopback, else off: every client of the graph's port could read them; not with several `PROCESSES`",
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

export type Environment = z.infer<typeof ENVIRONMENT>;

/** Never shown. */
export const SECRETS: ReadonlySet<string> = new Set([
  "DATABASE_URL",
  "HTTPS_PROXY", // Both may hold credentials.
  "HTTP_PROXY",
  "KORE_CLIENT_ID",
  "KORE_CLIENT_SECRET",
  "KORE_API_KEY",
  "KORE_CONSOLE_CLIENT_ID",
  "KORE_CONSOLE_CLIENT_SECRET",
  "KORE_WEBHOOK_SECRET",
  "KORE_WEBHOOK_SECRET_PREVIOUS",
  "KORE_WEBHOOK_ACCESS_TOKEN_KEY", // Not one itself, but next to one that may be put here by mistake.
  "KORE_WEBHOOK_ACCESS_TOKEN",
  "KORE_WEBHOOK_ACCESS_TOKEN_PREVIOUS",
  "AUTH_ROUTER_SECRET",
  "AUTH_ROUTER_SECRET_PREVIOUS",
]);

/** Variables that other programs read in lower case as well, which then counts. */
const EITHER_CASE = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

/** Variables that are set and not blank: an empty line in an .env file means "not set". */
export function present(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""));
  for (const name of EITHER_CASE) {
    const lower = set[name.toLowerCase()];
    if (lower !== undefined) set[name] = lower;
  }
  return set;
}

/** How our variables begin, and nobody else's: KORE_GRAPH_… are what orchestrators set for a service of our name. */
const OURS = /^(KORE_(?!GRAPH_)|AUTH_(JWT|API_KEYS|ROUTER)_|LIMIT_|CACHE_|LEDGER_|PROVISIONING_|AUDIT_|SIMULATOR_)/;

/** Variables that look like ours and are none: misspelt, most likely. */
export function unknownNames(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(present(env)).filter((name) => OURS.test(name) && !(name in ENVIRONMENT.shape));
}
