import { type IncomingMessage, STATUS_CODES, type Server } from "node:http";
import { type BlockList, type Socket } from "node:net";
import { type FastifyInstance } from "fastify";
import { refuse } from "../error-responses.ts";
import { PerAddress, clientAddress } from "./addresses.ts";
import { ArrivingBodies } from "./arriving-bodies.ts";
import { type ArrivalTimes, type ConnectionLimits, type ConnectionRefusal } from "./limits.ts";
import { UnusedConnections } from "./unused-connections.ts";

export { parseNetworks } from "./addresses.ts";
export { ARRIVAL_TIMES, type ArrivalTimes, type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from "./limits.ts";

/** Called for a refused or dropped connection. */
export type OnRefused = (reason: ConnectionRefusal) => void;

interface ConnectionOptions {
  limits: ConnectionLimits;
  /** Proxies whose `X-Forwarded-For` is trusted. Undefined: none. */
  proxies: BlockList | undefined;
  onRefused: OnRefused;
}

/** Limits the connections of a server, in total and by address. */
export class Connections {
  readonly limits: ConnectionLimits;
  readonly onRefused: OnRefused;
  readonly unused = new UnusedConnections();
  readonly #proxies: BlockList | undefined;
  readonly #addresses: PerAddress;

  constructor({ limits, proxies, onRefused }: ConnectionOptions) {
    this.limits = limits;
    this.onRefused = onRefused;
    this.#proxies = proxies;
    this.#addresses = new PerAddress(limits.connectionsPerAddress);
  }

  /** Closes connections over the limits as they come, without a reply: a reply costs more than the connection. */
  guard(server: Server): void {
    server.maxConnections = this.limits.connections;
    server.on("drop", () => this.onRefused("connections"));
    server.on("request", ({ socket }) => this.unused.remove(socket));
    const known = new WeakSet<Socket>(); // `asPlainRequest` emits a connection again.
    server.on("connection", (socket: Socket) => {
      if (known.has(socket)) return;
      known.add(socket);
      const address = clientAddress(socket.remoteAddress, "", this.#proxies);
      if (address === undefined) return;
      const free = this.#addresses.take(address);
      if (free) {
        socket.once("close", free);
      } else {
        this.onRefused("address");
        socket.destroy();
      }
    });
  }

  /**
   * Counts a WebSocket or stream behind a trusted proxy by the client's address; direct connections were counted when they
   * connected. The returned function releases it; undefined: the limit is reached.
   */
  take({ socket, headers }: IncomingMessage): (() => void) | undefined {
    const isDirect = clientAddress(socket.remoteAddress, "", this.#proxies) !== undefined;
    const forwardedFor = headers["x-forwarded-for"];
    const address = clientAddress(socket.remoteAddress, String(forwardedFor ?? ""), this.#proxies);
    if (isDirect || address === undefined) return () => undefined;
    return this.#addresses.take(address);
  }
}

/** Bounds the memory of request bodies that are still arriving. */
export function limitArrivingBodies(
  http: FastifyInstance,
  maxBodyBytes: number,
  { limits, onRefused }: Connections,
): void {
  const bodies = new ArrivingBodies(limits.arrivingBytes, maxBodyBytes);
  http.addHook("preParsing", (request, reply, _payload, next) => {
    const { raw } = request;
    const length = Number(raw.headers["content-length"] ?? 0);
    if (length > 0 || raw.headers["transfer-encoding"] !== undefined) {
      bodies.add(raw, length, () => {
        onRefused("arriving");
        discard(raw);
        reply.raw.once("finish", () => raw.destroy());
        const message = "The request body arrives too slowly, and the server has too many that do";
        refuse(reply.header("connection", "close"), 503, "SERVICE_UNAVAILABLE", message);
      });
    }
    next();
  });
}

/**
 * Releases the received part of a body, which Fastify's listeners hold. A closed connection is released only after all other
 * readable ones have been read: hundreds would stay in memory.
 */
function discard(request: IncomingMessage): void {
  for (const event of ["data", "end", "error"]) request.removeAllListeners(event);
  request.on("error", () => undefined).resume();
}

const LATE = "ERR_HTTP_REQUEST_TIMEOUT";

const UNREADABLE: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  [LATE]: [408, "REQUEST_TIMEOUT", "The request did not arrive in time"],
  HPE_HEADER_OVERFLOW: [431, "HEADERS_TOO_LARGE", "The request's headers are too large"],
};

/** Answers malformed and late requests, and closes their connections. */
export function refuseUnreadable({ unused, onRefused }: Connections, { head, idle }: ArrivalTimes) {
  const refuseNow = ({ code }: { code?: string }, socket: Socket): void => {
    if (code === LATE) onRefused("slow_request");
    if (code !== "ECONNRESET" && socket.writable) {
      const refusal = UNREADABLE[code ?? ""] ?? [400, "BAD_REQUEST", "The request could not be read"];
      socket.write(httpRefusal(...refusal));
    }
    socket.destroy();
  };
  return (error: { code?: string }, socket: Socket): void => {
    // Node.js counts `head` from the connection. But clients open some ahead, or after a request that they aborted, and a
    // request that crosses the refusal fails.
    const isUnused = error.code === LATE && socket.bytesRead === 0;
    if (isUnused) unused.add(socket, idle - head, () => refuseNow(error, socket));
    else refuseNow(error, socket);
  };
}

/** A refusal for a connection that has no response to write it to, and is closed after it. */
export function httpRefusal(status: number, code: string, message: string): string {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
