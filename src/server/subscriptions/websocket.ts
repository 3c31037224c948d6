import { type FormattedExecutionResult } from "graphql";
import { type Duplex } from "node:stream";
import { CloseCode, type Message, MessageType, validateMessage } from "graphql-ws";
import { type WebSocket } from "ws";
import { type Caller } from "../../graph/index.ts";
import { type Authentication, type Refusal } from "../auth/index.ts";
import { watchCredential } from "../auth/lifetime.ts";
import { type OnRefused } from "../http/connections/index.ts";
import { type Logger } from "../logging/log.ts";
import { type Operation } from "./apollo-admission.ts";
import { type Connection, type SubscriptionLimits } from "./limits.ts";
import { type OperationOutcome, type RunOperation } from "./execution.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

type Farewell = readonly [code: number, reason: string];

/** "Service Restart" in the registry of RFC 6455: clients connect again after a moment. */
const RESTART: Farewell = [1012, "Service Restart"];

/** 4403 and not 4401, on which clients give up: on this one they come back, with a new credential if they have one. */
const EXPIRED: Farewell = [CloseCode.Forbidden, "The credential has expired or was withdrawn"];

const REFUSED: Readonly<Record<Refusal["code"], Farewell>> = {
  UNAUTHENTICATED: [CloseCode.Forbidden, "The caller could not be authenticated"],
  AUTHENTICATION_UNAVAILABLE: [1013, "Callers cannot be authenticated at present"], // "Try Again Later".
};

const TOO_LARGE: Farewell = [1009, "Too much before connection_ack"]; // "Message Too Big".

const DISPLACED: Farewell = [1013, "Too many connections are waiting to be authenticated"];

interface SocketOptions {
  pipeline: RunOperation;
  /** By what `connection_init` brings, and the request for the socket. */
  authenticate: (parameters: unknown) => Authentication | Promise<Authentication>;
  limits: SubscriptionLimits;
  log: Logger;
  onRefused: OnRefused;
  /** Called when the caller is known. */
  onAcknowledged: () => void;
}

interface Running {
  readonly id: string;
  readonly leaving: AbortController;
  /** False while the caller may be owed a reply. */
  isStream: boolean;
}

/**
 * One caller by graphql-transport-ws. Messages and codes are graphql-ws' own; its server is not used, because it wants
 * to validate and execute by itself, and cannot tell replies, which a stop waits for, from subscriptions.
 */
export class WebSocketConnection implements Connection {
  readonly closed: Promise<void>;
  readonly #wire: WebSocketTransport;
  readonly #maxOperations: number;
  readonly #pipeline: RunOperation;
  readonly #authenticate: (parameters: unknown) => Authentication | Promise<Authentication>;
  readonly #log: Logger;
  readonly #onRefused: OnRefused;
  readonly #onAcknowledged: () => void;
  /** By the caller's ids. What the caller has completed is no longer here, though it may need a moment to end. */
  readonly #operations = new Map<string, Running>();
  #unfinished = 0;
  #isGreeted = false;
  #caller: Caller | undefined;
  #stopWatching = (): void => undefined;
  #farewell: Farewell | undefined;
  #isClosing = false;

  /** `stream`: under the socket. */
  constructor(socket: WebSocket, stream: Duplex, options: SocketOptions) {
    const { pipeline, authenticate, limits, log, onRefused, onAcknowledged } = options;
    this.#pipeline = pipeline;
    this.#authenticate = authenticate;
    this.#log = log;
    this.#onRefused = onRefused;
    this.#maxOperations = limits.maxOperations;
    this.#wire = new WebSocketTransport(socket, limits, log, onRefused, (text) => this.#receive(text));
    const stopCounting = this.#wire.limitArrival(stream, limits.maxInitBytes, () => {
      onRefused("init_bytes");
      this.#close(...TOO_LARGE);
    });
    this.#onAcknowledged = () => {
      stopCounting();
      onAcknowledged();
    };
    const patience = setTimeout(() => {
      if (this.#isGreeted || this.#isClosing) return;
      onRefused("init_timeout");
      this.#close(CloseCode.ConnectionInitialisationTimeout, "No connection_init in time");
    }, limits.initMs);
    this.closed = this.#wire.closed.then(() => {
      clearTimeout(patience);
      this.#isClosing = true;
      this.#stopWatching();
      this.#abandon();
    });
  }

  drain(): void {
    this.#farewell ??= RESTART;
    this.#closeIfIdle();
  }

  destroy(): void {
    this.#wire.destroy();
  }

  /** Gives its place among those that are not authenticated yet to a newer one. */
  displace(): void {
    this.#onRefused("unauthenticated");
    this.#close(...DISPLACED);
  }

  #receive(text: string): void {
    if (this.#isClosing) return; // What was on its way already.
    const message = parsed(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        if (this.#isGreeted) this.#close(CloseCode.TooManyInitialisationRequests, "Initialised already");
        else void this.#greet(message.payload);
        break;
      case MessageType.Ping:
        this.#wire.pushText(pong(message.payload));
        break;
      case MessageType.Pong:
        break;
      case MessageType.Subscribe:
        this.#subscribe(message.id, message.payload);
        break;
      case MessageType.Complete:
        this.#operations.get(message.id)?.leaving.abort();
        this.#operations.delete(message.id);
        break;
      default:
        this.#close(CloseCode.BadRequest, "Invalid message");
    }
  }

  async #greet(parameters: unknown): Promise<void> {
    this.#isGreeted = true;
    const prove = () => this.#authenticate(parameters);
    const answer = await prove();
    if (this.#isClosing) return;
    if ("refusal" in answer) {
      this.#close(...REFUSED[answer.refusal.code]);
      return;
    }
    this.#caller = answer.caller;
    this.#stopWatching = watchCredential(answer.caller, prove, () => this.#expire());
    this.#onAcknowledged();
    this.#wire.push({ type: MessageType.ConnectionAck });
  }

  /** No more events and nothing new; what was asked for before is answered. */
  #expire(): void {
    for (const { id, leaving, isStream } of this.#operations.values()) {
      if (!isStream) continue;
      leaving.abort();
      this.#operations.delete(id);
    }
    this.#farewell = EXPIRED;
    this.#closeIfIdle();
  }

  #subscribe(id: string, operation: Operation): void {
    const caller = this.#caller;
    if (!caller) {
      this.#close(CloseCode.Unauthorized, "connection_init comes first");
    } else if (this.#operations.has(id)) {
      this.#close(CloseCode.SubscriberAlreadyExists, "This id is in use");
    } else if (this.#isFull()) {
      const message = `No more than ${this.#maxOperations} operations at once on one connection`;
      const payload = [{ message, extensions: { code: "TOO_MANY_OPERATIONS" } }];
      this.#wire.push({ id, type: MessageType.Error, payload });
    } else if (!this.#farewell) {
      // Else the close that follows makes clients ask again.
      this.#start(id, operation, caller);
    }
  }

  /** What was completed counts apart, with as much room: starting and leaving at once must not pile up work either. */
  #isFull(): boolean {
    return this.#operations.size >= this.#maxOperations || this.#unfinished >= 2 * this.#maxOperations;
  }

  #start(id: string, operation: Operation, caller: Caller): void {
    const running: Running = { id, leaving: new AbortController(), isStream: false };
    this.#operations.set(id, running);
    this.#run(running, operation, caller).catch((err: unknown) => {
      this.#log.error({ err }, "an operation could not be answered");
      this.#close(CloseCode.InternalServerError, "Internal server error");
    });
  }

  async #run(running: Running, operation: Operation, caller: Caller): Promise<void> {
    this.#unfinished += 1;
    try {
      const answer = await this.#pipeline(operation, running.leaving.signal, caller);
      await (answer.isStream ? this.#stream(running, answer.events) : this.#reply(running, answer.reply));
    } finally {
      this.#unfinished -= 1;
    }
    if (this.#isCurrent(running)) this.#operations.delete(running.id);
    this.#closeIfIdle();
  }

  async #reply(running: Running, result: FormattedExecutionResult): Promise<void> {
    if (!this.#isCurrent(running)) return;
    await this.#wire.reply(asMessage(running.id, result));
    if (this.#isCurrent(running) && isData(result)) this.#wire.push({ id: running.id, type: MessageType.Complete });
  }

  async #stream(running: Running, events: (OperationOutcome & { isStream: true })["events"]): Promise<void> {
    running.isStream = true;
    this.#closeIfIdle();
    let hasFailed = false;
    for await (const result of events) {
      if (!this.#isCurrent(running)) return;
      this.#wire.push(asMessage(running.id, result));
      hasFailed = !isData(result);
    }
    if (this.#isCurrent(running) && !hasFailed) this.#wire.push({ id: running.id, type: MessageType.Complete });
  }

  /** Callers may use an id again once they have completed it: the old operation must not speak for the new one. */
  #isCurrent(running: Running): boolean {
    return this.#operations.get(running.id) === running;
  }

  /** A reply under way may be a mutation's, and nobody else will hear what came of it. */
  #closeIfIdle(): void {
    const isIdle = [...this.#operations.values()].every(({ isStream }) => isStream);
    if (this.#farewell && isIdle) this.#close(...this.#farewell);
  }

  #close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#abandon();
    this.#wire.close(code, reason);
  }

  #abandon(): void {
    for (const { leaving } of this.#operations.values()) leaving.abort();
    this.#operations.clear();
  }
}

interface Heartbeat {
  type: MessageType.Ping | MessageType.Pong;
  payload?: unknown;
}

function parsed(text: string): Heartbeat | Exclude<Message, { type: Heartbeat["type"] }> | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isHeartbeat(message) ? message : validateMessage(message);
  } catch {
    return undefined; // The error would quote the message.
  }
}

/** The protocol wants payloads that are objects here. Clients send others, and no harm comes of them. */
function isHeartbeat(message: unknown): message is Heartbeat {
  const type = typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
  return type === MessageType.Ping || type === MessageType.Pong;
}

/** The answer to a ping, with its payload, if there is one. */
function pong(payload: unknown): string {
  try {
    return JSON.stringify({ type: MessageType.Pong, payload });
  } catch {
    return JSON.stringify({ type: MessageType.Pong }); // V8 parses deeper nesting than it can write: some thousand levels.
  }
}

/** A result without data says that the request, or the whole subscription, failed: nothing comes after it. */
function isData(result: FormattedExecutionResult): boolean {
  return result.data !== undefined;
}

function asMessage(id: string, result: FormattedExecutionResult): Message {
  return isData(result)
    ? { id, type: MessageType.Next, payload: result }
    : { id, type: MessageType.Error, payload: result.errors ?? [] };
}
