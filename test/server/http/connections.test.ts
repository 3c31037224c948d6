import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { type Authenticator } from "../../../src/server/auth/index.ts";
import { LOCAL_CALLER } from "../../../src/graph/index.ts";
import { startBounded, tcp } from "../../support/live/bounded-graph.ts";
import { EVENTS, WAIT, type ToyGraph } from "../../support/live/toy-graph.ts";
import { socketUrl } from "../../support/live/callers.ts";

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
    const server = await startBounded({ sockets: 2 });
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
    const server = await startBounded({ sockets: 1 });
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
    const server = await startBounded({ connectionsPerAddress: 2 });
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
    const server = await startBounded({ connections: 2 });
    const [first] = [await tcp(server), await tcp(server)];
    await (
      await tcp(server)
    ).closed;
    await vi.waitUntil(async () => (await server.refused()).connections === 1, WAIT);
    first.socket.destroy();
    await vi.waitUntil(async () => (await open(server)).status === 101, WAIT);
  });

  test("12.3.12 a connection whose offer of another protocol is ignored is still one connection", async () => {
    const server = await startBounded({ connectionsPerAddress: 2 });
    const { socket } = await tcp(server);
    for (let count = 0; count < 5; count += 1) {
      socket.write("GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n");
      await once(socket, "data");
    }
    expect((await open(server)).status).toBe(101);
    expect(await server.refused()).toEqual({});
  });

  test("12.3.13 sockets without a caller: one more closes the oldest of them, and never one with a caller", async () => {
    const server = await startBounded({ unauthenticatedSockets: 2 });
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
    const server = await startBounded({ unauthenticatedSockets: 1 }, { authenticator });
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
    const server = await startBounded({}, { authenticator: slow() });
    const caller = await open(server);
    for (const text of texts)
      caller.socket.send(text, { fin: !text.startsWith('{"type":"connection_init"') || text.endsWith("}") });
    expect(await caller.closed).toBe("1009 Too much before connection_ack");
    expect(await server.refused()).toEqual({ init_bytes: 1 });
  });

  test("12.3.16 may be a long token; afterwards messages may be as large as bodies", async () => {
    const server = await startBounded({});
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
    const server = await startBounded({}, {}, { initMs: 50 });
    expect(await (await open(server)).closed).toMatch(/^4408/);
    expect(await server.refused()).toEqual({ init_timeout: 1 });
  });

  test("12.3.18 callers that are dropped for not reading or not answering are counted", async () => {
    const server = await startBounded({}, {}, { pingMs: 100 });
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

describe("12.3 addresses", () => {
  test("12.3.23 behind a trusted proxy sockets and streams count by the caller's address, and the proxy does not", async () => {
    const server = await startBounded({ connectionsPerAddress: 2 }, { trustedProxies: ["127.0.0.1"] });
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
    const server = await startBounded({ connectionsPerAddress: 2 });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await open(server, { headers: { "x-forwarded-for": `198.51.100.${count}` } })).status);
    }
    expect(statuses).toEqual([101, 101, 0, 0]);
  });
});
