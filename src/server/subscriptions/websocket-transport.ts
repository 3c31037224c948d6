import { type Duplex } from "node:stream";
import { type Message, stringifyMessage } from "graphql-ws";
import { type WebSocket } from "ws";
import { type OnRefused } from "../http/connections/index.ts";
import { type Logger } from "../logging/log.ts";
import { SendBuffer } from "./send-buffer.ts";
import { type SubscriptionLimits } from "./limits.ts";

const REASONS = { unread: "reads too slowly", silent: "answers no ping" } as const;

interface TransportOptions {
  socket: WebSocket;
  limits: SubscriptionLimits;
  log: Logger;
  onRefused: OnRefused;
  /** Called with each message; empty for binary ones. */
  receive: (text: string) => void;
}

/** A WebSocket that drops dead and slow clients. */
export class WebSocketTransport {
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #limits: SubscriptionLimits;
  readonly #log: Logger;
  readonly #onRefused: OnRefused;
  readonly #sendBuffer: SendBuffer;
  /** The last ping that came while a pong was being sent. */
  #unanswered: Buffer | undefined;
  #isPonging = false;
  #isAlive = true;
  #lastResort: NodeJS.Timeout | undefined;

  constructor({ socket, limits, log, onRefused, receive }: TransportOptions) {
    this.#socket = socket;
    this.#limits = limits;
    this.#log = log;
    this.#onRefused = onRefused;
    this.#sendBuffer = new SendBuffer(limits, () => this.#drop("unread"));
    const heartbeat = setInterval(() => this.#heartbeat(), limits.pingMs);
    socket.on("pong", () => (this.#isAlive = true));
    socket.on("ping", (data) => this.#pong(data));
    socket.on("message", (data) => {
      this.#isAlive = true;
      receive(Buffer.isBuffer(data) ? data.toString() : "");
    });
    socket.on("error", (err) => log.debug({ err }, "a socket failed")); // It closes by itself.
    this.closed = new Promise((resolve) => {
      socket.once("close", (code) => {
        clearInterval(heartbeat);
        clearTimeout(this.#lastResort);
        this.#sendBuffer.clear();
        log.debug({ code }, "a socket closed");
        resolve();
      });
    });
  }

  /** Sends an event, which counts in the send buffer. */
  push(message: Message): void {
    this.pushText(stringifyMessage(message));
  }

  /** Sends a response of any size. Resolves when it is sent, or the socket has closed. */
  reply(message: Message): Promise<void> {
    return new Promise((resolve) => this.#socket.send(stringifyMessage(message), () => resolve()));
  }

  /** Sends a serialised message. */
  pushText(text: string): void {
    this.#socket.send(text, this.#sendBuffer.add(text));
  }

  /** Counts what arrives, frames and all, until the function is called; over `maxBytes` it reads no more. */
  limitArrival(stream: Duplex, maxBytes: number, onExcess: () => void): () => void {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      stream.removeAllListeners("data"); // The library's, too: what comes is discarded.
      stream.resume();
      onExcess();
    };
    stream.prependListener("data", count);
    return () => void stream.off("data", count);
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    this.#socket.close(code, reason);
    this.#lastResort ??= setTimeout(() => this.destroy(), this.#limits.closeMs);
  }

  /** Without a close frame, which would wait behind the send buffer. */
  destroy(): void {
    this.#socket.terminate();
  }

  /** RFC 6455, 5.5.3: pings that come faster than their pongs can be sent may be answered by one pong, to the latest. */
  #pong(data: Buffer): void {
    if (this.#isPonging) {
      this.#unanswered = Buffer.from(data); // A copy: the original may be part of a large buffer.
      return;
    }
    this.#isPonging = true;
    this.#socket.pong(data, false, () => {
      this.#isPonging = false;
      const next = this.#unanswered;
      this.#unanswered = undefined;
      if (next && this.#socket.readyState === this.#socket.OPEN) this.#pong(next);
    });
  }

  #heartbeat(): void {
    if (!this.#isAlive) this.#drop("silent");
    this.#isAlive = false;
    this.#socket.ping();
  }

  #drop(reason: keyof typeof REASONS): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#log.warn({ why: REASONS[reason] }, "a caller was dropped from its socket");
      this.#onRefused(reason);
    }
    this.destroy();
  }
}
