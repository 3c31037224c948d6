import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, test } from "vitest";
import { readConfig } from "../../../src/server/config/index.ts";
import { secretsOf } from "../../../src/server/config/secrets.ts";
import { type TestApp, environmentOf, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { captureSpans } from "../../support/captured-outputs.ts";

const FIXTURES = { accounts: { acme: { sims: 5, states: "Active" } } } as const;
const LIST = "GET /v1/accounts/{account-id}/subscriptions";
const SIMS = 'query Sims { subscriptions(accountId: "acme", first: 1) { totalCount } }';
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

let app: TestApp;
afterEach(() => app.stop());

/** Spans until the app stops. */
async function traced(run: () => Promise<unknown>, env: Record<string, string> = { TRACING: "on" }) {
  const { spans, spanExporter } = captureSpans();
  app = await startApp(FIXTURES, env, { spanExporter });
  await run();
  const sent = app.kore.log().length;
  await app.stop();
  const named = (name: string) => spans.filter((span) => span.name === name);
  return { spans, named, sent };
}

describe("a trace", () => {
  test("has a span for the operation and one for each request to KORE, a refused token's too", async () => {
    const { named, spans, sent } = await traced(async () => {
      await app.graph.query(SIMS);
      app.kore.faults.add({ effect: "expire-tokens", times: 1 });
      await app.graph.query("mutation Nothing { wrong }");
      await app.graph.query(SIMS);
    });
    const [first, second] = named("query Sims");
    expect(first?.attributes).toMatchObject({
      "graphql.operation.type": "query",
      "graphql.operation.name": "Sims",
      "kore_graph.outcome": "OK",
      "kore_graph.requests": 1,
    });
    expect(first?.resource.attributes["service.name"]).toBe("kore-graph");
    const children = (parent: ReadableSpan | undefined) =>
      spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent?.spanContext().spanId);
    expect(children(first).map(({ name }) => name)).toEqual(["POST /Api/api/token", LIST]);
    expect(children(second).map(({ name }) => name)).toEqual([LIST, "POST /Api/api/token", LIST]);
    expect(children(second)[0]).toMatchObject({
      status: { code: 2 },
      attributes: { "http.response.status_code": expect.any(Number) as number },
    });
    expect(named("none")).toMatchObject([{ status: { code: 2, message: "GRAPHQL_VALIDATION_FAILED" } }]);
    expect(spans).toHaveLength(sent + 3);
  });

  test("has method, endpoint, host, attempt and batch size", async () => {
    const { named } = await traced(() =>
      app.graph.query(
        'query ($iccids: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $iccids) { id } }',
        {
          iccids: app.kore.iccids("acme"),
        },
      ),
    );
    expect(named(LIST)[0]?.attributes).toEqual({
      "http.request.method": "GET",
      "url.template": "/v1/accounts/{account-id}/subscriptions",
      "server.address": new URL(app.kore.url).host,
      "http.request.resend_count": 0,
      "kore_graph.batch_size": 5,
    });
  });

  test("notes a read that joined another one on the operation that joined", async () => {
    const { named } = await traced(async () => {
      app.kore.faults.add({ effect: "latency", ms: 300, path: "/connectivity/**" });
      await Promise.all([app.graph.query(SIMS), app.graph.query(SIMS)]);
    });
    const operations = named("query Sims");
    expect(operations.map(({ attributes }) => attributes["kore_graph.coalesced"]).sort()).toEqual([0, 1]);
    expect(operations.flatMap(({ events }) => events.map(({ name }) => name))).toEqual(["coalesced"]);
  });

  test("has the order of a write below its mutation", async () => {
    const { named } = await traced(() =>
      app.graph.query(
        "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { koreRequests } }",
        { input: { accountId: "acme", subscriptions: app.kore.iccids("acme").map((iccid) => ({ iccid })) } },
      ),
    );
    const [mutation] = named("mutation anonymous");
    const [order] = named("POST /v1/accounts/{account-id}/provisioning-requests/suspend");
    expect(order?.parentSpanContext?.spanId).toBe(mutation?.spanContext().spanId);
    expect(order?.attributes["kore_graph.batch_size"]).toBe(5);
  });

  test("holds no identifier, value or text of the caller's", async () => {
    const { spans } = await traced(async () => {
      const [iccid] = app.kore.iccids("acme");
      const variables = { accountId: "acme", iccid };
      const query = `query Hunter2($accountId: ID!, $iccid: ICCID!) { hunter2: subscription(accountId: $accountId, iccid: $iccid) { id stateHistory { state } } }`;
      await app.graph.query(query, variables);
      await app.graph.query(`{ subscription(accountId: "acme", iccid: "${iccid ?? ""}hunter2") { id } }`);
      app.kore.faults.add({ effect: "status", status: 500, message: `no hunter2 ${iccid ?? ""}` });
      await app.graph.query(query, variables);
    });
    expect(spans.length).toBeGreaterThan(4);
    const told = JSON.stringify(
      spans.map(({ name, attributes, events, status, links }) => [name, attributes, events, status, links]),
    );
    expect(told).not.toMatch(/hunter2|acme|\d{10,}/i);
  });

  test("is off unless asked for", async () => {
    expect((await traced(() => app.graph.query(SIMS), {})).spans).toEqual([]);
    const config = (env: Record<string, string>) => readConfig({ ...environmentOf(app.kore), ...env }).tracing;
    const endpoint = "http://collector:4318";
    expect(config({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toEqual({ endpoint, serviceName: "kore-graph" });
    expect(config({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, TRACING: "off" })).toBeUndefined();
  });
});

describe("the caller's trace", () => {
  test("goes on, over HTTP", async () => {
    const { named } = await traced(() => app.graph.post({ query: SIMS }, { traceparent: PARENT }));
    const [operation] = named("query Sims");
    expect(operation?.spanContext().traceId).toBe(TRACE_ID);
    expect(operation?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(named(LIST)[0]?.spanContext().traceId).toBe(TRACE_ID);
  });

  test.each(TRANSPORTS)("goes on, over $name", async ({ call }) => {
    const { named } = await traced(async () => {
      await call(app.url, { query: SIMS, extensions: { traceparent: PARENT } }, { traceparent: PARENT }).ended;
    });
    expect(named("query Sims")[0]?.spanContext().traceId).toBe(TRACE_ID);
    expect(named(LIST)[0]?.spanContext().traceId).toBe(TRACE_ID);
  });

  test.each(["", "00-0-0-00", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, `${PARENT}x`])(
    "begins anew where %j is no trace",
    async (traceparent) => {
      const { named } = await traced(() => app.graph.post({ query: SIMS }, { traceparent }));
      expect(named("query Sims")[0]?.parentSpanContext).toBeUndefined();
    },
  );
});

describe("requests on the way", () => {
  /** The `traceparent` of each request, noted by a server in front of KORE. */
  async function headersSent(env: Record<string, string>): Promise<(string | undefined)[]> {
    const seen: (string | undefined)[] = [];
    const front = createServer((request, response) => {
      seen.push(request.headers.traceparent as string | undefined);
      response.writeHead(200, { "content-type": "application/json" }).end('{"access_token":"t","expires_in":3600}');
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
    try {
      await traced(() => app.graph.post({ query: SIMS }, { traceparent: PARENT }), {
        ...env,
        KORE_CONNECTIVITY_URL: `${url}/connectivity`,
        KORE_CONNECTIVITY_TOKEN_URL: `${url}/token`,
      });
    } finally {
      front.close();
    }
    return seen;
  }

  test("to KORE carry no trace context", async () => {
    expect(await headersSent({ TRACING: "on" })).toEqual([undefined, undefined]);
    expect(await headersSent({})).toEqual([undefined, undefined]);
  });

  test("to the collector are OTLP over HTTP", async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      bodies.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers["content-type"] ?? ""}`);
      request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const { port } = collector.address() as AddressInfo;
    app = await startApp(FIXTURES, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/` });
    await app.graph.query(SIMS);
    await app.stop();
    collector.close();
    expect(bodies).toEqual(["POST /v1/traces application/json"]);
  });

  test("to the collector carry its headers, which may come from a file and are secrets", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-traces-"));
    const file = join(folder, "headers");
    await writeFile(file, "authorization=Bearer%20of-the-collector, x-team=sims\n");
    const seen: unknown[] = [];
    const collector = createServer(({ headers }, response) => {
      seen.push([headers.authorization, headers["x-team"]]);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_HEADERS_FILE: file,
    };
    app = await startApp(FIXTURES, env);
    await app.graph.query(SIMS);
    await app.stop();
    collector.close();
    expect(seen).toEqual([["Bearer of-the-collector", "sims"]]);
    const config = readConfig({ KORE_MODE: "simulator", ...env });
    expect(secretsOf(config)).toEqual(expect.arrayContaining(["Bearer of-the-collector", "of-the-collector"]));
    expect(() => readConfig({ KORE_MODE: "simulator", OTEL_EXPORTER_OTLP_HEADERS: "hunter2" })).toThrow(
      "OTEL_EXPORTER_OTLP_HEADERS: must be name=value, several joined by commas, with percent-encoded values",
    );
    await rm(folder, { recursive: true });
  });

  test("that no collector accepts are dropped and logged, and delay neither callers nor the stop", async () => {
    app = await startApp(FIXTURES, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    expect((await app.graph.query(SIMS)).errors).toBeUndefined();
    const began = performance.now();
    await app.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    const complaints = app.logged().filter(({ level }) => level === "warn");
    expect(complaints.map(({ msg }) => msg)).toEqual(["traces could not be sent to their collector"]);
  });
});
