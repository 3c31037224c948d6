import { type ServerResponse } from "node:http";
import { type FormattedExecutionResult } from "graphql";
import { type OnRefused } from "../../http/connections/index.ts";
import { type Logger } from "../../logging/log.ts";
import { SendBuffer } from "../send-buffer.ts";
import { type Connection, type SubscriptionLimits } from "../limits.ts";
import { type OperationOutcome } from "../execution.ts";
import { type StreamFormat } from "./formats.ts";

interface StreamOptions {
  format: StreamFormat;
  /** Aborts the operation. */
  abort: AbortController;
  limits: SubscriptionLimits;
  log: Logger;
  onRefused: OnRefused;
}

/** One operation of a caller, answered by a stream. */
export class ResponseStream implements Connection {
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #abort: AbortController;
  readonly #limits: SubscriptionLimits;
  readonly #sendBuffer: SendBuffer;
  /** False while a response may be pending. */
  #isStream = false;
  /** Set once the stream is to end. */
  #closeReason: string | undefined;

  constructor(response: ServerResponse, { format, abort, limits, log, onRefused }: StreamOptions) {
    this.#response = response;
    this.#format = format;
    this.#abort = abort;
    this.#limits = limits;
    this.#sendBuffer = new SendBuffer(limits, () => {
      log.warn({ why: "reads too slowly" }, "a caller was dropped from its stream");
      onRefused("unread");
      this.destroy();
    });
    response.writeHead(200, {
      "content-type": format.contentType,
      "cache-control": "no-store",
      "x-accel-buffering": "no", // nginx would buffer events.
      connection: "close", // An idle connection would keep the server from stopping.
    });
    response.write(format.start);
    const beat = () => response.write(format.heartbeat, this.#sendBuffer.add(format.heartbeat));
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

  async send(outcome: OperationOutcome): Promise<void> {
    if (outcome.isStream) {
      this.#isStream = true;
      if (this.#closeReason !== undefined) this.drain();
      for await (const result of outcome.events) this.#push(result);
    } else if (!this.#abort.signal.aborted) {
      this.#response.write(this.#format.next(outcome.reply)); // Responses have no size limit.
    }
    if (this.#abort.signal.aborted) return;
    this.#response.end(this.#format.complete);
  }

  drain(why = "the server restarts"): void {
    this.#closeReason ??= why;
    if (!this.#isStream) return; // It may be a mutation, whose outcome is sent only once.
    this.#abort.abort();
    if (!this.#response.writableEnded) this.#response.end(this.#format.interrupted(this.#closeReason));
    const lastResort = setTimeout(() => this.destroy(), this.#limits.closeMs);
    void this.closed.then(() => clearTimeout(lastResort));
  }

  destroy(): void {
    this.#abort.abort();
    this.#response.destroy();
  }

  #push(result: FormattedExecutionResult): void {
    if (this.#abort.signal.aborted) return;
    const text = this.#format.next(result);
    this.#response.write(text, this.#sendBuffer.add(text));
  }
}
