import { type IncomingMessage, type ServerResponse } from "node:http";
import { type FastifyInstance, type FastifyRequest } from "fastify";
import { type FormattedExecutionResult } from "graphql";
import { z } from "zod";
import { type Caller } from "../../graph/index.ts";
import { type OnRefused } from "../http/connections/index.ts";
import { withDocumentId } from "../graphql/trusted-documents.ts";
import { type Logger } from "../logging/log.ts";
import { refuse } from "../http/error-responses.ts";
import { CORRELATION_NAMES, REQUEST_ID } from "../telemetry/index.ts";
import { SendBuffer } from "./send-buffer.ts";
import { type Operation } from "./apollo-admission.ts";
import { type Connection, type SubscriptionLimits } from "./limits.ts";
import { type RunOperation } from "./execution.ts";
import { type Admission } from "./websocket-upgrade.ts";

const OPERATION = z
  .object({
    query: z.string().optional(),
    operationName: z.string().nullish(),
    variables: z.record(z.string(), z.unknown()).nullish(),
    extensions: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(({ query, extensions }) => query !== undefined || extensions?.persistedQuery !== undefined)
  .transform(({ query = "", ...rest }) => ({ query, ...rest }));

/**
 * Server-sent events at /graphql/stream, in graphql-sse's "distinct connections mode": one POST, one operation. Its
 * handler is not used: it queues events of slow clients without limit. No GET: the URL would contain variables, and pages
 * of other sites could send it.
 */
export async function acceptEventStreams(
  http: FastifyInstance,
  admit: (request: IncomingMessage) => Admission,
  open: (request: FastifyRequest, response: ServerResponse, operation: Operation) => void,
): Promise<void> {
  await http.register((scope, _, done) => {
    scope.removeContentTypeParser("text/plain"); // Pages of other sites may send it without CORS.
    scope.post("/graphql/stream", (request, reply) => {
      const { success, data } = OPERATION.safeParse(withDocumentId(request.body));
      if (!success) {
        const message = "The body must be an object with a query or its hash, and may have operationName and variables";
        return reply.code(400).send({ errors: [{ message, extensions: { code: "BAD_REQUEST" } }] });
      }
      const admission = admit(request.raw);
      if ("refusal" in admission) return refuse(reply, ...admission.refusal);
      reply.raw.once("close", admission.release);
      // Headers that Fastify would set on its replies, CORS included.
      for (const [name, value = ""] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value);
      reply.hijack();
      // As over a WebSocket, where operations have no headers.
      const correlation = CORRELATION_NAMES.map((name): [string, unknown] => [name, request.headers[name]]);
      const extensions: Operation["extensions"] = {
        ...data.extensions,
        ...Object.fromEntries(correlation),
        [REQUEST_ID]: request.id,
      };
      open(request, reply.raw, { ...data, extensions });
      return reply;
    });
    done();
  });
}

/** A comment, which clients ignore. */
const HEARTBEAT = ":\n\n";

/** One operation of a caller, answered by server-sent events. */
export class EventStreamConnection implements Connection {
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #limits: SubscriptionLimits;
  readonly #sendBuffer: SendBuffer;
  readonly #abort = new AbortController();
  /** False while a response may be pending. */
  #isStream = false;
  /** Set once the stream is to end. */
  #closeReason: string | undefined;

  constructor(response: ServerResponse, limits: SubscriptionLimits, log: Logger, onRefused: OnRefused) {
    this.#response = response;
    this.#limits = limits;
    this.#sendBuffer = new SendBuffer(limits, () => {
      log.warn({ why: "reads too slowly" }, "a caller was dropped from its stream");
      onRefused("unread");
      this.destroy();
    });
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no", // nginx would buffer events.
      connection: "close", // An idle connection would keep the server from stopping.
    });
    response.write(HEARTBEAT); // Some browsers report the headers only with the first byte of the body.
    const beat = () => response.write(HEARTBEAT, this.#sendBuffer.add(HEARTBEAT));
    const heartbeat = setInterval(() => response.writableEnded || beat(), limits.pingMs);
    response.on("error", (err) => log.debug({ err }, "a stream failed")); // `close` follows.
    this.closed = new Promise((resolve) => {
      response.once("close", () => {
        clearInterval(heartbeat);
        this.#sendBuffer.clear();
        this.#abort.abort();
        resolve();
      });
    });
  }

  async run(pipeline: RunOperation, operation: Operation, caller: Caller): Promise<void> {
    const answer = await pipeline(operation, this.#abort.signal, caller);
    if (answer.isStream) {
      this.#isStream = true;
      if (this.#closeReason !== undefined) this.drain();
      for await (const result of answer.events) this.#push(result);
    } else if (!this.#abort.signal.aborted) {
      this.#response.write(asEvent(answer.reply)); // Responses have no size limit.
    }
    if (this.#abort.signal.aborted) return;
    this.#response.end("event: complete\ndata:\n\n");
  }

  drain(why = "the server restarts"): void {
    this.#closeReason ??= why;
    if (!this.#isStream) return; // It may be a mutation, whose outcome is sent only once.
    this.#abort.abort();
    // Without `complete`, which ends the operation: clients reconnect when the stream ends without it.
    if (!this.#response.writableEnded) this.#response.end(`: ${this.#closeReason}\n\n`);
    const lastResort = setTimeout(() => this.destroy(), this.#limits.closeMs);
    void this.closed.then(() => clearTimeout(lastResort));
  }

  destroy(): void {
    this.#abort.abort();
    this.#response.destroy();
  }

  #push(result: FormattedExecutionResult): void {
    if (this.#abort.signal.aborted) return;
    const text = asEvent(result);
    this.#response.write(text, this.#sendBuffer.add(text));
  }
}

function asEvent(result: FormattedExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}
