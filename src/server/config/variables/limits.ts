import { DEFAULT_CONNECTION_LIMITS } from "../../http/connections/limits.ts";
import { DEFAULT_LIMITS } from "../../graphql/limits/limits.ts";
import { DEFAULT_SUBSCRIPTION_LIMITS } from "../../subscriptions/limits.ts";
import { integer } from "./kinds.ts";
import { variable } from "./variable.ts";

export const LIMITS = {
  limits: {
    bodyBytes: variable(
      "LIMIT_BODY_BYTES",
      integer(1024, 1024 * 1024 * 1024),
      "bytes of a request body, or of a WebSocket message",
      { default: DEFAULT_LIMITS.bodyBytes },
    ),
    tokens: variable(
      "LIMIT_TOKENS",
      integer(10, 1_000_000),
      "tokens of a document, and as many comments; also its fields and fragments, with fragments written out where they are used; variables are none",
      { default: DEFAULT_LIMITS.tokens },
    ),
    depth: variable("LIMIT_DEPTH", integer(1, 100), "levels of fields in each other, introspection apart", {
      default: DEFAULT_LIMITS.depth,
    }),
    aliases: variable("LIMIT_ALIASES", integer(0, 10_000), "aliases of an operation", {
      default: DEFAULT_LIMITS.aliases,
    }),
    koreRequests: variable(
      "LIMIT_KORE_REQUESTS",
      integer(1, 1_000_000),
      "requests to KORE of one operation, at worst; of a subscription, for one event",
      { default: DEFAULT_LIMITS.koreRequests },
    ),
    operationsPerMinute: variable(
      "LIMIT_OPERATIONS_PER_MINUTE",
      integer(0, 100_000_000),
      "operations of one caller in a minute, refused ones among them; 0: any number",
      { default: DEFAULT_LIMITS.operationsPerMinute },
    ),
    koreRequestsPerMinute: variable(
      "LIMIT_KORE_REQUESTS_PER_MINUTE",
      integer(0, 100_000_000),
      "requests to KORE of one caller's operations in a minute, at worst; 0: any number; unless set, four fifths of what `KORE_REQUESTS_PER_SECOND` lets through in a minute (2,400), and `LIMIT_KORE_REQUESTS` at least",
    ),
  },
  connectionLimits: {
    connections: variable(
      "LIMIT_CONNECTIONS",
      integer(1, 1_000_000),
      "TCP connections at once; more are closed without a reply",
      { default: DEFAULT_CONNECTION_LIMITS.connections },
    ),
    connectionsPerAddress: variable(
      "LIMIT_CONNECTIONS_PER_ADDRESS",
      integer(1, 1_000_000),
      "the same from one IPv4 address or IPv6 /64; behind `TRUSTED_PROXIES`, WebSockets and event streams from one",
      { default: DEFAULT_CONNECTION_LIMITS.connectionsPerAddress },
    ),
    sockets: variable(
      "LIMIT_SOCKETS",
      integer(1, 1_000_000),
      "WebSockets and event streams at once; more are refused with 503",
      { default: DEFAULT_CONNECTION_LIMITS.sockets },
    ),
    unauthenticatedSockets: variable(
      "LIMIT_UNAUTHENTICATED_SOCKETS",
      integer(1, 1_000_000),
      "WebSockets at once that have had no `connection_ack` yet; one more closes the oldest of them with 1013",
      { default: DEFAULT_CONNECTION_LIMITS.unauthenticatedSockets },
    ),
    arrivingBytes: variable(
      "LIMIT_ARRIVING_BYTES",
      integer(1024 * 1024, 64 * 1024 * 1024 * 1024),
      "bytes of memory for request bodies that are still arriving, all together; beyond it the oldest is refused with 503",
      { default: DEFAULT_CONNECTION_LIMITS.arrivingBytes },
    ),
  },
  operationsPerSocket: variable(
    "LIMIT_OPERATIONS_PER_SOCKET",
    integer(1, 10_000),
    "operations at once on one WebSocket",
    { default: DEFAULT_SUBSCRIPTION_LIMITS.maxOperations },
  ),
};
