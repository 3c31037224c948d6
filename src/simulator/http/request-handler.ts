import { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Backend } from "../backend.ts";
import { type MatchedFaults } from "../faults/faults.ts";
import { familyOf, refusal, Refusal, type Reply } from "./reply.ts";
import { type OpenEntry } from "./request-log.ts";
import { type Call } from "./router.ts";
import { type Payload, corrupt } from "../faults/corrupt.ts";

export const CONTROL_PATH = "/_simulator";
const MAX_BODY = 64 * 1024 * 1024;

type Answer = (call: Omit<Call, "params">) => Reply;

/** The calls of KORE, and those under `CONTROL_PATH`. */
interface Apis {
  readonly kore: Answer;
  readonly control: Answer;
}

/** One HTTP request. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Requests being handled, this one included. */
  readonly inFlight: number;
}

/**
 * Reads a request, applies faults, logs, answers. Plain node:http: faults need the socket itself, and a framework would
 * mend broken replies.
 */
export function requestHandler(backend: Backend, kore: Answer, control: Answer): RequestListener {
  let inFlight = 0;
  return (request, response) => {
    inFlight++;
    response.once("close", () => inFlight--);
    handle(backend, { kore, control }, { request, response, inFlight }).catch(() => response.destroy());
  };
}

async function handle(backend: Backend, { kore, control }: Apis, exchange: Exchange): Promise<void> {
  const { request, response, inFlight } = exchange;
  const method = request.method ?? "GET";
  const [path, search] = split(request.url ?? "/");
  const query = new URLSearchParams(search);
  const isControl = path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
  const entry: OpenEntry = {
    method,
    path,
    query: loggedQuery(query),
    at: backend.clock.now().toISOString(),
    inFlight,
    status: null,
    outcome: "open",
  };
  if (!isControl) backend.log.open(entry);
  // "close" without "finish": the caller disconnected. Drops of ours have set their outcome before.
  response.once("close", () => {
    if (!response.writableFinished && entry.outcome === "open") entry.outcome = "aborted";
  });

  const body = await readBody(request);
  const call = { method, path, query, headers: request.headers, body };
  if (isControl) {
    send(response, payloadOf(control(call)), {});
    return;
  }
  const { fault, latencyMs } = backend.faults.match(method, path);
  if (fault) entry.fault = fault.effect;
  else if (latencyMs > 0) entry.fault = "latency";
  if (latencyMs > 0) await delay(latencyMs, undefined, { ref: false });
  if (fault?.effect === "expire-tokens") backend.auth.expireTokens();
  answer(kore, call, { fault, entry, response });
}

interface PendingReply {
  readonly fault: MatchedFaults["fault"];
  readonly entry: OpenEntry;
  readonly response: ServerResponse;
}

function answer(kore: Answer, call: Omit<Call, "params">, { fault, entry, response }: PendingReply): void {
  if (fault?.effect === "drop" && fault.when === "before") {
    entry.outcome = "dropped-before";
    response.destroy();
    return;
  }
  const worked = fault?.effect !== "status" || fault.processed === true ? kore(call) : null;
  if (fault?.effect === "drop" && fault.when === "after") {
    entry.outcome = "dropped-after";
    response.destroy();
    return;
  }
  const reply = fault?.effect === "status" || !worked ? failed(call, fault) : worked;
  const payload = fault ? corrupt(payloadOf(reply), fault) : payloadOf(reply);
  if (response.destroyed) return; // the caller disconnected meanwhile; the work is done
  entry.status = payload.status;
  if (fault?.effect === "drop") {
    entry.outcome = "dropped-during";
    sendHalf(response, payload);
    return;
  }
  entry.outcome = "answered";
  send(response, payload, reply.headers ?? {});
}

function failed(call: Omit<Call, "params">, fault: MatchedFaults["fault"]): Reply {
  if (fault?.effect !== "status") throw new RangeError("no status to answer");
  const message = fault.message ?? "Injected by the simulator";
  const reply = refusal(familyOf(call.path), call.method, new Refusal(fault.status, message));
  return fault.retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(fault.retryAfter) } };
}

function payloadOf(reply: Reply): Payload {
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  return { status: reply.status, text, contentType: "application/json; charset=utf-8" };
}

function send(response: ServerResponse, payload: Payload, headers: Readonly<Record<string, string>>): void {
  if (payload.status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  const body = Buffer.from(payload.text);
  response.writeHead(payload.status, {
    "content-type": payload.contentType,
    "content-length": body.length,
    ...headers,
  });
  response.end(body);
}

/** Announces the whole body, sends half of it, and closes the connection. A 204 has no body to cut. */
function sendHalf(response: ServerResponse, payload: Payload): void {
  const body = Buffer.from(payload.text);
  response.writeHead(payload.status, { "content-type": payload.contentType, "content-length": body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

function split(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new RangeError("body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Values of a repeated parameter are joined by commas. */
function loggedQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join(",")]));
}
