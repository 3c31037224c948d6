import { type IncomingMessage, type Server } from "node:http";
import { type Duplex } from "node:stream";
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { isAllowedOrigin, isLoopbackName } from "../http/host-check.ts";
import { httpRefusal } from "../http/connections/index.ts";
import { headOf } from "../http/request-head.ts";

type Refusal = readonly [status: number, code: string, message: string];

interface Acceptance {
  /** Largest message of a caller. */
  maxBytes: number;
  /** Origins of other sites' pages that may open sockets. */
  corsOrigins: readonly string[];
  isStopping: () => boolean;
  /** Whether callers are authenticated, so that DNS rebinding is no risk. */
  isAnyHost: boolean;
  /** Reserves a place for one more socket, or refuses it. */
  admit: (request: IncomingMessage) => Admission;
  open: (socket: WebSocket, request: IncomingMessage) => void;
}

/** `release`: to be called when the connection has closed. */
export type Admission = { release: () => void } | { refusal: Refusal };

/** Accepts WebSockets at /graphql. */
export function acceptWebSockets(server: Server, acceptance: Acceptance): void {
  const { maxBytes, isStopping, admit, open } = acceptance;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxBytes,
    // Each fragment has an overhead of some hundred bytes.
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_FRAGMENTS + Math.ceil(maxBytes / 256),
    perMessageDeflate: false, // Its memory per socket exceeds the savings on small messages.
    autoPong: false, // The library closes a socket with 60 unsent pongs; ours sends the latest only.
    clientTracking: false,
    handleProtocols,
  });
  server.on("upgrade", (request, stream, head) => {
    if (!isForSocket(request)) {
      asPlainRequest(server, request, stream, head);
    } else {
      const refusal = isStopping() ? STOPPING : refusalOf(request, acceptance);
      const admission = refusal ? { refusal } : admit(request);
      if ("refusal" in admission) {
        refuse(stream, admission.refusal);
      } else {
        // Also after a failed handshake, which the library does not report.
        stream.once("close", admission.release);
        sockets.handleUpgrade(request, stream, head, open);
      }
    }
  });
}

function isForSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Fragments of one message, and further buffered reads. */
const MAX_FRAGMENTS = 1024;

const STOPPING: Refusal = [503, "SERVICE_UNAVAILABLE", "The server is stopping"];

/**
 * Pages of other sites are refused, as CORS does for HTTP. They could present no credential: there are no cookies, and pages
 * cannot set headers on a WebSocket.
 */
function refusalOf(
  { url = "", headers }: IncomingMessage,
  { corsOrigins, isAnyHost }: Pick<Acceptance, "corsOrigins" | "isAnyHost">,
): Refusal | undefined {
  if (!isAnyHost && !isLoopbackName((headers.host ?? "").replace(/:\d+$/, ""))) {
    return [421, "MISDIRECTED_REQUEST", "Unknown host name"];
  }
  if (!isAllowedOrigin(headers.origin, headers.host, corsOrigins))
    return [403, "FORBIDDEN", "Pages of other sites may not open sockets"];
  if (!/^\/graphql($|\?)/.test(url)) return [404, "NOT_FOUND", "Sockets are opened at /graphql"];
  if (handleProtocols(headers["sec-websocket-protocol"] ?? "") === false) {
    return [400, "BAD_REQUEST", `The subprotocol must be ${GRAPHQL_TRANSPORT_WS_PROTOCOL}`];
  }
  return undefined;
}

function refuse(stream: Duplex, refusal: Refusal): void {
  stream.on("error", () => undefined); // The client may have disconnected.
  stream.once("finish", () => stream.destroy()); // No other code closes the connection.
  stream.end(httpRefusal(...refusal));
}

/**
 * Some clients (Java's, curl --http2) offer HTTP/2 on their first request by `Upgrade: h2c`, which servers may ignore. Node
 * does not ignore it once there is a listener for upgrades, so the request is parsed again without that header.
 */
function asPlainRequest(server: Server, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  stream.unshift(Buffer.concat([Buffer.from(headOf(request, UPGRADE), "latin1"), head]));
  server.emit("connection", stream);
}

const UPGRADE: ReadonlySet<string> = new Set(["upgrade"]);
