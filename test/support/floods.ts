import { readFile } from "node:fs/promises";
import { type Socket, connect } from "node:net";
import { vi } from "vitest";
import { ROUTER_SECRET } from "./auth.ts";
import { command } from "./process.ts";

/** Shows a caller to the graph. */
export const CREDENTIALS: Readonly<Record<string, string>> = {
  "x-kore-graph-router-secret": ROUTER_SECRET,
  "x-kore-graph-caller-id": "ada",
  "x-kore-graph-caller-role": "admin",
  "x-kore-graph-caller-accounts": "*",
};

/** A heap that a flood of half a gigabyte would not fit into. */
const HEAP_MIB = 192;

export interface FloodedGraph {
  readonly url: string;
  /** Opens a connection and sends a text. Replies are read unless it is deaf. Does not throw. */
  open(text: string, options?: { isDeaf?: boolean }): Promise<Attacker>;
  /** The highest resident memory so far beyond that at the start, in MiB. */
  growth(): Promise<number>;
  /** How many connections were refused, by reason. */
  refused(): Promise<Record<string, number>>;
  /** Whether a caller is answered still. */
  answers(): Promise<boolean>;
}

export interface Attacker {
  readonly socket: Socket;
  /** The received text. */
  readonly received: () => string;
  readonly closed: Promise<void>;
  readonly isClosed: () => boolean;
}

/** The graph as a process of its own, with a fixed heap, that authenticates its callers. */
export async function startFloodedGraph(env: Record<string, string> = {}): Promise<FloodedGraph> {
  const process = command(["serve"], {
    KORE_MODE: "simulator",
    SIMULATOR_PORT: "0",
    SIMULATOR_SIMS: "10",
    PORT: "0",
    LOG_LEVEL: "error",
    AUTH_ROUTER_SECRETS: ROUTER_SECRET,
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
    ...env,
  });
  const [, url = ""] = await process.said(/kore-graph +(http:\S+)\/graphql/);
  const residentMiB = async () => {
    const status = await readFile(`/proc/${process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024;
  };
  const answers = async () => {
    const reply = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...CREDENTIALS },
      body: '{"query":"{ __typename }"}',
    });
    return reply.status === 200;
  };
  await answers(); // Excludes memory of the first operation.
  const before = await residentMiB();
  const port = Number(new URL(url).port);
  return {
    url,
    answers,
    open: (text, options) => attack(port, text, options),
    growth: async () => (await residentMiB()) - before,
    async refused() {
      const metrics = await (await fetch(`${url}/metrics`, { headers: CREDENTIALS })).text();
      const lines = metrics.matchAll(/^kore_graph_connections_refused_total\{reason="(\w+)"\} (\d+)/gm);
      return Object.fromEntries([...lines].map(([, reason = "", count]) => [reason, Number(count)]));
    },
  };
}

async function attack(port: number, text: string, { isDeaf = false } = {}): Promise<Attacker> {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  let isClosed = false;
  socket.on("error", () => undefined);
  if (!isDeaf) socket.on("data", (data) => (received += data.toString("latin1")));
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      isClosed = true;
      resolve();
    });
  });
  await Promise.race([new Promise((resolve) => socket.once("connect", resolve)), closed]);
  socket.write(text);
  return { socket, closed, received: () => received, isClosed: () => isClosed };
}

/** The upgrade request of a WebSocket. */
export function handshake(headers: Readonly<Record<string, string>> = {}): string {
  const lines = {
    host: "127.0.0.1",
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    "sec-websocket-protocol": "graphql-transport-ws",
    ...headers,
  };
  return `GET /graphql HTTP/1.1\r\n${headerLines(lines)}\r\n`;
}

/** The head of a POST, and as much of its body. */
export function post(path: string, headers: Readonly<Record<string, string>>, body = ""): string {
  const lines = { host: "127.0.0.1", "content-type": "application/json", ...headers };
  return `POST ${path} HTTP/1.1\r\n${headerLines(lines)}\r\n${body}`;
}

const headerLines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");

/** A client's frame, whose mask is all zeros. `declared`: the length that it says it has. */
export function frame(opcode: number, payload: string, declared = payload.length): Buffer {
  const head = declared < 126 ? Buffer.alloc(6) : Buffer.alloc(14);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (declared < 126 ? declared : 127);
  if (declared >= 126) head.writeBigUInt64BE(BigInt(declared), 2);
  return Buffer.concat([head, Buffer.from(payload, "latin1")]);
}

export const TEXT = 1;
export const PING = 9;

/** Writes one chunk again and again until it was sent so often, or the other side has closed or takes no more. */
export async function flood({ socket, isClosed, closed }: Attacker, chunk: Buffer, times: number): Promise<number> {
  let sent = 0;
  while (sent < times && !isClosed()) {
    sent += 1;
    if (socket.write(chunk)) continue;
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(true), 2000)));
    const isStuck = await Promise.race([
      new Promise((resolve) => socket.once("drain", () => resolve(false))),
      closed.then(() => false),
      stuck,
    ]);
    clearTimeout(timer);
    if (isStuck) break;
  }
  return sent;
}

/** Waits until all have been written to the other side, or are closed. */
export async function settled(attackers: readonly Attacker[]): Promise<void> {
  await vi.waitUntil(() => attackers.every(({ socket, isClosed }) => isClosed() || socket.writableLength === 0), {
    timeout: 20_000,
  });
}
