import {
  days,
  hours,
  headerName,
  headerValue,
  integer,
  listOf,
  onOff,
  postgresUrl,
  secret,
  text,
  url,
} from "./kinds.ts";
import { variable } from "./variable.ts";

/** The durable store, and writes to KORE. */
export const WRITES = {
  storePath: variable(
    "STORE_PATH",
    text,
    "folder of the durable store (ledger of writes, received webhooks) of one `KORE_CONNECTIVITY_URL`; `.kore-graph/store` unless set; not read with the simulator, whose store is temporary, as its SIMs are",
  ),
  database: {
    url: variable(
      "DATABASE_URL",
      postgresUrl,
      "`postgres://…` of a database that several replicas share in place of `STORE_PATH`, see [Several machines](../README.md#several-machines)",
      { isSecret: true },
    ),
    connections: variable(
      "DATABASE_CONNECTIONS",
      integer(2, 200),
      "the most connections of a replica's pool; one more listens",
      { default: 10 },
    ),
    migrates: variable(
      "DATABASE_MIGRATE",
      onOff,
      "whether a start brings the schema `kore_graph` up to date; with `off` only `kore-graph migrate` does",
      { default: "on" },
    ),
  },
  retention: variable(
    "LEDGER_RETENTION_DAYS",
    days(1, 3650),
    "how long orders, their request keys and received webhooks (these by whole months) are kept",
    { default: 30 },
  ),
  provisioning: {
    chunkSize: variable(
      "PROVISIONING_CHUNK_SIZE",
      integer(1, 10_000),
      "SIMs of one provisioning request at KORE, which states no limit",
      { default: 500 },
    ),
    maxSims: variable("PROVISIONING_MAX_SIMS", integer(1, 100_000), "SIMs of one mutation", { default: 10_000 }),
    maxWaitSeconds: variable(
      "PROVISIONING_MAX_WAIT_SECONDS",
      integer(0, 3600),
      "the most that `waitUpTo` waits, in seconds",
      { default: 60 },
    ),
    settle: variable(
      "PROVISIONING_SETTLE_MS",
      integer(0, 3_600_000),
      "how long after a cut connection or a 5xx a write may still appear in KORE's list, in milliseconds",
      { default: 10_000 },
    ),
    settleAfterTimeout: variable(
      "PROVISIONING_SETTLE_AFTER_TIMEOUT_MS",
      integer(0, 3_600_000),
      "the same after a time-out, or a crash of this process",
      { default: 60_000 },
    ),
  },
  audit: {
    file: variable("AUDIT_FILE", text, "file to which the audit trail is appended, a JSON object a line"),
    namesSims: variable(
      "AUDIT_SIMS",
      onOff,
      "whether the audit trail names SIMs, by id and ICCID in clear, with their outcomes",
      { default: "off" },
    ),
  },
};

export const WEBHOOK = {
  secrets: variable(
    "KORE_WEBHOOK_SECRETS",
    listOf(secret),
    "secret with which KORE signs webhooks; while it changes the new and the old one, newest first, joined by a comma; opens `POST /webhooks/kore`, together with the address",
    { isSecret: true },
  ),
  accessTokenKey: variable(
    "KORE_WEBHOOK_ACCESS_TOKEN_KEY",
    headerName,
    "`access-token-key` of the alert rule: the header in which KORE sends its access token",
    { isSecret: true }, // Not one itself, but beside one that may be put here by mistake.
  ),
  accessTokens: variable(
    "KORE_WEBHOOK_ACCESS_TOKENS",
    listOf(headerValue),
    "`access-token` of the alert rule, likewise; proves webhooks as the signature does, one of the two is enough",
    { isSecret: true },
  ),
  callbackUrl: variable(
    "KORE_WEBHOOK_URL",
    url,
    "callback address of the webhook as KORE knows it: KORE signs it, too, and requests to its host name are accepted",
  ),
  maxAge: variable(
    "KORE_WEBHOOK_MAX_AGE_HOURS",
    hours(0, 8760),
    "webhooks whose own date is longer ago are refused as replays; 0 accepts any age",
    { default: 72 },
  ),
};
