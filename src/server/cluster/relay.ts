import { type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { connect } from "node:net";
import { type Duplex } from "node:stream";
import { headOf, headersOf } from "../request-head.ts";
import { REQUEST_ID } from "../telemetry/correlation.ts";

/** What is said from one end of a connection to the other, and what we say anew. */
const OF_CONNECTION = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];
const NOT_ASKED = new Set([...OF_CONNECTION, "content-length", "expect", REQUEST_ID]);
const NOT_ANSWERED = new Set(OF_CONNECTION);

/** Has requests and sockets answered by another process on this machine, whose socket is at an address. */
export class Relay {
  readonly #address: string;
  readonly #tunnels = new Map<Duplex, Promise<void>>();

  constructor(address: string) {
    this.#address = address;
  }

  /**
   * Sends a request on as it came, with its body, and the reply back as it comes. Leaving on one side is leaving on the
   * other. Each has a connection of its own: none can be closed under a write because it was kept open too long.
   */
  answer(request: IncomingMessage, response: ServerResponse, id: string, body?: Buffer | string): void {
    const { method = "GET", url = "/", rawHeaders } = request;
    const length: [string, string][] = body === undefined ? [] : [["content-length", String(Buffer.byteLength(body))]];
    // So that a "close" in the reply is said because its sender stops, and goes for the caller, too.
    const anew = [["connection", "keep-alive"], [REQUEST_ID, id], ...length];
    const headers = [...headersOf(rawHeaders, NOT_ASKED), ...anew].flat();
    let hasArrived = false;
    const there = send({ socketPath: this.#address, method, path: url, headers, agent: false }, (reply) => {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      const isLast = reply.headers.connection === "close";
      const answered = [...headersOf(reply.rawHeaders, NOT_ANSWERED), ...(isLast ? [["connection", "close"]] : [])];
      response.writeHead(reply.statusCode ?? 502, answered.flat());
      reply.on("error", () => response.destroy()).pipe(response);
    });
    there.on("socket", (socket) => socket.once("connect", () => (hasArrived = true)));
    there.on("error", () => {
      // What it has begun to work on ends as a crash of one process ends it: without an answer, which means anything.
      if (hasArrived || response.headersSent) response.destroy();
      else unavailable(response);
    });
    response.once("close", () => {
      if (!response.writableFinished) there.destroy();
    });
    there.end(body);
  }

  /** Joins a connection that is to become a socket with one to the other process. */
  tunnel(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const there = connect(this.#address);
    const closed = new Promise<void>((resolve) => stream.once("close", resolve));
    this.#tunnels.set(stream, closed);
    void closed.then(() => this.#tunnels.delete(stream));
    for (const [end, other] of [
      [stream, there],
      [there, stream],
    ] as const) {
      end.on("error", () => other.destroy());
      end.once("close", () => other.destroy());
    }
    there.write(headOf(request), "latin1");
    there.write(head);
    stream.pipe(there).pipe(stream);
  }

  /** Resolves when the last socket is closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#tunnels.values());
  }

  destroy(): void {
    for (const stream of this.#tunnels.keys()) stream.destroy();
  }
}

function unavailable(response: ServerResponse): void {
  const errors = [{ message: "The server is starting or stopping", extensions: { code: "SERVICE_UNAVAILABLE" } }];
  response.writeHead(503, { "content-type": "application/json; charset=utf-8", connection: "close" });
  response.end(JSON.stringify({ errors }));
}
