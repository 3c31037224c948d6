import { type IncomingMessage } from "node:http";
import { type FastifyInstance, type FastifyRequest } from "fastify";
import { type Caller, type GraphContext } from "../../graph/index.ts";
import { credentialsOf, withParameters } from "../auth/credentials.ts";
import { type Authenticator } from "../auth/index.ts";
import { type Connections } from "../http/connections/index.ts";
import { type Connection, DEFAULT_SUBSCRIPTION_LIMITS, type SubscriptionLimits } from "./limits.ts";
import { type RunnerOptions, createOperationRunner } from "./execution.ts";
import { WebSocketConnection } from "./websocket.ts";
import { Callbacks } from "./http/callback.ts";
import { type AnswerLive, HttpTransports } from "./http/index.ts";
import { type Admission, acceptWebSockets } from "./websocket-upgrade.ts";

export type { SubscriptionLimits } from "./limits.ts";

export interface Subscriptions {
  /** Accepts sockets at /graphql and streams at /graphql/stream. */
  attach(http: FastifyInstance, callerOf: (request: FastifyRequest) => Caller): Promise<void>;
  /** Streams and callbacks at /graphql. */
  readonly answer: AnswerLive;
  /** Closes all connections, each once its pending responses are sent. Resolves when all have closed. */
  stop(): Promise<void>;
  /** Closes the remaining connections at once. */
  destroy(): void;
}

/**
 * The transports beside Apollo's: WebSocket (graphql-transport-ws) and streams, which take queries, mutations and
 * subscriptions, and callbacks, which take subscriptions. Must be called before the Apollo server starts.
 */
export function createSubscriptions<Context extends GraphContext>(
  options: RunnerOptions<Context> & {
    authenticator: Authenticator;
    bounds: Connections;
    /** Largest message of a WebSocket, as the largest request body. */
    maxBytes: number;
    limits?: Partial<SubscriptionLimits> | undefined;
    corsOrigins?: readonly string[];
    /** Largest document of a subscription by GET. */
    maxTokens: number;
    /** Origins of routers that may take events by callbacks. @default none */
    callbackOrigins?: readonly string[] | undefined;
  },
): Subscriptions {
  const { log, authenticator, telemetry, bounds, corsOrigins = [], callbackOrigins = [] } = options;
  const limits = { ...DEFAULT_SUBSCRIPTION_LIMITS, ...options.limits };
  const runner = createOperationRunner(options);
  const callbacks = callbackOrigins.length > 0 ? new Callbacks(callbackOrigins, { limits, log }) : undefined;
  const connections = new Set<Connection>();
  /** Unauthenticated connections, the oldest first. */
  const unauthenticated = new Set<WebSocketConnection>();
  let open = 0;
  let isStopping = false;

  const admit = (request: IncomingMessage): Admission => {
    const { sockets, connectionsPerAddress } = bounds.limits;
    if (open >= sockets) {
      bounds.onRefused("sockets");
      return { refusal: [503, "SERVICE_UNAVAILABLE", `No more than ${sockets} WebSockets and streams at once`] };
    }
    const free = bounds.take(request);
    if (!free) {
      bounds.onRefused("address");
      const message = `No more than ${connectionsPerAddress} WebSockets and streams at once from one address`;
      return { refusal: [429, "TOO_MANY_CONNECTIONS", message] };
    }
    open += 1;
    const release = () => {
      open -= 1;
      free();
    };
    return { release };
  };
  /** Above the limit the oldest is closed: a flood displaces itself, and clients that authenticate quickly are admitted. */
  const awaitCaller = (connection: WebSocketConnection) => {
    unauthenticated.add(connection);
    void connection.closed.then(() => unauthenticated.delete(connection));
    const [oldest] = unauthenticated;
    if (unauthenticated.size <= bounds.limits.unauthenticatedSockets || !oldest) return;
    unauthenticated.delete(oldest);
    oldest.displace();
  };

  const keep = (connection: Connection, kind: "socket" | "stream" | "callback") => {
    connections.add(connection);
    const closed = telemetry.opened(kind);
    void connection.closed.then(() => {
      connections.delete(connection);
      closed();
    });
    if (isStopping) connection.drain();
  };
  const transports = new HttpTransports<Context>({
    ...{ ...options, runner, limits, corsOrigins, callbacks, admit, keep },
    onRefused: bounds.onRefused,
  });
  return {
    attach(http, callerOf) {
      acceptWebSockets(http.server, {
        maxBytes: options.maxBytes,
        corsOrigins,
        isStopping: () => isStopping,
        isAnyHost: authenticator.isRequired,
        admit,
        open: (socket, request) => {
          bounds.unused.remove(request.socket); // Of a WebSocket the server emits no request.
          const authenticate = (parameters: unknown) =>
            authenticator.authenticate(withParameters(credentialsOf(request), parameters));
          const connection = new WebSocketConnection(socket, request.socket, {
            pipeline: runner.run,
            authenticate,
            limits,
            log,
            onRefused: bounds.onRefused,
            onAcknowledged: () => unauthenticated.delete(connection),
          });
          awaitCaller(connection);
          keep(connection, "socket");
        },
      });
      return transports.route(http, callerOf);
    },
    answer: transports.answer,
    async stop() {
      isStopping = true;
      for (const connection of connections) connection.drain();
      await Promise.all([...connections].map(({ closed }) => closed));
      await callbacks?.close();
    },
    destroy() {
      for (const connection of connections) connection.destroy();
    },
  };
}
