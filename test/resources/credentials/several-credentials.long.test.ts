import { beforeEach, describe, expect, test } from "vitest";
import { app, kore, startKore, start, startWith, entry, rest, child, count, tokens, asked, codes } from "./fixtures.ts";

beforeEach(() => startKore());

describe("Credentials by account", () => {
  test("A3.6 each call uses those that serve its account, with their own tokens", async () => {
    await start([rest(), child()]);
    const totals = await Promise.all(["home", "other", "child"].map(count));
    expect(totals.map(({ data }) => data?.subscriptions?.totalCount)).toEqual([3, 2, 2]);
    expect(tokens()).toBe(2);
  });

  test("A3.6 an account that no entry serves is refused without a KORE call", async () => {
    await start([entry("home", ["home"]), child()]);
    expect(codes(await count("other"))).toEqual(["KORE_FORBIDDEN"]);
    expect(kore.log()).toEqual([]);
  });

  test("A3.6 the rate limit of one entry does not affect the other", async () => {
    await start([rest(), child()]);
    await Promise.all(["home", "child"].map(count));
    const path = "/connectivity/v1/accounts/home/**";
    kore.faults.add({ effect: "status", status: 429, retryAfter: 600, path, times: 1 });
    await count("home");
    kore.clearLog();
    expect(codes(await count("home"))).toEqual(["UPSTREAM_BUSY"]);
    expect((await count("child")).data?.subscriptions?.totalCount).toBe(2);
    expect(kore.log().map((request) => request.path)).toEqual(["/connectivity/v1/accounts/child/subscriptions"]);
  });

  test("A3.6 the circuit breaker of one entry does not affect the other's", async () => {
    await start([rest(), child()]);
    await Promise.all(["home", "child"].map(count));
    kore.faults.add({ effect: "status", status: 503, path: "/connectivity/v1/accounts/home/**" });
    const host = new URL(kore.urls.connectivity).host;
    const state = async (credential: string) => {
      const metrics = await (await fetch(`${app.url}/metrics`)).text();
      return metrics.split(`kore_graph_upstream_breaker_state{host="${host}",credential="${credential}"} `)[1]?.[0];
    };
    const OPEN = "2";
    for (let time = 0; time < 30 && (await state("rest")) !== OPEN; time += 1) await count("home");
    kore.clearLog();
    expect(codes(await count("home"))).toEqual(["KORE_UNAVAILABLE"]);
    expect(kore.log()).toEqual([]);
    expect((await count("child")).data?.subscriptions?.totalCount).toBe(2);
    expect([await state("rest"), await state("child")]).toEqual([OPEN, undefined]);
  });

  test("A3.6 replies are cached by entry, and not shared", async () => {
    await start([rest(), child()], { CACHE_SECONDS: "60" });
    const centers = (id: string) => app.graph.query(`{ account(id: "${id}") { costCenters { id } } }`);
    for (const id of ["home", "home", "child", "child"]) expect((await centers(id)).errors).toBeUndefined();
    expect(asked("/connectivity/v1/accounts/home/cost-centers")).toBe(1);
    expect(asked("/connectivity/v1/accounts/child/cost-centers")).toBe(1);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    for (const name of ["rest", "child"]) expect(metrics).toContain(`kore_graph_cache_entries{credential="${name}"} 1`);
  });

  test("A3.6 writes use the entry of their account as well", async () => {
    await start([rest(), child()]);
    const text = `mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { counts { submitted } } }`;
    for (const accountId of ["home", "child"]) {
      const input = { accountId, subscriptions: [{ iccid: kore.iccids(accountId)[0] }] };
      expect(await app.graph.query(text, { input })).toEqual({
        data: { suspendSubscriptions: { counts: { submitted: 1 } } },
      });
      expect(kore.provisioningRequests(accountId)).toHaveLength(1);
    }
  });
});

test("A3.2 the console's client is used for API clients and the developer portal's for ConnectivityPro", async () => {
  await startKore({ portals: "two" });
  const { clientId, clientSecret } = kore.developerCredentials;
  await startWith({ KORE_CONSOLE_CLIENT_ID: clientId, KORE_CONSOLE_CLIENT_SECRET: clientSecret });
  const { data, errors } = await app.graph.query(
    `{ subscriptions(accountId: "home") { totalCount } clients(first: 1) { nodes { id } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ subscriptions: { totalCount: 3 }, clients: { nodes: [{}] } });
});
