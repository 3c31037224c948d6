import { afterEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

const FIXTURES = { accounts: { acme: { sims: 5, states: "Active" } } } as const;
const SIMS = `{ subscriptions(accountId: "acme", first: 2) { nodes { iccid costCenter { name } } } }`;
const WANTED = { "x-kore-graph-stats": "1" };
const TWO = { requests: 2, cached: 0, coalesced: 0, retried: 0 };

let app: TestApp;
afterEach(() => app.stop());

async function cost(query: string, variables?: object, headers: Record<string, string> = WANTED) {
  const reply = await app.graph.post({ query, variables }, headers);
  return ((await reply.json()) as Reply).extensions?.kore;
}

describe("over HTTP", () => {
  test("a caller that requests the stats gets them, others do not", async () => {
    app = await startApp(FIXTURES);
    expect(await cost(SIMS)).toEqual(TWO);
    expect(app.kore.requests()).toHaveLength(2);
    expect(await cost(SIMS, {}, {})).toBeUndefined();
    expect(await cost(SIMS, {}, { "x-kore-graph-stats": "yes" })).toBeUndefined();
  });

  test("a read that joined another operation's counts as coalesced", async () => {
    app = await startApp(FIXTURES);
    const one = '{ subscriptions(accountId: "acme", first: 1) { totalCount } }';
    app.kore.faults.add({ effect: "latency", ms: 300, path: "/connectivity/**" });
    const costs = await Promise.all([cost(one), cost(one)]);
    expect(costs.map((told) => [told?.requests, told?.coalesced]).sort()).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test("a write's reads of its SIMs and its order are counted", async () => {
    app = await startApp(FIXTURES);
    const input = { accountId: "acme", subscriptions: app.kore.iccids("acme").map((iccid) => ({ iccid })) };
    const suspend =
      "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { koreRequests } }";
    expect(await cost(suspend, { input })).toEqual(TWO);
    expect(app.kore.requests()).toEqual([
      expect.stringMatching(/^GET .* ×1$/),
      "POST /v1/accounts/acme/provisioning-requests/suspend ×1",
    ]);
  });

  test("a failed operation has them, too", async () => {
    app = await startApp(FIXTURES);
    expect(await cost("{ wrong }")).toEqual({ requests: 0, cached: 0, coalesced: 0, retried: 0 });
  });
});

describe.each(TRANSPORTS)("over $name", ({ call }) => {
  test("a caller that requests the stats gets them, others do not", async () => {
    app = await startApp(FIXTURES);
    const wanted = call(app.url, { query: SIMS, extensions: WANTED }, WANTED);
    await wanted.ended;
    expect(wanted.results[0]?.extensions?.kore).toEqual(TWO);
    const other = call(app.url, { query: SIMS });
    await other.ended;
    expect(other.results[0]?.extensions).toBeUndefined();
  });

  test("each event has its own", async () => {
    app = await startApp({ ...FIXTURES, clock: "real", provisioning: { completedAfterMs: 0 } });
    const held = app.kore.provisioningRequests("acme");
    expect(held).toEqual([]);
    const input = { accountId: "acme", subscriptions: app.kore.iccids("acme").map((iccid) => ({ iccid })) };
    await app.graph.query(
      "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { koreRequests } }",
      { input },
    );
    const [request] = app.kore.provisioningRequests("acme");
    const query = `subscription { provisioningRequestUpdated(accountId: "acme", id: "${request?.id ?? ""}") { subscriptions { subscription { state } } } }`;
    const watcher = call(app.url, { query, extensions: WANTED }, WANTED);
    expect(await watcher.ended).toBe("complete");
    expect(watcher.results.at(-1)?.extensions?.kore).toMatchObject({ requests: 1 });
  });
});
