import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { EVENTS, WAIT, SECRET, type ToyGraph, startToyGraph } from "../../support/live/toy-graph.ts";

const JSON_TYPE = { "content-type": "application/json" };

function post({ url }: ToyGraph, body: string, headers: Record<string, string> = JSON_TYPE): Promise<Response> {
  return fetch(`${url}/graphql/stream`, { method: "POST", headers, body });
}

async function refusal(reply: Response) {
  return [
    reply.status,
    ((await reply.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code,
  ];
}

test("events are written as their standard says, and no cache keeps them", async () => {
  const toy = await startToyGraph();
  const reply = await post(toy, JSON.stringify({ query: EVENTS }));
  await vi.waitUntil(() => toy.sources.length === 1, WAIT);
  toy.sources[0]?.publish("two\nlines");
  toy.sources[0]?.end();
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(reply.headers.get("cache-control")).toBe("no-store");
  expect(await reply.text()).toBe(
    ':\n\nevent: next\ndata: {"data":{"events":{"text":"two\\nlines"}}}\n\nevent: complete\ndata:\n\n',
  );
});

test("a quiet stream is kept alive by comments", async () => {
  const toy = await startToyGraph({ pingMs: 20 });
  const reply = await post(toy, JSON.stringify({ query: EVENTS }));
  await vi.waitUntil(() => toy.sources.length === 1, WAIT);
  setTimeout(() => toy.sources[0]?.end(), 200);
  expect(await reply.text()).toMatch(/^(:\n\n){3,}event: complete\ndata:\n\n$/);
});

describe("refused", () => {
  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "a body of type %s, which any page can send",
    async (type) => {
      const toy = await startToyGraph();
      const reply = await post(toy, JSON.stringify({ query: EVENTS }), { "content-type": type });
      expect(await refusal(reply)).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
      expect(toy.sources).toEqual([]);
    },
  );

  test.each(["GET", "PUT", "DELETE"])("%s", async (method) => {
    const { url } = await startToyGraph();
    const reply = await fetch(`${url}/graphql/stream?query=${encodeURIComponent(EVENTS)}`, { method });
    expect(reply.headers.get("allow")).toBe("POST");
    expect(await refusal(reply)).toEqual([405, "METHOD_NOT_ALLOWED"]);
  });

  test.each([
    ["no JSON", SECRET, 400, "BAD_REQUEST"],
    ["a text", JSON.stringify(SECRET), 400, "BAD_REQUEST"],
    ["several operations", JSON.stringify([{ query: EVENTS }]), 400, "BAD_REQUEST"],
    ["no query", JSON.stringify({ [SECRET]: 1 }), 400, "BAD_REQUEST"],
    ["a query that is no text", JSON.stringify({ query: { kind: "Document", [SECRET]: 1 } }), 400, "BAD_REQUEST"],
    ["variables that are none", JSON.stringify({ query: EVENTS, variables: [SECRET] }), 400, "BAD_REQUEST"],
    ["too large a body", JSON.stringify({ query: `${EVENTS} # ${"x".repeat(1024 * 1024)}` }), 413, "PAYLOAD_TOO_LARGE"],
  ])("%s, without repeating it", async (_, body, status, code) => {
    const reply = await post(await startToyGraph(), body);
    expect(await reply.clone().text()).not.toContain(SECRET);
    expect(await refusal(reply)).toEqual([status, code]);
  });

  test("a page that made its own name one of this machine", async () => {
    const { url } = await startToyGraph();
    const headers = { ...JSON_TYPE, host: "evil.example" };
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${url}/graphql/stream`, { method: "POST", headers }, (reply) => {
        void text(reply).then(() => resolve(reply.statusCode));
      });
      sent.on("error", reject).end(JSON.stringify({ query: EVENTS }));
    });
    expect(status).toBe(421);
  });
});

test("the server stops though a caller does not read", async () => {
  const toy = await startToyGraph({ closeMs: 100, maxUnread: 2 ** 30 });
  const hangUp = TRANSPORTS[1]?.sleep(toy.url, EVENTS);
  await vi.waitUntil(() => toy.sources.length === 1, WAIT);
  for (let index = 0; index < 500; index += 1) toy.sources[0]?.publish("x".repeat(100_000));
  await vi.waitUntil(() => toy.sources[0]?.waiting === 0, WAIT);
  await toy.stop();
  expect(toy.sources[0]?.returns).toBe(1);
  hangUp?.();
});

test.each(["/graphql", "/graphql/stream"])("a reply of %s that is not read yet outlives the stop", async (path) => {
  const { url, stop } = await startToyGraph();
  const body = JSON.stringify({ query: "{ greeting(times: 5000000) }" });
  const caller = connect(Number(new URL(url).port), "127.0.0.1");
  caller.pause();
  caller.write(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  await once(caller, "readable");
  const stopped = stop();
  await delay(100);
  expect((await text(caller)).length).toBeGreaterThan(30_000_000 - 1);
  await stopped;
});

test("a subscription that comes while the server stops is sent back", async () => {
  const toy = await startToyGraph();
  const early = connect(Number(new URL(toy.url).port), "127.0.0.1");
  await once(early, "connect");
  const running = post(toy, JSON.stringify({ query: "{ slow }" }));
  await vi.waitUntil(() => toy.waiting.length === 1, WAIT);
  const stopped = toy.stop();
  const body = JSON.stringify({ query: EVENTS });
  early.write(
    "POST /graphql/stream HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(await text(early)).toContain(": the server restarts");
  expect(toy.sources.map(({ returns }) => returns)).toEqual([1]);
  toy.waiting[0]?.finish();
  expect(await (await running).text()).toContain('{"data":{"slow":"done"}}');
  await stopped;
});

test("a subscription sent to /graphql is refused with the supported transports", async () => {
  const toy = await startToyGraph();
  const send = (init: RequestInit, query = "") => fetch(`${toy.url}/graphql${query}`, init);
  const posted = await send({ method: "POST", headers: JSON_TYPE, body: JSON.stringify({ query: EVENTS }) });
  expect(posted.status).toBe(400);
  expect(await posted.json()).toEqual({
    errors: [
      {
        message:
          "A subscription needs a connection that stays open: WebSocket (graphql-transport-ws) at /graphql, a POST with " +
          "`Accept: text/event-stream` or `multipart/mixed;subscriptionSpec=1.0`, or a POST to /graphql/stream",
        extensions: { code: "BAD_REQUEST" },
      },
    ],
  });
  const got = await send({ headers: { "apollo-require-preflight": "1" } }, `?query=${encodeURIComponent(EVENTS)}`);
  expect(got.status).toBe(405);
  expect(toy.sources).toEqual([]);
});
