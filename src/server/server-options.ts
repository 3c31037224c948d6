import { type GraphQLSchema } from "graphql";
import { type GraphContext } from "../graph/index.ts";
import { type Authenticator } from "./auth/index.ts";
import { type FastPathOptions } from "./graphql/fast-path/index.ts";
import { type FormatError } from "./graphql/format-errors.ts";
import { type GuardOptions } from "./graphql/index.ts";
import { type Health } from "./health.ts";
import { type ArrivalTimes, type ConnectionLimits } from "./http/connections/index.ts";
import { type DrainOptions } from "./http/drain.ts";
import { type Logger } from "./logging/log.ts";
import { type McpOptions } from "./mcp/index.ts";
import { type PlaygroundOptions } from "./playground/index.ts";
import { type SubscriptionLimits } from "./subscriptions/index.ts";
import { type Telemetry } from "./telemetry/index.ts";
import { type WebhookOptions } from "./webhooks/receiver.ts";

export interface ServerOptions<Context extends GraphContext> extends DrainOptions {
  listen: { host: string; port: number; exclusive?: boolean };
  schema: GraphQLSchema;
  /** Creates the context of one operation. `signal` aborts when the caller disconnects. */
  context: FastPathOptions<Context>["context"];
  /** Grows with every write: a query joins only an in-flight query of the same epoch. @default nothing is written */
  epoch?: () => number;
  /** @default none: every caller is the local one, and only this machine may connect */
  authenticator?: Authenticator;
  formatError: FormatError;
  log: Logger;
  /** @default none */
  telemetry?: Telemetry;
  /** Whether `/metrics` is on the same port. @default false */
  servesMetrics?: boolean;
  /** The checks of `/readyz`. @default none */
  health?: Health;
  /** @default the default limits; introspection if there is a playground */
  guards?: GuardOptions;
  /** Origins of other sites whose pages may call the graph. @default none */
  corsOrigins?: readonly string[];
  /** Runs once the server listens; it is ready afterwards. Never rejects, and ends early when the signal aborts. @default none */
  warmUp?: ((stopping: AbortSignal) => Promise<void>) | undefined;
  /** Absent: no playground. */
  playground?: PlaygroundOptions | undefined;
  /** Absent: the Model Context Protocol is not served. */
  mcp?: McpOptions | undefined;
  /** Absent: KORE's webhooks are not received. */
  webhook?: Omit<WebhookOptions, "log"> | undefined;
  /** Limits of one WebSocket or event stream. */
  subscriptionLimits?: Partial<SubscriptionLimits>;
  /** Origins of routers that may take a subscription's events by callbacks. @default none */
  callbackOrigins?: readonly string[];
  /** Limits of connections, before and after authentication. */
  connectionLimits?: Partial<ConnectionLimits>;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is trusted. @default none */
  trustedProxies?: readonly string[];
  /** Time-outs for the arrival of a request. */
  arrival?: Partial<ArrivalTimes>;
}
