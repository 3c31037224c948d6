import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { socketUrl } from "../../support/live/callers.ts";
import { WAIT, startToyGraph } from "../../support/live/toy-graph.ts";

/** How an attempt to open a socket ends: "open", or the refusal. */
function attempt(url: string, protocols: string[], headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, protocols, { headers });
  return new Promise<unknown>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.once("unexpected-response", (_, response) => {
      void text(response).then((body) => resolve([response.statusCode, JSON.parse(body)]));
    });
  });
}

describe("a socket opens", () => {
  const OURS = "graphql-transport-ws";
  const refusal = (status: number, code: string, message: string) => [
    status,
    { errors: [{ message, extensions: { code } }] },
  ];

  test("for a caller that is no page", async () => {
    const { url } = await startToyGraph();
    expect(await attempt(socketUrl(url), [OURS])).toBe("open");
    expect(await attempt(`${socketUrl(url)}?from=here`, ["other", OURS])).toBe("open");
  });

  test.each(["localhost:4000", "127.0.0.1", "[::1]:4000"])("for a page of its own, at %s", async (host) => {
    const { url } = await startToyGraph();
    for (const scheme of ["http", "https"]) {
      expect(await attempt(socketUrl(url), [OURS], { host, origin: `${scheme}://${host}` })).toBe("open");
    }
  });

  test.each([
    ["http://localhost:3000", "localhost:4000"],
    ["http://localhost", "localhost:4000"],
    ["http://localhost:40000", "localhost:4000"],
    ["http://127.0.0.1:4000", "localhost:4000"],
    ["http://localhost:4000/", "localhost:4000"],
  ])("for no page of another server of this machine: %s at %s", async (origin, host) => {
    const { url } = await startToyGraph();
    expect(await attempt(socketUrl(url), [OURS], { host, origin })).toEqual(
      refusal(403, "FORBIDDEN", "Pages of other sites may not open sockets"),
    );
  });

  test.each([
    "https://evil.example",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "https://evil.example/http://localhost",
    "http://127.0.0.1.evil.example:4000",
    "file://localhost",
    "null",
  ])("for no page of another site: %s", async (origin) => {
    const { url } = await startToyGraph();
    expect(await attempt(socketUrl(url), [OURS], { origin })).toEqual(
      refusal(403, "FORBIDDEN", "Pages of other sites may not open sockets"),
    );
  });

  test.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "127.0.0.1@evil.example"])(
    "for no page that made %s a name of this machine",
    async (host) => {
      const { url } = await startToyGraph();
      expect(await attempt(socketUrl(url), [OURS], { host })).toEqual(
        refusal(421, "MISDIRECTED_REQUEST", "Unknown host name"),
      );
    },
  );

  test.each([[[]], [["graphql-ws"]]])("for no other subprotocol: %j", async (protocols) => {
    const { url } = await startToyGraph();
    expect(await attempt(socketUrl(url), protocols)).toEqual(
      refusal(400, "BAD_REQUEST", "The subprotocol must be graphql-transport-ws"),
    );
  });

  test.each(["/", "/graphql/stream", "/graphqlx"])("not at %s", async (path) => {
    const { url } = await startToyGraph();
    expect(await attempt(url.replace(/^http/, "ws") + path, [OURS])).toEqual(
      refusal(404, "NOT_FOUND", "Sockets are opened at /graphql"),
    );
  });
});

test("a request that offers HTTP/2 is answered as any other", async () => {
  const { url } = await startToyGraph();
  const body = JSON.stringify({ query: "{ greeting }" });
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(
    "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
      `HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n` +
      body.slice(0, 5),
  );
  await delay(50);
  socket.end(body.slice(5));
  const reply = await text(socket);
  expect(reply).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(reply).toContain('{"data":{"greeting":"hello"}}');
});

test("a refused caller that does not close its end does not keep the server from stopping", async () => {
  const toy = await startToyGraph();
  const socket = connect({ port: Number(new URL(toy.url).port), host: "127.0.0.1", allowHalfOpen: true });
  socket.write("GET /graphql HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const [reply] = (await once(socket, "data")) as [Buffer]; // Reading to the end by an iterator would close our end.
  expect(reply.toString()).toMatch(/^HTTP\/1\.1 421 /);
  await toy.stop();
  socket.destroy();
});

test("no socket opens once the server stops", async () => {
  const toy = await startToyGraph();
  const early = connect(Number(new URL(toy.url).port), "127.0.0.1");
  await once(early, "connect");
  const headers = { "content-type": "application/json" };
  const running = fetch(`${toy.url}/graphql`, { method: "POST", headers, body: '{ "query": "{ slow }" }' });
  await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
  const stopped = toy.stop();
  early.write(
    "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
  );
  expect(await text(early)).toMatch(/^HTTP\/1\.1 503 /);
  toy.waiting[0]?.finish();
  expect(await (await running).json()).toEqual({ data: { slow: "done" } });
  await stopped;
});
