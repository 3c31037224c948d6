import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { errorFormatter } from "../../../src/graph/index.ts";
import { correlate, requestIdFrom, requestIdOf } from "../../../src/server/telemetry/index.ts";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { WAIT, startToyGraph } from "../../support/live/toy-graph.ts";

const SIMS = '{ subscriptions(accountId: "acme", first: 1) { totalCount } }';
const LIST = "/connectivity/v1/accounts/acme/subscriptions";
const FIXTURES = { accounts: { acme: { sims: 5 } } };

let app: TestApp | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
});

describe("a request id", () => {
  test.each([
    "a",
    "req-42",
    "Root=1-67891233-abcdef012345678912345678",
    randomUUID(),
    "0af7651916cd43dd8448eb211c80319c",
  ])("of the caller's is kept: %s", (id) => {
    expect(requestIdFrom(id)).toBe(id);
  });

  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["two", ["a", "b"]],
    ["one without end", "a".repeat(129)],
    ["one with a line break", "a\nb"],
    ["one with blanks", "a b"],
    ["an ICCID", "89445385204117357883"],
    ["what has an ICCID in it", "sim:89445385204117357883"],
    ["a token", "eyJhbGciOiJIUzI1NiJ9"],
    ["an API key", "kg_aB3-_aB3-_aB3-_aB3-_"],
  ])("is created for callers that send %s, of letters only", (_, given) => {
    expect(requestIdFrom(given)).toMatch(/^[a-p]{32}$/);
    expect(requestIdFrom(given)).not.toBe(requestIdFrom(given));
  });

  test("and all else is read by name, and nothing endless", () => {
    const given: Record<string, unknown> = { "x-kore-graph-stats": "1", traceparent: "t".repeat(513), tracestate: 7 };
    const { requestId, ...rest } = correlate((name) => given[name]);
    expect(rest).toEqual({ wantsStats: true, traceparent: undefined, tracestate: undefined });
    expect(requestId).toMatch(/^[a-p]{32}$/);
  });
});

describe("over HTTP an operation's id", () => {
  test("is in the reply's header, in each of its log lines and in the errors that the caller cannot mend", async () => {
    app = await startApp(FIXTURES);
    app.kore.faults.add({ effect: "status", status: 500, path: LIST });
    const reply = await app.graph.post({ query: SIMS }, { "x-request-id": "night-shift" });
    expect(reply.headers.get("x-request-id")).toBe("night-shift");
    const { errors } = (await reply.json()) as Reply;
    expect(errors?.[0]?.extensions).toMatchObject({ code: "KORE_UNAVAILABLE", requestId: "night-shift" });
    await vi.waitUntil(() => app?.logged().some(({ msg }) => msg === "request"), WAIT);
    const lines = app.logged().filter(({ requestId }) => requestId === "night-shift");
    const told = lines.map(({ msg, operation }) => [msg, operation].filter(Boolean).join(" "));
    const read = "GET /v1/accounts/{account-id}/subscriptions";
    const [called, again] = [`call to KORE ${read}`, `a call to KORE is sent again ${read}`];
    // The first is for the token that the operation had to be given.
    expect(told).toEqual(["call to KORE POST /Api/api/token", called, again, called, again, called, "request"]);
  });

  test("is made when the caller has none, and is another one each time", async () => {
    const { url } = await startToyGraph();
    const ids = await Promise.all([1, 2].map(async () => (await fetch(`${url}/livez`)).headers.get("x-request-id")));
    for (const id of ids) expect(id).toMatch(/^[a-p]{32}$/);
    expect(new Set(ids).size).toBe(2);
  });

  test("is in the refusals of HTTP itself", async () => {
    const { url } = await startToyGraph();
    for (const path of ["/nothing", "/graphql?query="]) {
      const reply = await fetch(url + path, { headers: { "x-request-id": "mine" } });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.headers.get("x-request-id")).toBe("mine");
    }
  });

  test("is in the audit record of a write", async () => {
    app = await startApp(FIXTURES);
    const input = { accountId: "acme", subscriptions: [{ iccid: app.kore.iccids("acme")[0] }] };
    const query =
      "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { koreRequests } }";
    await app.graph.post({ query, variables: { input } }, { "x-request-id": "day-shift" });
    const line = app.logged().find(({ msg }) => msg === "audit");
    expect(line).toMatchObject({ requestId: "day-shift", audit: { requestId: "day-shift" } });
  });
});

describe.each(TRANSPORTS)("over $name an operation's id", ({ call }) => {
  const withId = (query: string) => ({ query, extensions: { "x-request-id": "night-shift" } });

  test("is in its log lines and in the errors that the caller cannot mend", async () => {
    app = await startApp(FIXTURES);
    app.kore.faults.add({ effect: "status", status: 500, path: LIST });
    const caller = call(app.url, withId(SIMS), { "x-request-id": "night-shift" });
    await caller.ended;
    expect(caller.results[0]?.errors?.[0]?.extensions.requestId).toBe("night-shift");
    const lines = app.logged().filter(({ requestId }) => requestId === "night-shift");
    expect(lines.map(({ operation }) => operation)).toContain("GET /v1/accounts/{account-id}/subscriptions");
  });

  test("is with the defects of a subscription and of its events", async () => {
    const defects: unknown[] = [];
    const formatError = errorFormatter(
      () => undefined,
      (_, requestId) => defects.push(requestId),
      requestIdOf,
    );
    const toy = await startToyGraph({}, { formatError });
    for (const query of ["subscription { broken }", "{ defect }"]) {
      const caller = call(toy.url, withId(query), { "x-request-id": "night-shift" });
      await caller.ended;
      expect(caller.results[0]?.errors?.[0]?.extensions).toEqual({
        code: "INTERNAL_SERVER_ERROR",
        requestId: "night-shift",
      });
    }
    const caller = call(toy.url, withId("subscription { events { defect } }"), { "x-request-id": "night-shift" });
    await vi.waitUntil(() => toy.sources.length === 1, WAIT);
    toy.sources[0]?.publish("one");
    await vi.waitUntil(() => caller.results.length === 1, WAIT);
    expect(caller.results[0]?.errors?.[0]?.extensions.requestId).toBe("night-shift");
    expect(defects).toEqual(["night-shift", "night-shift", "night-shift"]);
    caller.leave();
  });
});
