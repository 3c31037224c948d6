import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { type Authenticator } from "../../../src/server/auth/index.ts";
import { type ConnectionLimits } from "../../../src/server/http/connections/index.ts";
import { type SubscriptionLimits } from "../../../src/server/subscriptions/index.ts";
import { Metrics } from "../../../src/server/telemetry/metrics.ts";
import { Telemetry } from "../../../src/server/telemetry/index.ts";
import { LOCAL_CALLER } from "../../../src/graph/index.ts";
import { EVENTS, WAIT, type ToyGraph, startToyGraph } from "../../support/live/toy-graph.ts";
import { socketUrl } from "../../support/live/callers.ts";

type Server = ToyGraph & { refused(): Promise<Record<string, number>> };

async function start(
  connectionLimits: Partial<ConnectionLimits>,
  others: NonNullable<Parameters<typeof startToyGraph>[1]> = {},
  liveLimits: Partial<SubscriptionLimits> = {},
): Promise<Server> {
  const metrics = new Metrics();
  const toy = await startToyGraph(liveLimits, { telemetry: new Telemetry({ metrics }), connectionLimits, ...others });
  return Object.assign(toy, {
    async refused() {
      const lines = (await metrics.text()).matchAll(/^kore_graph_connections_refused_total\{reason="(\w+)"\} (\d+)/gm);
      return Object.fromEntries([...lines].map(([, reason = "", count]) => [reason, Number(count)]));
    },
  });
}

/** A WebSocket, or the status with which it was refused. */
async function open({ url }: ToyGraph, options: ClientOptions = {}) {
  const socket = new WebSocket(socketUrl(url), "graphql-transport-ws", options);
  const messages: string[] = [];
  socket.on("message", (data) => messages.push((data as Buffer).toString()));
  socket.on("error", () => undefined);
  const closed = new Promise<string>((resolve) => {
    socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`.trim()));
  });
  const status = await new Promise<number>((resolve) => {
    socket.once("open", () => resolve(101));
    socket.once("unexpected-response", (request, reply) => {
      resolve(reply.statusCode ?? 0);
      request.destroy();
    });
    socket.once("error", () => resolve(0));
  });
  return { socket, messages, closed, status };
}

async function initialised(toy: ToyGraph, options: ClientOptions = {}) {
  const caller = await open(toy, options);
  caller.socket.send('{"type":"connection_init"}');
  await vi.waitUntil(() => caller.messages.some((text) => text.includes("connection_ack")), WAIT);
  return caller;
}

async function tcp({ url }: ToyGraph): Promise<{ socket: Socket; closed: Promise<unknown>; received: () => string }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => undefined);
  const closed = once(socket, "close");
  await Promise.race([once(socket, "connect"), closed]);
  let received = "";
  socket.on("data", (data) => (received += data.toString()));
  return { socket, closed, received: () => received };
}

async function stream({ url }: ToyGraph, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const reply = await fetch(`${url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query: EVENTS }),
    signal: leaving.signal,
  });
  return { status: reply.status, reply, leave: () => leaving.abort() };
}

describe("12.3 connections are bounded", () => {
  test("12.3.8 sockets and streams in all; one more is refused with 503, and there is room when one has gone", async () => {
    const server = await start({ sockets: 2 });
    const first = await open(server);
    const second = await stream(server);
    expect([first.status, second.status]).toEqual([101, 200]);
    expect((await open(server)).status).toBe(503);
    const refused = await stream(server);
    expect(refused.status).toBe(503);
    expect(await refused.reply.json()).toMatchObject({ errors: [{ extensions: { code: "SERVICE_UNAVAILABLE" } }] });
    expect(await server.refused()).toEqual({ sockets: 2 });

    first.socket.close();
    second.leave();
    await vi.waitUntil(async () => (await open(server)).status === 101, WAIT);
    await vi.waitUntil(async () => (await stream(server)).status === 200, WAIT);
  });

  test("12.3.9 a handshake that fails holds no room", async () => {
    const server = await start({ sockets: 1 });
    for (let count = 0; count < 3; count += 1) {
      const { socket, closed } = await tcp(server);
      socket.write(
        "GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n",
      );
      await closed;
    }
    await vi.waitUntil(async () => (await open(server)).status === 101, WAIT);
  });

  test("12.3.10 connections from one address; more are closed at once, and there is room when one has gone", async () => {
    const server = await start({ connectionsPerAddress: 2 });
    const [first] = [await tcp(server), await tcp(server)];
    await (
      await tcp(server)
    ).closed;
    await (
      await tcp(server)
    ).closed;
    expect(await server.refused()).toEqual({ address: 2 });
    first.socket.destroy();
    await vi.waitUntil(async () => (await open(server)).status === 101, WAIT);
  });

  test("12.3.11 connections in all", async () => {
    const server = await start({ connections: 2 });
    const [first] = [await tcp(server), await tcp(server)];
    await (
      await tcp(server)
    ).closed;
    await vi.waitUntil(async () => (await server.refused()).connections === 1, WAIT);
    first.socket.destroy();
    await vi.waitUntil(async () => (await open(server)).status === 101, WAIT);
  });

  test("12.3.12 a connection whose offer of another protocol is ignored is still one connection", async () => {
    const server = await start({ connectionsPerAddress: 2 });
    const { socket } = await tcp(server);
    for (let count = 0; count < 5; count += 1) {
      socket.write("GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n");
      await once(socket, "data");
    }
    expect((await open(server)).status).toBe(101);
    expect(await server.refused()).toEqual({});
  });

  test("12.3.13 sockets without a caller: one more closes the oldest of them, and never one with a caller", async () => {
    const server = await start({ unauthenticatedSockets: 2 });
    const known = await initialised(server);
    const [first, second, third] = [await open(server), await open(server), await open(server)];
    expect(await first.closed).toBe("1013 Too many connections are waiting to be authenticated");
    const fourth = await initialised(server); // Displaces one, and is then none of them.
    expect(await second.closed).toMatch(/^1013/);
    expect((await open(server)).status).toBe(101);
    expect([known, third, fourth].map(({ socket }) => socket.readyState)).toEqual([1, 1, 1]);
    expect(await server.refused()).toEqual({ unauthenticated: 2 });
  });

  test("12.3.14 a caller that cannot be authenticated in time is without a caller, whatever it has sent", async () => {
    const authenticator: Authenticator = { isRequired: true, authenticate: () => new Promise(() => undefined) };
    const server = await start({ unauthenticatedSockets: 1 }, { authenticator });
    const first = await open(server);
    first.socket.send('{"type":"connection_init"}');
    await open(server);
    expect(await first.closed).toMatch(/^1013/);
  });
});

describe("12.3 the bytes of a WebSocket before connection_ack", () => {
  const init = (length: number) => JSON.stringify({ type: "connection_init", payload: { x: "x".repeat(length) } });

  test.each([
    ["one message", [init(9000)]],
    ["one message that never ends", [init(9000).slice(0, -2)]],
    [
      "many messages",
      Array.from({ length: 20 }, () => JSON.stringify({ type: "ping", payload: { x: "x".repeat(500) } })),
    ],
    ["many small messages", Array.from({ length: 1000 }, () => '{"type":"pong"}')],
  ])("12.3.15 is some KiB at most: %s", async (_, texts) => {
    const server = await start({}, { authenticator: slow() });
    const caller = await open(server);
    for (const text of texts)
      caller.socket.send(text, { fin: !text.startsWith('{"type":"connection_init"') || text.endsWith("}") });
    expect(await caller.closed).toBe("1009 Too much before connection_ack");
    expect(await server.refused()).toEqual({ init_bytes: 1 });
  });

  test("12.3.16 may be a long token; afterwards messages may be as large as bodies", async () => {
    const server = await start({});
    const caller = await open(server);
    caller.socket.send(init(7000));
    await vi.waitUntil(() => caller.messages.length === 1, WAIT);
    caller.socket.send(
      JSON.stringify({
        id: "1",
        type: "subscribe",
        payload: { query: "{ text }", variables: { x: "x".repeat(500_000) } },
      }),
    );
    await vi.waitUntil(() => caller.messages.length === 3, WAIT);
    expect(await server.refused()).toEqual({});
  });

  test("12.3.17 connection_init comes in time, or the socket is closed and counted", async () => {
    const server = await start({}, {}, { initMs: 50 });
    expect(await (await open(server)).closed).toMatch(/^4408/);
    expect(await server.refused()).toEqual({ init_timeout: 1 });
  });

  test("12.3.18 callers that are dropped for not reading or not answering are counted", async () => {
    const server = await start({}, {}, { pingMs: 100 });
    const dead = await initialised(server, { autoPong: false });
    expect(await dead.closed).toBe("1006");
    expect(await server.refused()).toEqual({ silent: 1 });
  });
});

/** Takes its time, so that all that is sent comes before the acknowledgement. */
function slow(): Authenticator {
  return {
    isRequired: true,
    authenticate: () => setTimeout(1000, { caller: LOCAL_CALLER }),
  };
}

describe("12.3 requests that do not arrive", () => {
  test.each([
    ["headers", "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n"],
    [
      "a body",
      "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ],
    [
      "a stream's body",
      "POST /graphql/stream HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ],
    ["nothing at all", ""],
  ])("12.3.19 are answered with 408 and counted: %s", async (_, text) => {
    const server = await start({}, { arrival: { head: 100, whole: 200, idle: 300, interval: 50 } });
    const { socket, closed, received } = await tcp(server);
    socket.write(text);
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 408 /);
    expect(received()).toContain('"code":"REQUEST_TIMEOUT"');
    expect(await server.refused()).toEqual({ slow_request: 1 });
  });

  test("a connection that was not used yet may wait as long as an idle one; its first request may not", async () => {
    const server = await start({}, { arrival: { head: 100, whole: 200, idle: 10_000, interval: 20 } });
    const { socket, closed, received } = await tcp(server);
    await setTimeout(400);
    socket.write("GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    await vi.waitUntil(() => received().includes('"ok"'), WAIT);
    expect(received()).toMatch(/^HTTP\/1.1 200 .*Keep-Alive: timeout=10/s);
    socket.write("GET /livez HTTP/1.1\r\n");
    await closed;
    expect(received()).toContain("HTTP/1.1 408 ");
    expect(await server.refused()).toEqual({ slow_request: 1 });
  });

  test.each([
    ["line breaks", "\r\n\r\n"],
    ["a part of its headers", "GET /livez HTTP/1.1\r\n"],
  ])(
    "a connection that sends %s after the time for headers, and no request, is closed like an idle one",
    async (_, text) => {
      const server = await start({}, { arrival: { head: 100, whole: 200, idle: 400, interval: 20 } });
      const { socket, closed, received } = await tcp(server);
      await setTimeout(200);
      socket.write(text);
      await closed;
      expect(received()).toMatch(/^HTTP\/1.1 408 /);
      expect(await server.refused()).toEqual({ slow_request: 1 });
    },
  );

  test("a WebSocket that was opened late stays open", async () => {
    const server = await start({}, { arrival: { head: 100, whole: 200, idle: 1000, interval: 20 } });
    const { socket, received } = await tcp(server);
    await setTimeout(200);
    socket.write(
      "GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" +
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n",
    );
    await setTimeout(1000);
    expect(received()).toMatch(/^HTTP\/1.1 101 /);
    expect(socket.destroyed).toBe(false);
    expect(await server.refused()).toEqual({});
    socket.destroy();
  });

  test("a body of which nothing has come holds no memory, and gives way to none", async () => {
    const server = await start({ arrivingBytes: 300_000 });
    const begin = async (body: string) => {
      const connection = await tcp(server);
      connection.socket.write(
        `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100001\r\n\r\n${body}`,
      );
      await setTimeout(50);
      return connection;
    };
    const empty = await begin("");
    const full = [await begin("x".repeat(100_000)), await begin("x".repeat(100_000)), await begin("x".repeat(100_000))];
    await full[0]?.closed;
    expect(empty.socket.destroyed).toBe(false);
    expect(await server.refused()).toEqual({ arriving: 1 });
    for (const { socket } of [empty, ...full]) socket.destroy();
  });

  test("12.3.20 the body that has been arriving longest is refused when there is no room, and no other", async () => {
    const server = await start({ arrivingBytes: 300_000 });
    const begin = async () => {
      const connection = await tcp(server);
      connection.socket.write(
        `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100001\r\n\r\n${"x".repeat(100_000)}`,
      );
      await setTimeout(50);
      return connection;
    };
    const all = [await begin(), await begin(), await begin()];
    const [first, second] = all;
    await first?.closed;
    expect(first?.received()).toMatch(/^HTTP\/1.1 503 .*"code":"SERVICE_UNAVAILABLE"/s);
    expect(second?.socket.destroyed).toBe(false);
    expect(await server.refused()).toEqual({ arriving: 1 });
    const reply = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ greeting }", variables: { x: "x".repeat(50_000) } }),
    });
    expect(await reply.json()).toEqual({ data: { greeting: "hello" } });
    expect(server.logged().filter(({ level }) => level === "error")).toEqual([]);
    for (const { socket } of all) socket.destroy();
  });
});

describe("12.3 addresses", () => {
  test("12.3.23 behind a trusted proxy sockets and streams count by the caller's address, and the proxy does not", async () => {
    const server = await start({ connectionsPerAddress: 2 }, { trustedProxies: ["127.0.0.1"] });
    const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
    expect((await open(server, from("198.51.100.7"))).status).toBe(101);
    expect((await stream(server, from("203.0.113.9, 198.51.100.7").headers)).status).toBe(200);
    expect((await open(server, from("198.51.100.7"))).status).toBe(429);
    expect((await stream(server, from("198.51.100.7").headers)).status).toBe(429);
    for (let count = 10; count < 15; count += 1) {
      expect((await open(server, from(`198.51.100.${count}`))).status).toBe(101);
    }
    expect(await server.refused()).toEqual({ address: 2 });
  });

  test("12.3.24 of a proxy that is not trusted are its own, whatever it forwards", async () => {
    const server = await start({ connectionsPerAddress: 2 });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await open(server, { headers: { "x-forwarded-for": `198.51.100.${count}` } })).status);
    }
    expect(statuses).toEqual([101, 101, 0, 0]);
  });
});
