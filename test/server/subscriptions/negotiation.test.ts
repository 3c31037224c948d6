import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { createClient } from "graphql-sse";
import { describe, expect, test, vi } from "vitest";
import { liveDeliveryOf } from "../../../src/server/subscriptions/http/negotiation.ts";
import { EVENTS, WAIT, type ToyGraph, startToyGraph } from "../../support/live/toy-graph.ts";

const EVENT_STREAM = "text/event-stream";
/** Apollo Client's. */
const MULTIPART_OR_JSON = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json";

function post({ url }: ToyGraph, query: string, accept: string, headers: Record<string, string> = {}) {
  const all = { "content-type": "application/json", accept, ...headers };
  return fetch(`${url}/graphql`, { method: "POST", headers: all, body: JSON.stringify({ query }) });
}

async function subscribed(toy: ToyGraph, reply: Promise<Response>): Promise<Response> {
  await vi.waitUntil(() => toy.sources.length === 1, WAIT);
  toy.sources[0]?.publish("one");
  toy.sources[0]?.end();
  return reply;
}

const ONE = '{"data":{"events":{"text":"one"}}}';
const AS_EVENTS = `:\n\nevent: next\ndata: ${ONE}\n\nevent: complete\ndata:\n\n`;
const AS_PARTS =
  "\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{}" +
  `\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":${ONE}}\r\n--graphql--\r\n`;

describe("a subscription at /graphql is answered", () => {
  test.each([
    [EVENT_STREAM, AS_EVENTS],
    ["application/json, text/event-stream, multipart/mixed", AS_EVENTS],
    ["multipart/mixed;subscriptionSpec=1.0", AS_PARTS],
    [MULTIPART_OR_JSON, AS_PARTS],
    ['multipart/mixed; subscriptionSpec="1.0", application/json', AS_PARTS],
    ["multipart/mixed;subscriptionSpec=1.0;q=0.5, text/event-stream", AS_EVENTS],
  ])("as the caller accepts: %s", async (accept, body) => {
    const toy = await startToyGraph();
    const reply = await subscribed(toy, post(toy, EVENTS, accept));
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe(
      body === AS_EVENTS
        ? "text/event-stream; charset=utf-8"
        : 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    );
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(reply.headers.has("content-length")).toBe(false);
    expect(await reply.text()).toBe(body);
  });

  test("to the client of graphql-sse", async () => {
    const toy = await startToyGraph();
    const client = createClient({ url: `${toy.url}/graphql`, retryAttempts: 0 });
    const results: unknown[] = [];
    const read = (async () => {
      for await (const result of client.iterate({ query: EVENTS })) results.push(result);
    })();
    await vi.waitUntil(() => toy.sources.length === 1, WAIT);
    toy.sources[0]?.publish("one");
    toy.sources[0]?.end();
    await read;
    expect(results).toEqual([JSON.parse(ONE)]);
  });

  test("and ends with its caller", async () => {
    const toy = await startToyGraph();
    const abort = new AbortController();
    const body = JSON.stringify({ query: EVENTS });
    const headers = { "content-type": "application/json", accept: MULTIPART_OR_JSON };
    const reply = await fetch(`${toy.url}/graphql`, { method: "POST", headers, body, signal: abort.signal });
    abort.abort();
    await vi.waitUntil(() => toy.sources[0]?.returns === 1, WAIT);
    expect(reply.status).toBe(200);
  });
});

describe("callers that accept JSON as well get JSON for", () => {
  test.each([
    ["a query", "{ greeting }", 200],
    ["an invalid subscription", "subscription { nothing }", 400],
    ["a document that cannot be parsed", "subscription {", 400],
  ])("%s, equal to that without a stream", async (_, query, status) => {
    const toy = await startToyGraph();
    const [live, plain] = await Promise.all([
      post(toy, query, MULTIPART_OR_JSON),
      post(toy, query, "application/json"),
    ]);
    expect([live.status, live.headers.get("content-type")]).toEqual([status, "application/json; charset=utf-8"]);
    expect(await live.text()).toBe(await plain.text());
  });

  test("a subscription, where there is no place for one more", async () => {
    const toy = await startToyGraph({}, { connectionLimits: { sockets: 0 } });
    const reply = await post(toy, EVENTS, MULTIPART_OR_JSON);
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: "SERVICE_UNAVAILABLE" } }] });
    expect(toy.sources).toEqual([]);
  });
});

test("callers that accept only a stream get the response to a query as one", async () => {
  const toy = await startToyGraph();
  const reply = await post(toy, "{ greeting }", EVENT_STREAM);
  expect(await reply.text()).toBe(
    ':\n\nevent: next\ndata: {"data":{"greeting":"hello"}}\n\nevent: complete\ndata:\n\n',
  );
});

test("a body that pages of other sites can send without CORS is refused", async () => {
  const toy = await startToyGraph();
  for (const accept of [EVENT_STREAM, MULTIPART_OR_JSON]) {
    const reply = await post(toy, EVENTS, accept, { "content-type": "text/plain" });
    expect(reply.status).toBe(400);
  }
  expect(toy.sources).toEqual([]);
});

test("a multipart stream that is idle has heartbeats, and says why it ends when the server stops", async () => {
  const toy = await startToyGraph({ pingMs: 20 });
  const reply = await post(toy, EVENTS, MULTIPART_OR_JSON);
  await vi.waitUntil(() => toy.sources.length === 1, WAIT);
  let body = "";
  let isStopped = false;
  for await (const chunk of reply.body as unknown as AsyncIterable<Uint8Array>) {
    body += Buffer.from(chunk).toString();
    if (isStopped || body.split("\r\n\r\n{}\r\n--graphql").length < 4) continue;
    isStopped = true;
    void toy.stop();
  }
  expect(body).toMatch(
    /\{"payload":null,"errors":\[\{"message":"the server restarts: subscribe again".*\}\]\}\r\n--graphql--\r\n$/,
  );
});

describe("by GET, as Hive Gateway subscribes,", () => {
  const get = ({ url }: ToyGraph, query: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept: EVENT_STREAM, ...headers } });

  test("a subscription is answered by events", async () => {
    const toy = await startToyGraph();
    expect(await (await subscribed(toy, get(toy, EVENTS))).text()).toBe(AS_EVENTS);
  });

  test.each(["mutation { write }", "{ greeting }", "subscription {", "query A { greeting } mutation B { write }"])(
    "nothing else is run: %s",
    async (query) => {
      const toy = await startToyGraph();
      expect((await get(toy, query)).status).toBeGreaterThanOrEqual(400);
      expect(toy.waiting).toEqual([]);
    },
  );

  test("a page of another site is refused, where callers are not authenticated", async () => {
    const toy = await startToyGraph();
    const { port } = new URL(toy.url);
    for (const mark of ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"]) {
      const page = connect(Number(port), "127.0.0.1");
      page.write(
        `GET /graphql?query=${encodeURIComponent(EVENTS)} HTTP/1.1\r\nHost: localhost:${port}\r\n` +
          `Accept: text/event-stream\r\n${mark}\r\nConnection: close\r\n\r\n`,
      );
      expect(await text(page)).toMatch(/^HTTP\/1.1 400/);
      if (!page.closed) await once(page, "close");
    }
    expect(toy.sources).toEqual([]);
  });
});

test.each([
  [undefined, undefined],
  ["*/*", undefined],
  ["application/graphql-response+json, application/json, multipart/mixed", undefined],
  ["multipart/mixed;deferSpec=20220824, application/json", undefined],
  ["text/event-stream;q=0, application/json", undefined],
  ['application/json;note="text/event-stream"', undefined],
  [EVENT_STREAM, true],
  ["text/event-stream, */*", false],
])("Accept: %s", (accept, isOnly) => {
  expect(liveDeliveryOf(accept)?.isOnly).toBe(isOnly);
});
