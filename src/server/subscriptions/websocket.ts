import { type FormattedExecutionResult } from "graphql";
import { type Duplex } from "node:stream";
import { CloseCode, type Message, MessageType, validateMessage } from "graphql-ws";
import { type WebSocket } from "ws";
import { type Caller } from "../../graph/index.ts";
import { type Authentication, type Refusal } from "../auth/index.ts";
import { watchCredential } from "../auth/credential-expiry.ts";
import { type OnRefused } from "../http/connections/index.ts";
import { type Logger } from "../logging/log.ts";
import { type Operation } from "./apollo-admission.ts";
import { type Connection, type SubscriptionLimits } from "./limits.ts";
import { type OperationOutcome, type RunOperation } from "./execution.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

type CloseFrame = readonly [code: number, reason: string];

/** "Service Restart" in the registry of RFC 6455: clients connect again after a moment. */
const RESTART: CloseFrame = [1012, "Service Restart"];

/** 4403 and not 4401: clients reconnect after it, if possible with a new credential. */
const EXPIRED: CloseFrame = [CloseCode.Forbidden, "The credential has expired or was withdrawn"];

const REFUSED: Readonly<Record<Refusal["code"], CloseFrame>> = {
  UNAUTHENTICATED: [CloseCode.Forbidden, "The caller could not be authenticated"],
  AUTHENTICATION_UNAVAILABLE: [1013, "Callers cannot be authenticated at present"], // "Try Again Later".
};

const TOO_LARGE: CloseFrame = [1009, "Too much before connection_ack"]; // "Message Too Big".

const DISPLACED: CloseFrame = [1013, "Too many connections are waiting to be authenticated"];

interface SocketOptions {
  pipeline: RunOperation;
  /** By the payload of `connection_init`, and the headers of the upgrade request. */
  authenticate: (parameters: unknown) => Authentication | Promise<Authentication>;
  limits: SubscriptionLimits;
  log: Logger;
  onRefused: OnRefused;
  /** Called once the caller is authenticated. */
  onAcknowledged: () => void;
}

interface Running {
  readonly id: string;
  readonly abort: AbortController;
  /** False while a response may be pending. */
  isStream: boolean;
}

/**
 * One graphql-transport-ws connection. Messages and codes are those of graphql-ws. Its server is not used: it validates and
 * executes by itself, and does not distinguish responses, which a drain waits for, from subscriptions.
 */
export class WebSocketConnection implements Connection {
  readonly closed: Promise<void>;
  readonly #transport: WebSocketTransport;
  readonly #maxOperations: number;
  readonly #pipeline: RunOperation;
  readonly #authenticate: (parameters: unknown) => Authentication | Promise<Authentication>;
  readonly #log: Logger;
  readonly #onRefused: OnRefused;
  readonly #onAcknowledged: () => void;
  /** By the client's ids. Completed operations are removed at once, though they may still run. */
  readonly #operations = new Map<string, Running>();
  #unfinished = 0;
  #isInitialised = false;
  #caller: Caller | undefined;
  #stopWatching = (): void => undefined;
  #closeFrame: CloseFrame | undefined;
  #isClosing = false;

  /** `stream`: under the socket. */
  constructor(socket: WebSocket, stream: Duplex, options: SocketOptions) {
    const { pipeline, authenticate, limits, log, onRefused, onAcknowledged } = options;
    this.#pipeline = pipeline;
    this.#authenticate = authenticate;
    this.#log = log;
    this.#onRefused = onRefused;
    this.#maxOperations = limits.maxOperations;
    this.#transport = new WebSocketTransport({
      socket,
      limits,
      log,
      onRefused,
      receive: (text) => this.#receive(text),
    });
    const stopCounting = this.#transport.limitArrival(stream, limits.maxInitBytes, () => {
      onRefused("init_bytes");
      this.#close(...TOO_LARGE);
    });
    this.#onAcknowledged = () => {
      stopCounting();
      onAcknowledged();
    };
    const initTimeout = setTimeout(() => {
      if (this.#isInitialised || this.#isClosing) return;
      onRefused("init_timeout");
      this.#close(CloseCode.ConnectionInitialisationTimeout, "No connection_init in time");
    }, limits.initMs);
    this.closed = this.#transport.closed.then(() => {
      clearTimeout(initTimeout);
      this.#isClosing = true;
      this.#stopWatching();
      this.#abortOperations();
    });
  }

  drain(): void {
    this.#closeFrame ??= RESTART;
    this.#closeIfIdle();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  /** Closes this unauthenticated connection in favour of a newer one. */
  displace(): void {
    this.#onRefused("unauthenticated");
    this.#close(...DISPLACED);
  }

  #receive(text: string): void {
    if (this.#isClosing) return; // Messages in transit.
    const message = parsed(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        if (this.#isInitialised) this.#close(CloseCode.TooManyInitialisationRequests, "Initialised already");
        else void this.#init(message.payload);
        break;
      case MessageType.Ping:
        this.#transport.pushText(pong(message.payload));
        break;
      case MessageType.Pong:
        break;
      case MessageType.Subscribe:
        this.#subscribe(message.id, message.payload);
        break;
      case MessageType.Complete:
        this.#operations.get(message.id)?.abort.abort();
        this.#operations.delete(message.id);
        break;
      default:
        this.#close(CloseCode.BadRequest, "Invalid message");
    }
  }

  async #init(parameters: unknown): Promise<void> {
    this.#isInitialised = true;
    const authenticate = () => this.#authenticate(parameters);
    const answer = await authenticate();
    if (this.#isClosing) return;
    if ("refusal" in answer) {
      this.#close(...REFUSED[answer.refusal.code]);
      return;
    }
    this.#caller = answer.caller;
    this.#stopWatching = watchCredential(answer.caller, authenticate, () => this.#expire());
    this.#onAcknowledged();
    this.#transport.push({ type: MessageType.ConnectionAck });
  }

  /** Ends subscriptions and takes no new operations; pending ones are answered. */
  #expire(): void {
    for (const { id, abort, isStream } of this.#operations.values()) {
      if (!isStream) continue;
      abort.abort();
      this.#operations.delete(id);
    }
    this.#closeFrame = EXPIRED;
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
      this.#transport.push({ id, type: MessageType.Error, payload });
    } else if (!this.#closeFrame) {
      // Else the connection closes, and clients retry.
      this.#start(id, operation, caller);
    }
  }

  /** Completed operations that still run have a limit of the same size: subscribe/complete loops must not pile up work. */
  #isFull(): boolean {
    return this.#operations.size >= this.#maxOperations || this.#unfinished >= 2 * this.#maxOperations;
  }

  #start(id: string, operation: Operation, caller: Caller): void {
    const running: Running = { id, abort: new AbortController(), isStream: false };
    this.#operations.set(id, running);
    this.#run(running, operation, caller).catch((err: unknown) => {
      this.#log.error({ err }, "an operation could not be answered");
      this.#close(CloseCode.InternalServerError, "Internal server error");
    });
  }

  async #run(running: Running, operation: Operation, caller: Caller): Promise<void> {
    this.#unfinished += 1;
    try {
      const answer = await this.#pipeline(operation, running.abort.signal, caller);
      await (answer.isStream ? this.#stream(running, answer.events) : this.#reply(running, answer.reply));
    } finally {
      this.#unfinished -= 1;
    }
    if (this.#isCurrent(running)) this.#operations.delete(running.id);
    this.#closeIfIdle();
  }

  async #reply(running: Running, result: FormattedExecutionResult): Promise<void> {
    if (!this.#isCurrent(running)) return;
    await this.#transport.reply(asMessage(running.id, result));
    if (this.#isCurrent(running) && isData(result))
      this.#transport.push({ id: running.id, type: MessageType.Complete });
  }

  async #stream(running: Running, events: (OperationOutcome & { isStream: true })["events"]): Promise<void> {
    running.isStream = true;
    this.#closeIfIdle();
    let hasFailed = false;
    for await (const result of events) {
      if (!this.#isCurrent(running)) return;
      this.#transport.push(asMessage(running.id, result));
      hasFailed = !isData(result);
    }
    if (this.#isCurrent(running) && !hasFailed) this.#transport.push({ id: running.id, type: MessageType.Complete });
  }

  /** Clients may reuse an id after `complete`: results of the old operation must not be sent under it. */
  #isCurrent(running: Running): boolean {
    return this.#operations.get(running.id) === running;
  }

  /** Waits for pending responses: the outcome of a mutation is sent only once. */
  #closeIfIdle(): void {
    const isIdle = [...this.#operations.values()].every(({ isStream }) => isStream);
    if (this.#closeFrame && isIdle) this.#close(...this.#closeFrame);
  }

  #close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#abortOperations();
    this.#transport.close(code, reason);
  }

  #abortOperations(): void {
    for (const { abort } of this.#operations.values()) abort.abort();
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

/** The protocol requires objects as payloads here. Some clients send other values, which are harmless. */
function isHeartbeat(message: unknown): message is Heartbeat {
  const type = typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
  return type === MessageType.Ping || type === MessageType.Pong;
}

/** The answer to a ping, with its payload, if there is one. */
function pong(payload: unknown): string {
  try {
    return JSON.stringify({ type: MessageType.Pong, payload });
  } catch {
    return JSON.stringify({ type: MessageType.Pong }); // V8 parses deeper nesting than it serialises: some thousand levels.
  }
}

/** A result without data is the last: the request, or the whole subscription, has failed. */
function isData(result: FormattedExecutionResult): boolean {
  return result.data !== undefined;
}

function asMessage(id: string, result: FormattedExecutionResult): Message {
  return isData(result)
    ? { id, type: MessageType.Next, payload: result }
    : { id, type: MessageType.Error, payload: result.errors ?? [] };
}
