import * as z from "zod";
import { addresses, headers, integer, onOff, origins, text, url } from "./kinds.ts";
import { variable } from "./variable.ts";

/** Addresses, and what is served there. */
export const SERVER = {
  host: variable(
    "HOST",
    text.regex(/^[\w.:-]+$/, "must be an address or a host name"),
    "address to listen on; loopback only, unless callers are authenticated",
    { default: "127.0.0.1" },
  ),
  port: variable("PORT", integer(0, 65_535), "port to listen on; 0 takes any free one", { default: 4000 }),
  trustedProxies: variable(
    "TRUSTED_PROXIES",
    addresses,
    "addresses and networks (CIDR) of proxies in front, joined by commas: connections are counted by the address that they name in `X-Forwarded-For`; unless set, by the peer's",
  ),
  processes: variable(
    "PROCESSES",
    integer(1, 64),
    "replicas of one `serve` that share the port, for more than one core; more than one need `DATABASE_URL`",
    { default: 1 },
  ),
  playground: variable("PLAYGROUND", onOff, "playground at `/`; on unless `NODE_ENV` is `production`"),
  introspection: variable(
    "INTROSPECTION",
    z.enum(["on", "subgraph", "off"]),
    "whether callers may read the schema; `subgraph` answers `_service` only, for gateways that fetch it; `on` with the playground, else `off`",
  ),
  schemaPrefix: variable(
    "SCHEMA_PREFIX",
    text.regex(/^[A-Z][A-Za-z\d]{0,30}$/, "must be letters and digits, the first a capital, at most 31"),
    "prefix of the names of types and root fields, such as `Kore` for `KoreAccount` and `koreAccount`, for a supergraph that has types or fields of our names",
  ),
  authDirectives: variable(
    "SUBGRAPH_AUTH_DIRECTIVES",
    onOff,
    "whether the schema that gateways fetch has `@authenticated` and `@requiresScopes` (`kore-graph:operator`, `kore-graph:admin`), which some routers have in paid plans only; permissions are enforced here either way",
    { default: "off" },
  ),
  corsOrigins: variable(
    "CORS_ORIGINS",
    origins,
    "origins of pages that may call the graph, joined by commas, such as `https://app.example.com`; none unless set",
  ),
  callbackOrigins: variable(
    "SUBSCRIPTION_CALLBACK_ORIGINS",
    origins,
    "origins of routers to which events of subscriptions may be sent by requests (Apollo's HTTP callback protocol), joined by commas, such as `https://router.example.com:4000`; only for callers of a trusted router, needs `AUTH_ROUTER_SECRETS`; off unless set",
  ),
  trustedDocuments: variable(
    "TRUSTED_DOCUMENTS",
    text,
    "manifest of operations, or a folder of `.graphql` files: nothing else is run; see Limits",
  ),
  persistedQueries: variable(
    "PERSISTED_QUERIES",
    onOff,
    "automatic persisted queries: callers register operations and send hashes; off with trusted documents",
    { default: "off" },
  ),
  idChecks: variable(
    "ID_CHECKS",
    z.enum(["explain", "strict"]),
    "a wrong check digit in an ICCID, EID or IMEI explains a not-found, or is refused",
    { default: "explain" },
  ),
  warmUp: variable(
    "WARM_UP_MS",
    integer(0, 60_000),
    "how long the documented queries are run before `/readyz` is 200, against made-up data and nothing else, in milliseconds: V8 compiles what it runs; 0 runs none; unless set 1000, or 0 with the simulator",
  ),
  stopDelay: variable(
    "STOP_DELAY_MS",
    integer(0, 60_000),
    "how long after SIGTERM connections are still accepted, while `/readyz` says 503, in milliseconds; behind a balancer as long as that takes to notice, such as 5000",
    { default: 0 },
  ),
  stopWithin: variable(
    "STOP_WITHIN_MS",
    integer(100, 600_000),
    "how long a stop lets running operations go on, in milliseconds; those that wait for KORE answer after 60 % of it",
    { default: 25_000 },
  ),
};

/** Metrics, traces and logs. */
export const OBSERVABILITY = {
  metrics: {
    isOn: variable(
      "METRICS",
      onOff,
      "Prometheus metrics at `/metrics`; on with `METRICS_PORT` and on loopback, else off: every client of the graph's port could read them; not with several `PROCESSES`",
    ),
    port: variable("METRICS_PORT", integer(0, 65_535), "a port of its own for `/metrics`, which is then not on `PORT`"),
  },
  tracing: {
    isOn: variable("TRACING", onOff, "OpenTelemetry traces; on when `OTEL_EXPORTER_OTLP_ENDPOINT` is set"),
    endpoint: variable(
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      url,
      "collector that takes OTLP over HTTP, such as `http://localhost:4318`",
    ),
    headers: variable(
      "OTEL_EXPORTER_OTLP_HEADERS",
      headers,
      "headers for it, such as `authorization=Bearer%20…`, joined by commas",
      { isSecret: true },
    ),
    serviceName: variable("OTEL_SERVICE_NAME", text, "name of this service in traces", { default: "kore-graph" }),
  },
  logLevel: variable(
    "LOG_LEVEL",
    z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
    "`debug` logs every call to KORE",
    { default: "info" },
  ),
};

export const SIMULATOR = {
  port: variable(
    "SIMULATOR_PORT",
    integer(0, 65_535),
    "port of the simulator; 0 takes any free one; unless set 4010, or any free one where that is in use",
  ),
  sims: variable("SIMULATOR_SIMS", integer(1, 1_000_000), "SIMs in the simulator", { default: 2000 }),
  seed: variable("SIMULATOR_SEED", integer(0, 2 ** 31), "seed of the simulator's made-up data", { default: 1 }),
};
