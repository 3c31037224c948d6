import { type IncomingMessage, type ServerResponse } from "node:http";
import { type ApolloServer } from "@apollo/server";
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Caller, type GraphContext } from "../../../graph/index.ts";
import { type Authenticator } from "../../auth/index.ts";
import { watchCredential } from "../../auth/credential-expiry.ts";
import { credentialsOf } from "../../auth/credentials.ts";
import { apolloHandler } from "../../graphql/apollo-handler.ts";
import { DISCONNECTED, onAbort } from "../../http/abort-signal.ts";
import { isJson } from "../../http/content-type.ts";
import { type OnRefused } from "../../http/connections/index.ts";
import { refuse } from "../../http/error-responses.ts";
import { type Logger } from "../../logging/log.ts";
import { type OperationInstrumentation } from "../../telemetry/index.ts";
import { type Operation } from "../apollo-admission.ts";
import { type OperationOutcome, type OperationRunner, type RunnerOptions } from "../execution.ts";
import { type Connection, type SubscriptionLimits } from "../limits.ts";
import { type Admission } from "../websocket-upgrade.ts";
import { type Callbacks } from "./callback.ts";
import { callbackIn } from "./callback-request.ts";
import { EVENT_STREAM, type StreamFormat } from "./formats.ts";
import { type LiveDelivery, liveDeliveryOf } from "./negotiation.ts";
import { isOfOtherSite, operationIn, subscriptionInUrl } from "./request.ts";
import { ResponseStream } from "./response-stream.ts";

export interface HttpTransportOptions<Context extends GraphContext> {
  apollo: ApolloServer<Context>;
  context: RunnerOptions<Context>["context"];
  runner: OperationRunner<Context>;
  authenticator: Authenticator;
  limits: SubscriptionLimits;
  log: Logger;
  onRefused: OnRefused;
  corsOrigins: readonly string[];
  /** Largest document of a GET. */
  maxTokens: number;
  /** Undefined: subscriptions by callbacks are refused. */
  callbacks: Callbacks | undefined;
  /** Reserves a place for one more stream or callback, or refuses it. */
  admit: (request: IncomingMessage) => Admission;
  keep: (connection: Connection, kind: "stream" | "callback") => void;
}

/** Answers a request to /graphql that takes live results; undefined: it takes none. */
export type AnswerLive = (
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  instrumentation: OperationInstrumentation,
) => Promise<unknown> | undefined;

/** Streams and callbacks over HTTP. The handler of graphql-sse is not used: it queues events of slow clients without limit. */
export class HttpTransports<Context extends GraphContext> {
  readonly #options: HttpTransportOptions<Context>;

  constructor(options: HttpTransportOptions<Context>) {
    this.#options = options;
  }

  /** Server-sent events at /graphql/stream, whatever the caller accepts. No GET: the URL would contain variables. */
  async route(http: FastifyInstance, callerOf: (request: FastifyRequest) => Caller): Promise<void> {
    await http.register((scope, _, done) => {
      scope.removeContentTypeParser("text/plain"); // Pages of other sites may send it without CORS.
      scope.post("/graphql/stream", (request, reply) =>
        this.#stream(request, reply, EVENT_STREAM, { operation: operationIn(request), caller: callerOf(request) }),
      );
      done();
    });
  }

  /**
   * Subscriptions at /graphql, as the caller's `Accept` says. Callers that take no JSON get the response to any operation as
   * a stream; others the response of Apollo, unless the operation is a subscription.
   */
  readonly answer: AnswerLive = (request, reply, caller, instrumentation) => {
    const delivery = liveDeliveryOf(request.headers.accept);
    if (!delivery) return undefined;
    const { format, isOnly } = delivery;
    if (!isOnly || !format) return this.#afterApollo(request, reply, delivery, { caller, instrumentation });
    if (request.method === "POST" && isJson(request.headers)) {
      const operation = operationIn(request);
      return Promise.resolve(this.#stream(request, reply, format, { operation, caller, instrumentation }));
    }
    const { authenticator, corsOrigins, maxTokens } = this.#options;
    if (request.method !== "GET" || (!authenticator.isRequired && isOfOtherSite(request, corsOrigins)))
      return undefined;
    const operation = subscriptionInUrl(request, maxTokens);
    return operation && Promise.resolve(this.#stream(request, reply, format, { operation, caller, instrumentation }));
  };

  #stream(
    request: FastifyRequest,
    reply: FastifyReply,
    format: StreamFormat,
    asked: { operation: Operation | undefined; caller: Caller; instrumentation?: OperationInstrumentation },
  ): FastifyReply {
    const { operation, caller, instrumentation } = asked;
    if (!operation) {
      const message = "The body must be an object with a query or its hash, and may have operationName and variables";
      return refuse(reply, 400, "BAD_REQUEST", message);
    }
    const admission = this.#options.admit(request.raw);
    if ("refusal" in admission) return refuse(reply, ...admission.refusal);
    reply.raw.once("close", admission.release);
    const abort = new AbortController();
    const outcome = () => this.#options.runner.run(operation, abort.signal, caller, instrumentation);
    return this.#open(request, reply, { format, abort, caller, outcome });
  }

  /** Apollo runs the operation, unless it is a subscription, which passes all its stages and is returned. */
  async #afterApollo(
    request: FastifyRequest,
    reply: FastifyReply,
    { format }: LiveDelivery,
    { caller, instrumentation }: { caller: Caller; instrumentation: OperationInstrumentation },
  ): Promise<unknown> {
    const { apollo, runner, callbacks } = this.#options;
    const abort = new AbortController();
    onAbort(reply, () => abort.abort(DISCONNECTED));
    const context = this.#options.context(abort.signal, caller, instrumentation);
    const admitted = runner.awaitSubscription(context);
    const response = await apolloHandler(apollo, () => context)(request, reply);
    const operation = admitted.document && operationIn(request);
    if (!admitted.document || !operation) return response;

    for (const name of ["content-length", "content-type"]) reply.removeHeader(name);
    const { document } = admitted;
    const subscribe = () => runner.subscribe(document, operation, context, instrumentation);
    const callback = format ? undefined : callbackIn(operation, caller, callbacks?.origins);
    if (callback && "refusal" in callback) return refuse(reply, ...callback.refusal);
    const admission = this.#options.admit(request.raw);
    if ("refusal" in admission) return refuse(reply, ...admission.refusal);
    if (format) {
      reply.raw.once("close", admission.release);
      return this.#open(request, reply, { format, abort, caller, outcome: subscribe });
    }
    if (!callback || !callbacks) throw new Error("A delivery is a stream or a callback");
    const connection = callbacks.open(callback, abort);
    void connection.closed.then(admission.release);
    this.#watch(connection, request, caller);
    this.#options.keep(connection, "callback");
    const { status, body } = await connection.begin(subscribe);
    return reply.code(status).header("subscription-protocol", "callback/1.0").send(body);
  }

  #open(
    request: FastifyRequest,
    reply: FastifyReply,
    stream: { format: StreamFormat; abort: AbortController; caller: Caller; outcome: () => Promise<OperationOutcome> },
  ): FastifyReply {
    const { limits, log, onRefused, keep } = this.#options;
    const { format, abort, caller, outcome } = stream;
    const response = hijack(reply);
    const connection = new ResponseStream(response, { format, abort, limits, log, onRefused });
    keep(connection, "stream");
    this.#watch(connection, request, caller);
    outcome()
      .then((result) => connection.send(result))
      .catch((err: unknown) => {
        log.error({ err }, "an operation could not be answered");
        connection.destroy();
      });
    return reply;
  }

  #watch(connection: Connection & { drain(why: string): void }, request: FastifyRequest, caller: Caller): void {
    const authenticate = () => this.#options.authenticator.authenticate(credentialsOf(request.raw));
    const end = () => connection.drain("the credential has expired or was withdrawn");
    void connection.closed.then(watchCredential(caller, authenticate, end));
  }
}

/** Takes the response from Fastify, with the headers that it would set on its replies, CORS included. */
function hijack(reply: FastifyReply): ServerResponse {
  for (const [name, value = ""] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value);
  reply.hijack();
  return reply.raw;
}
