import { createHash } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../../src/server/config/index.ts";
import { type TestApp, environmentOf, startApp } from "../../support/app.ts";
import { LIVE_TRANSPORTS } from "../../support/live/callers.ts";
import { WAIT } from "../../support/live/toy-graph.ts";

const FIXTURES = { accounts: { acme: { sims: 5, states: "Active" } } } as const;
const LIST = "GET /v1/accounts/{account-id}/subscriptions";

let app: TestApp;
afterEach(() => app.stop());

/** Metrics by name and labels. */
async function metrics(url = `${app.url}/metrics`): Promise<Map<string, number>> {
  const reply = await fetch(url);
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await reply.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

const operations = async () =>
  Object.fromEntries([...(await metrics())].filter(([name]) => name.startsWith("kore_graph_operations_total")));

const read = (field: string) => `{ ${field}(accountId: "acme", first: 1) { totalCount } }`;

describe("the metrics", () => {
  test("count operations by kind, name and outcome, and fields that failed by the schema's names", async () => {
    app = await startApp(FIXTURES);
    await app.graph.query(read("subscriptions"));
    await app.graph.query(`query Sims ${read("subscriptions")}`);
    await app.graph.query(`query MyOwnName ${read("subscriptions")}`);
    await app.graph.query("{ wrong }");
    app.kore.faults.add({ effect: "status", status: 500 });
    await app.graph.query(`{ mine: account(id: "acme") { sims: subscriptions(first: 1) { totalCount } } }`);
    const found = await metrics();
    expect(await operations()).toEqual({
      'kore_graph_operations_total{kind="query",name="anonymous",outcome="OK"}': 1,
      'kore_graph_operations_total{kind="query",name="Sims",outcome="OK"}': 1,
      'kore_graph_operations_total{kind="query",name="other",outcome="OK"}': 1,
      'kore_graph_operations_total{kind="none",name="",outcome="GRAPHQL_VALIDATION_FAILED"}': 1,
      'kore_graph_operations_total{kind="query",name="anonymous",outcome="KORE_UNAVAILABLE"}': 1,
    });
    expect(found.get('kore_graph_field_errors_total{field="Account.subscriptions",code="KORE_UNAVAILABLE"}')).toBe(1);
    expect(found.get('kore_graph_operation_duration_seconds_count{kind="query"}')).toBe(4);
  });

  test("count each request once that is refused before an operation runs, and none of another route", async () => {
    app = await startApp(FIXTURES);
    const post = (body: string, { path = "/graphql", type = "application/json" } = {}) =>
      fetch(app.url + path, { method: "POST", headers: { "content-type": type }, body });
    expect((await post("{")).status).toBe(400);
    expect((await post(`{"query":"${"x".repeat(2_000_000)}"}`)).status).toBe(413);
    expect((await post("<query/>", { type: "application/xml" })).status).toBe(415);
    expect((await post("{}", { path: "/graphql/nothing" })).status).toBe(404);
    await app.graph.query(read("subscriptions"));
    await vi.waitFor(
      async () =>
        expect(await operations()).toEqual({
          'kore_graph_operations_total{kind="none",name="",outcome="REFUSED"}': 3,
          'kore_graph_operations_total{kind="query",name="anonymous",outcome="OK"}': 1,
        }),
      WAIT,
    );
  });

  test("count an operation whose caller has gone as cancelled, and not as refused", async () => {
    app = await startApp(FIXTURES);
    app.kore.faults.add({ effect: "latency", ms: 300, path: "/connectivity/**" });
    await app.graph.query(read("subscriptions"));
    const gone = fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: read("subscriptions") }),
      signal: AbortSignal.timeout(100),
    });
    await expect(gone).rejects.toThrow("timeout");
    await vi.waitFor(async () => {
      expect(await operations()).toEqual({
        'kore_graph_operations_total{kind="query",name="anonymous",outcome="OK"}': 1,
        'kore_graph_operations_total{kind="query",name="anonymous",outcome="REQUEST_CANCELLED"}': 1,
      });
    }, WAIT);
  });

  test("count requests to KORE by endpoint and outcome, batches, joined reads and tokens", async () => {
    app = await startApp(FIXTURES);
    const iccids = app.kore.iccids("acme");
    const byIccid = 'query ($iccids: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $iccids) { id } }';
    await app.graph.query(byIccid, { iccids });
    app.kore.faults.add({ effect: "latency", ms: 300, path: "/connectivity/**" });
    await Promise.all([1, 2, 3].map((n) => app.graph.query(`${read("subscriptions")} # ${n}`)));
    app.kore.faults.clear();
    app.kore.faults.add({ effect: "status", status: 404, path: "/connectivity/**" });
    await app.graph.query(read("subscriptions"));

    const found = await metrics();
    const { host } = new URL(app.kore.url);
    const calls = (outcome: string, endpoint = LIST) =>
      found.get(
        `kore_graph_upstream_requests_total{host="${host}",endpoint="${endpoint}",outcome="${outcome}",credential="default"}`,
      );
    expect(calls("ok")).toBe(2);
    expect(calls("not-found")).toBe(1);
    expect(calls("ok", "POST /Api/api/token")).toBe(1);
    expect(found.get(`kore_graph_upstream_tokens_total{host="${host}",credential="default"}`)).toBe(1);
    expect(found.get(`kore_graph_upstream_coalesced_total{endpoint="${LIST}"}`)).toBe(2);
    expect(found.get(`kore_graph_upstream_request_duration_seconds_count{endpoint="${LIST}"}`)).toBe(3);
    expect(found.get(`kore_graph_upstream_batch_size_sum{endpoint="${LIST}"}`)).toBe(5);
    expect(found.get(`kore_graph_upstream_batch_size_count{endpoint="${LIST}"}`)).toBe(1);
  });

  test("count orders and their SIMs by outcome", async () => {
    app = await startApp(FIXTURES);
    const input = { accountId: "acme", subscriptions: app.kore.iccids("acme").map((iccid) => ({ iccid })) };
    await app.graph.query(
      "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { koreRequests } }",
      { input },
    );
    const found = await metrics();
    expect(found.get('kore_graph_orders_total{verb="suspend",source="caller"}')).toBe(1);
    expect(found.get('kore_graph_order_sims_total{verb="suspend",outcome="SUBMITTED"}')).toBe(5);
  });

  test("count webhook deliveries by result", async () => {
    const [secret, callback] = ["s3", "https://graph.acme.example/hook"];
    app = await startApp(FIXTURES, { KORE_WEBHOOK_SECRETS: secret, KORE_WEBHOOK_URL: callback });
    const deliver = async (
      body: string,
      signature = createHash("sha256").update(`${secret}POST${callback}${body}`).digest("hex"),
    ) => {
      const headers = { "content-type": "application/json", "kore-signature": signature };
      await fetch(`${app.url}/webhooks/kore`, { method: "POST", headers, body });
    };
    const body = JSON.stringify({ "alert-id": 1, "event-name": "some", account: "acme", events: [] });
    await deliver(body);
    await deliver(body);
    await deliver(body, "f".repeat(64));
    await deliver("no JSON");
    const found = await metrics();
    const results = ["accepted", "repeated", "unsigned", "unreadable"];
    expect(results.map((result) => found.get(`kore_graph_webhook_deliveries_total{result="${result}"}`))).toEqual([
      1, 1, 1, 1,
    ]);
  });

  test("have the event loop's lag and the heap", async () => {
    app = await startApp(FIXTURES);
    const found = await metrics();
    for (const name of [
      "nodejs_eventloop_lag_p99_seconds",
      "process_resident_memory_bytes",
      "nodejs_heap_size_used_bytes",
    ]) {
      expect(found.get(name)).toBeGreaterThanOrEqual(0);
    }
  });

  test("have no more labels the more callers make up", async () => {
    app = await startApp(FIXTURES);
    const make = async (round: number) => {
      for (let index = 0; index < 40; index += 1) {
        const made = `X${round}y${index}`;
        await app.graph.query(
          `query ${made} { ${made}: account(id: "${made}") { subscriptions(first: 1) { totalCount } } }`,
        );
        await app.graph.query(`query ${made} { ${made} }`);
        await app.graph.query(`{ subscription(accountId: "acme", iccid: "${made}") { id } }`);
        await app.graph.query(`{ subscription(accountId: "${made}", id: "${made}") { id } }`);
        await app.graph.post({ query: `query ${made} { accounts { id } }`, operationName: `other${made}` });
        await app.graph.post("{", { "x-request-id": made });
        await fetch(`${app.url}/${made}`);
      }
      const found = await metrics();
      return [...found.keys()].filter((name) => name.startsWith("kore_graph_")).sort();
    };
    const first = await make(1);
    expect(first.length).toBeGreaterThan(20);
    expect(await make(2)).toEqual(first);
    expect(first.join("\n")).not.toMatch(/X1y/);
  });
});

describe.each(LIVE_TRANSPORTS)("over $name the metrics", ({ name, call }) => {
  test("count operations, and open connections and subscriptions", async () => {
    app = await startApp(FIXTURES);
    const asked = call(app.url, { query: `query Sims ${read("subscriptions")}` });
    await asked.ended;
    const watcher = call(app.url, {
      query: 'subscription WatchSimStates { subscriptionStateChanged(accountId: "acme") { subscriptionId } }',
    });
    const thing = name === "WebSocket" ? "socket" : "stream";
    await vi.waitUntil(async () => (await metrics()).get('kore_graph_live{thing="subscription"}') === 1, WAIT);
    const found = await metrics();
    expect(found.get(`kore_graph_live{thing="${thing}"}`)).toBe(1);
    expect(found.get('kore_graph_operations_total{kind="query",name="Sims",outcome="OK"}')).toBe(1);
    expect(found.get('kore_graph_operations_total{kind="subscription",name="WatchSimStates",outcome="OK"}')).toBe(1);
    watcher.leave();
    await vi.waitUntil(async () => (await metrics()).get(`kore_graph_live{thing="${thing}"}`) === 0, WAIT);
    const left = await metrics();
    expect(left.get('kore_graph_live{thing="subscription"}')).toBe(0);
    expect([...left.keys()].filter((key) => key.startsWith("kore_graph_operations_total"))).toHaveLength(2);
  });
});

describe("where the metrics are", () => {
  test("METRICS_PORT has them, and the graph's port has not", async () => {
    app = await startApp(FIXTURES, { METRICS_PORT: "0" });
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
    expect((await metrics(app.metricsUrl)).size).toBeGreaterThan(0);
    const port = new URL(app.metricsUrl ?? "");
    expect((await fetch(new URL("/graphql", port))).status).toBe(404);
    expect((await fetch(port, { method: "POST" })).status).toBe(405);
  });

  test("METRICS=off has none", async () => {
    app = await startApp(FIXTURES, { METRICS: "off" });
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
    expect((await app.graph.query(read("subscriptions"))).errors).toBeUndefined();
  });

  test("on loopback they are on the graph's port by default", async () => {
    app = await startApp(FIXTURES);
    const config = (env: Record<string, string>) => readConfig({ ...environmentOf(app.kore), ...env }).metrics;
    expect(config({})).toEqual({ port: undefined });
    expect(config({ METRICS_PORT: "9464" })).toEqual({ port: 9464 });
    expect(config({ METRICS: "off", METRICS_PORT: "9464" })).toBeUndefined();
  });
});
