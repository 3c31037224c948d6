import { setTimeout } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type BoundedGraph, startBounded, tcp } from "../../support/live/bounded-graph.ts";
import { WAIT } from "../../support/live/toy-graph.ts";

/** Sends a request of whose body of 100,001 bytes some are missing. */
async function beginBody(server: BoundedGraph, body = "x".repeat(100_000)) {
  const connection = await tcp(server);
  connection.socket.write(
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100001\r\n\r\n${body}`,
  );
  await setTimeout(50);
  return connection;
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
    const server = await startBounded({}, { arrival: { head: 100, whole: 200, idle: 300, interval: 50 } });
    const { socket, closed, received } = await tcp(server);
    socket.write(text);
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 408 /);
    expect(received()).toContain('"code":"REQUEST_TIMEOUT"');
    expect(await server.refused()).toEqual({ slow_request: 1 });
  });

  test("a connection that was not used yet may wait as long as an idle one; its first request may not", async () => {
    const server = await startBounded({}, { arrival: { head: 100, whole: 200, idle: 10_000, interval: 20 } });
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
      const server = await startBounded({}, { arrival: { head: 100, whole: 200, idle: 400, interval: 20 } });
      const { socket, closed, received } = await tcp(server);
      await setTimeout(200);
      socket.write(text);
      await closed;
      expect(received()).toMatch(/^HTTP\/1.1 408 /);
      expect(await server.refused()).toEqual({ slow_request: 1 });
    },
  );

  test("a WebSocket that was opened late stays open", async () => {
    const server = await startBounded({}, { arrival: { head: 100, whole: 200, idle: 1000, interval: 20 } });
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
    const server = await startBounded({ arrivingBytes: 300_000 });
    const empty = await beginBody(server, "");
    const full = [await beginBody(server), await beginBody(server), await beginBody(server)];
    await full[0]?.closed;
    expect(empty.socket.destroyed).toBe(false);
    expect(await server.refused()).toEqual({ arriving: 1 });
    for (const { socket } of [empty, ...full]) socket.destroy();
  });

  test("12.3.20 the body that has been arriving longest is refused when there is no room, and no other", async () => {
    const server = await startBounded({ arrivingBytes: 300_000 });
    const all = [await beginBody(server), await beginBody(server), await beginBody(server)];
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
