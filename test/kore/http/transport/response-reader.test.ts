import { once } from "node:events";
import { type Server, type Socket, createServer } from "node:net";
import { type Dispatcher } from "undici";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LightAbortController, NEVER } from "../../../../src/common/abort.ts";
import { KoreError } from "../../../../src/kore/errors.ts";
import { timeout } from "../../../../src/kore/http/timeout.ts";
import { request } from "../../../../src/kore/http/transport/response-reader.ts";
import { type KoreCall, createTransport } from "../../../../src/kore/http/transport/transport.ts";

/** Writes its parts one after the other, so that each arrives separately. */
type Reply = (socket: Socket) => void | Promise<void>;

let server: Server;
let transport: ReturnType<typeof createTransport>;
/** First lines of the received requests, by connection. */
let arrived: string[][];
let closed: number;
let reply: Reply;

beforeEach(async () => {
  [arrived, closed] = [[], 0];
  server = createServer((socket) => {
    const lines: string[] = [];
    arrived.push(lines);
    socket.on("data", (bytes) => {
      lines.push(bytes.toString().split("\r\n")[0] ?? "");
      void reply(socket);
    });
    socket.on("close", () => (closed += 1));
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  transport = createTransport({ connections: 1 });
});
afterEach(async () => {
  await transport.close();
  server.close();
});

function callTo(path: string, more: Partial<KoreCall> = {}): KoreCall {
  const { port } = server.address() as { port: number };
  const host = `127.0.0.1:${port}`;
  return { method: "GET", origin: `http://${host}`, host, path, operation: "GET /", headers: {}, attempt: 1, ...more };
}
const get = (path = "/", signal = NEVER) => transport.send(callTo(path), signal);
const post = () => transport.send(callTo("/", { method: "POST", operation: "POST /", body: "{}" }), NEVER);
const failed = (answer: Promise<unknown>) => answer.catch((error: unknown) => error as KoreError);

const pieces =
  (...texts: (string | Buffer)[]): Reply =>
  async (socket) => {
    for (const text of texts) {
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
const OK = "HTTP/1.1 200 OK\r\n";
const withLength = (body: Buffer) => `${OK}content-length: ${body.length}\r\n\r\n`;

test("a body in several parts is joined, also within a character", async () => {
  const body = Buffer.from('{"name":"Zürich"}');
  const cut = body.indexOf("ü") + 1;
  reply = pieces(withLength(body), body.subarray(0, cut), body.subarray(cut));
  expect(await get()).toEqual({ name: "Zürich" });
});

test("chunks and trailers make one body", async () => {
  reply = pieces(
    `${OK}transfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n3\r\n[1,\r\n`,
    "2\r\n2]\r\n0\r\nx-sum: 3\r\n\r\n",
  );
  expect(await get()).toEqual([1, 2]);
});

test("a body without a length ends with its connection", async () => {
  reply = async (socket) => {
    await pieces(`${OK}connection: close\r\n\r\n`, "[1]")(socket);
    socket.end();
  };
  expect(await get()).toEqual([1]);
});

test("informational replies are skipped", async () => {
  reply = pieces("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", `${withLength(Buffer.from("[1]"))}[1]`);
  expect(await get()).toEqual([1]);
});

test.each(["GET", "POST"] as const)("a byte order mark before the JSON of a %s's reply is skipped", async (method) => {
  const body = Buffer.from("\ufeff[1]");
  reply = pieces(Buffer.concat([Buffer.from(withLength(body)), body]));
  expect(await transport.send(callTo("/", { method }), NEVER)).toEqual([1]);
});

test("a 204 is null, and an empty body is invalid JSON", async () => {
  reply = pieces("HTTP/1.1 204 No Content\r\n\r\n");
  expect(await get()).toBeNull();
  reply = pieces(`${OK}content-length: 0\r\n\r\n`);
  expect(await failed(get())).toMatchObject({ kind: "contract", status: 200 });
});

test("a refusal is read completely, with its headers", async () => {
  const body = Buffer.from('{"message":"slowly"}');
  const head = `HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: ${body.length}\r\n\r\n`;
  reply = pieces(head, body.subarray(0, 5), body.subarray(5));
  expect(await failed(get())).toMatchObject({ kind: "rate-limited", retryAfter: 7000, koreMessage: "slowly" });
});

test("successive calls share a connection", async () => {
  reply = pieces(`${withLength(Buffer.from("[1]"))}[1]`);
  for (const path of ["/a", "/b"]) await get(path);
  expect(arrived).toEqual([["GET /a HTTP/1.1", "GET /b HTTP/1.1"]]);
});

test.each<[string, Reply]>([
  ["before the reply", (socket) => void socket.destroy()],
  ["with a reset", (socket) => void socket.resetAndDestroy()],
  [
    "in the middle of the reply",
    async (socket) => {
      await pieces(`${OK}content-length: 10\r\n\r\n`, "[1")(socket);
      socket.destroy();
    },
  ],
  ["by nonsense", (socket) => void socket.write("nonsense\r\n\r\n")],
])("a write whose connection is closed %s may have arrived", async (_, cut) => {
  reply = cut;
  expect(await failed(post())).toMatchObject({ kind: "connection", isUnsent: false });
  expect(arrived).toEqual([["POST / HTTP/1.1"]]);
});

test("a reply that is too large is aborted", async () => {
  reply = async (socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(0x100000, 32), Buffer.from("\r\n")]);
    for (let count = 0; count < 70 && !socket.destroyed; count += 1) {
      if (!socket.write(chunk)) await once(socket, "drain").catch(() => socket.destroy());
    }
  };
  expect(await failed(get())).toMatchObject({ kind: "connection", isUnsent: false });
});

const GONE = new KoreError("aborted", "gone", { operation: "GET /" });

test("an aborted call sends nothing", async () => {
  const leaving = new LightAbortController();
  leaving.abort(GONE);
  expect(await failed(get("/", leaving))).toBe(GONE);
  expect(arrived).toEqual([]);
});

test("a call that is aborted while it waits for a connection is never sent", async () => {
  const waiting: Socket[] = [];
  reply = (socket) => void waiting.push(socket);
  const first = get("/first");
  await expect.poll(() => arrived).toEqual([["GET /first HTTP/1.1"]]);
  const leaving = new LightAbortController();
  const second = failed(get("/second", leaving));
  leaving.abort(GONE);
  expect(await second).toBe(GONE);
  for (const socket of waiting) socket.write(`${withLength(Buffer.from("[1]"))}[1]`);
  expect(await first).toEqual([1]);
  reply = pieces(`${withLength(Buffer.from("[3]"))}[3]`);
  expect(await get("/third")).toEqual([3]);
  expect(arrived.flat()).toEqual(["GET /first HTTP/1.1", "GET /third HTTP/1.1"]);
});

test.each([
  ["before the reply", ""],
  ["in the middle of the reply", `${OK}content-length: 10\r\n\r\n[1`],
])("an abort %s closes the connection, and the next call opens another", async (_, said) => {
  reply = pieces(said);
  const leaving = new LightAbortController();
  const left = failed(get("/", leaving));
  await expect.poll(() => arrived).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  leaving.abort(GONE);
  expect(await left).toBe(GONE);
  await expect.poll(() => closed).toBe(1);
  reply = pieces(`${withLength(Buffer.from("[2]"))}[2]`);
  expect(await get()).toEqual([2]);
  expect(arrived).toHaveLength(2);
});

test("a deadline applies to the whole reply, however slowly its bytes arrive", async () => {
  reply = pieces(`${OK}content-length: 1000\r\n\r\n`, ...Array.from({ length: 100 }, () => "1"));
  const begun = performance.now();
  const answer = timeout(100)((call, signal) => transport.send(call, signal))(callTo("/"), NEVER);
  expect(await failed(answer)).toMatchObject({ kind: "timeout", isUnsent: false });
  expect(performance.now() - begun).toBeLessThan(500);
  await expect.poll(() => closed).toBe(1);
});

test("a connection that opens after the deadline but before its timer sends nothing", async () => {
  const progress = { hasBegun: false };
  const abort = vi.fn();
  const stopped = {
    dispatch(_: unknown, handler: Dispatcher.DispatchHandler) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30); // As SIGSTOP while the connection opens.
      handler.onRequestStart?.({ abort } as unknown as Dispatcher.DispatchController, undefined);
      return true;
    },
  } as unknown as Dispatcher;
  const { origin, path, method } = callTo("/");
  const answer = timeout(10)((_, signal) => request(stopped, { origin, path, method }, signal, progress));
  expect(await failed(answer(callTo("/"), NEVER))).toMatchObject({ kind: "timeout" });
  expect(abort).toHaveBeenCalledOnce();
  expect(progress.hasBegun).toBe(false);
});

test("a closed transport sends nothing", async () => {
  reply = pieces(`${withLength(Buffer.from("[1]"))}[1]`);
  await get("/before");
  await transport.close();
  expect(await failed(get("/after"))).toMatchObject({ kind: "connection" });
  expect(arrived.flat()).toEqual(["GET /before HTTP/1.1"]);
});

test("a reply's time is that of its last byte, also while this process is busy", async () => {
  const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
  const dispatcher = {
    dispatch(_: unknown, handler: Required<Dispatcher.DispatchHandler>) {
      handler.onRequestStart(controller, undefined);
      handler.onResponseStart(controller, 200, {}, "OK");
      handler.onResponseEnd(controller, {});
    },
  } as unknown as Dispatcher;
  const reading = request(dispatcher, { path: "/", method: "GET" }, NEVER, { hasBegun: false });
  const ended = performance.now();
  while (performance.now() < ended + 2);
  expect((await reading).receivedAt).toBeLessThanOrEqual(ended);
});
