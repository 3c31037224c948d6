import { type Message, stringifyMessage } from "graphql-ws";
import { type WebSocket } from "ws";
import { type Logger } from "../log.ts";
import { Backlog } from "./backlog.ts";
import { type LiveLimits } from "./limits.ts";

/** A WebSocket that lets go of callers who are dead or do not read. */
export class Wire {
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #limits: LiveLimits;
  readonly #log: Logger;
  readonly #backlog: Backlog;
  #isAlive = true;
  #lastResort: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, limits: LiveLimits, log: Logger, receive: (text: string) => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#log = log;
    this.#backlog = new Backlog(limits, () => this.#drop("reads too slowly"));
    const heartbeat = setInterval(() => this.#beat(), limits.pingMs);
    socket.on("pong", () => (this.#isAlive = true));
    socket.on("ping", (data) => {
      if (!this.#backlog.isLong) socket.pong(data); // Who does not read could ask for ever.
    });
    socket.on("message", (data) => {
      this.#isAlive = true;
      receive(Buffer.isBuffer(data) ? data.toString() : "");
    });
    socket.on("error", (err) => log.debug({ err }, "a socket failed")); // It closes by itself.
    this.closed = new Promise((resolve) => {
      socket.once("close", (code) => {
        clearInterval(heartbeat);
        clearTimeout(this.#lastResort);
        this.#backlog.clear();
        log.debug({ code }, "a socket closed");
        resolve();
      });
    });
  }

  /** Sends what the caller does not wait for, such as events. */
  push(message: Message): void {
    const text = stringifyMessage(message);
    this.#socket.send(text, this.#backlog.add(text));
  }

  /** Sends what the caller asked for, however large. Resolves when it is on its way, or the socket is gone. */
  reply(message: Message): Promise<void> {
    return new Promise((resolve) => this.#socket.send(stringifyMessage(message), () => resolve()));
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    this.#socket.close(code, reason);
    this.#lastResort ??= setTimeout(() => this.destroy(), this.#limits.closeMs);
  }

  /** Without a word: a close frame would wait behind what is unread. */
  destroy(): void {
    this.#socket.terminate();
  }

  #beat(): void {
    if (!this.#isAlive) this.#drop("gives no sign of life");
    this.#isAlive = false;
    this.#socket.ping();
  }

  #drop(why: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#log.warn({ why }, "a caller was dropped from its socket");
    this.destroy();
  }
}
