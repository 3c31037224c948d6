import { once } from "node:events";
import { type Server, type Socket, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { NEVER } from "../../../../src/common/abort.ts";
import { type KoreError } from "../../../../src/kore/errors.ts";
import { timeout } from "../../../../src/kore/http/timeout.ts";
import { type KoreCall, createTransport } from "../../../../src/kore/http/transport/transport.ts";

let transport = createTransport({ connections: 1 });
let servers: { server: Server; sockets: Socket[] }[] = [];
afterEach(async () => {
  await transport.close();
  transport = createTransport({ connections: 1 });
  for (const { server, sockets } of servers) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  servers = [];
});

/** A server with a handler for each connection, and the received bytes. */
async function listen(onConnection: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const arrived: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => arrived.push(bytes.toString("latin1")));
    onConnection(socket);
  });
  servers.push({ server, sockets });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: `127.0.0.1:${(server.address() as { port: number }).port}`, arrived, server };
}

const call = (origin: string, more: Partial<KoreCall> = {}): KoreCall => ({
  method: "POST",
  origin,
  host: new URL(origin).host,
  path: "/",
  operation: "POST /",
  headers: {},
  body: "{}",
  attempt: 1,
  ...more,
});
const failed = (answer: Promise<unknown>) => answer.catch((error: unknown) => error as KoreError);
const post = (origin: string, more: Partial<KoreCall> = {}) => failed(transport.send(call(origin, more), NEVER));
const postWithin = (milliseconds: number, origin: string) =>
  failed(timeout(milliseconds)(transport.send)(call(origin), NEVER));

const UNSENT = { kind: "connection", isUnsent: true };
const ignore = () => undefined;

test("B3.1 to an unknown host nothing is sent", async () => {
  expect(await post("http://kore.invalid")).toMatchObject({ ...UNSENT, cause: { syscall: "getaddrinfo" } });
});

test("B3.1 to a closed port nothing is sent", async () => {
  const { host, server } = await listen(ignore);
  await new Promise((resolve) => server.close(resolve));
  expect(await post(`http://${host}`)).toMatchObject({ ...UNSENT, cause: { code: "ECONNREFUSED" } });
});

test("B3.1 to an address without a route nothing is sent", async () => {
  // 0.0.0.0/8 and class E have no route; the system's error differs.
  expect(await post("http://255.255.255.255")).toMatchObject(UNSENT);
});

test.each([
  ["authorization", "Bearer a\nb"],
  ["x-api-key", "key\r\nx-other: 1"],
  ["x-api-key", "ключ"],
  ["x-api-key", "key\u0000"],
  ["not a name", "a"],
])("B3.1 with the invalid header %s: %j nothing is sent", async (name, value) => {
  const { host, arrived } = await listen(ignore);
  expect(await post(`http://${host}`, { headers: { [name]: value } })).toMatchObject(UNSENT);
  expect(arrived).toEqual([]);
});

test("B3.1 with an invalid path nothing is sent", async () => {
  const { host, arrived } = await listen(ignore);
  expect(await post(`http://${host}`, { path: "/a b" })).toMatchObject(UNSENT);
  expect(arrived).toEqual([]);
});

test("B3.1 https to an http port sends nothing of the request", async () => {
  const { host, arrived } = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect(await post(`https://${host}`)).toMatchObject(UNSENT);
  expect(arrived.join("")).not.toContain("POST");
});

test.each<[string, (socket: Socket) => void]>([
  ["closed", (socket) => socket.end()],
  ["reset", (socket) => socket.once("data", () => socket.resetAndDestroy())],
  ["answered with nonsense", (socket) => socket.write("nonsense, and a lot of it")],
])("B3.1 a TLS handshake that is %s sends nothing of the request", async (_, onConnection) => {
  const { host, arrived } = await listen(onConnection);
  expect(await post(`https://${host}`)).toMatchObject(UNSENT);
  expect(arrived.join("")).not.toContain("POST");
});

test("B3.1 a deadline during the TLS handshake sends nothing of the request", async () => {
  const { host } = await listen(ignore);
  expect(await postWithin(50, `https://${host}`)).toMatchObject({ kind: "timeout", isUnsent: true });
});

test("B3.1 a call that waits for a connection until its deadline sends nothing", async () => {
  const { host, arrived } = await listen(ignore);
  const first = postWithin(200, `http://${host}`);
  await expect.poll(() => arrived.length).toBeGreaterThan(0);
  expect(await postWithin(50, `http://${host}`)).toMatchObject({ kind: "timeout", isUnsent: true });
  expect(await first).toMatchObject({ kind: "timeout", isUnsent: false });
  expect(arrived.join("").match(/POST/g)).toHaveLength(1);
});

test("B3.1 a closed transport sends nothing", async () => {
  const { host, arrived } = await listen((socket) => socket.on("data", () => socket.end("HTTP/1.1 204 None\r\n\r\n")));
  expect(await transport.send(call(`http://${host}`), NEVER)).toBeNull();
  await transport.close();
  expect(await post(`http://${host}`)).toMatchObject(UNSENT);
  expect(arrived.join("").match(/POST/g)).toHaveLength(1);
});

test.each<[string, (socket: Socket) => void]>([
  ["closed", (socket) => socket.end()],
  ["destroyed", (socket) => socket.destroy()],
  ["reset", (socket) => socket.resetAndDestroy()],
  ["closed after an informational reply", (socket) => socket.end("HTTP/1.1 103 Early Hints\r\n\r\n")],
  ["answered with nonsense", (socket) => socket.end("nonsense\r\n\r\n")],
  ["closed in the middle of the reply", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")],
])("B3.2 after the first byte, a connection that is %s may have sent everything", async (_, onData) => {
  const { host } = await listen((socket) => socket.once("data", () => onData(socket)));
  expect(await post(`http://${host}`)).toMatchObject({ kind: "connection", isUnsent: false });
});

test("B3.2 a transport that is closed while waiting for a reply may have sent everything", async () => {
  const { host, arrived } = await listen(ignore);
  const answer = post(`http://${host}`);
  await expect.poll(() => arrived.length).toBeGreaterThan(0);
  await transport.close();
  expect(await answer).toMatchObject({ kind: "connection", isUnsent: false });
});

test("B3.2 a keep-alive connection that KORE closes during the next request may have sent everything", async () => {
  let count = 0;
  const { host, arrived } = await listen((socket) =>
    socket.on("data", (bytes) => {
      count += bytes.toString("latin1").split("POST /").length - 1;
      if (count === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
      else socket.destroy();
    }),
  );
  expect(await transport.send(call(`http://${host}`), NEVER)).toEqual({});
  expect(await post(`http://${host}`)).toMatchObject({ kind: "connection", isUnsent: false });
  expect(arrived.join("").match(/POST \//g)).toHaveLength(2);
});
