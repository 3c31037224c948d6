import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { TRANSPORTS } from "../support/live/callers.ts";

const ACCOUNT = "/connectivity/v1/accounts/acme";
const SIMS = `${ACCOUNT}/subscriptions`;
const CENTERS = `{ account(id: "acme") { costCenters { name } } }`;

let app: TestApp;
afterEach(() => app.stop());
const start = async (env: Record<string, string> = {}, queue?: number) => {
  app = await startApp({ accounts: { acme: { sims: 20 }, other: { sims: 5 } } }, env, {
    adjust: (config) => (queue === undefined ? config : { ...config, rateLimit: { ...config.rateLimit, queue } }),
  });
};

const total = (account = "acme") => `{ subscriptions(accountId: "${account}", first: 1) { totalCount } }`;
const codes = ({ errors }: Reply) => errors?.map(({ extensions }) => extensions.code);
const logged = (msg: string) => app.logged().filter((line) => line.msg === msg);

/** Several SIMs by id, one request each. */
async function some(count: number): Promise<Reply> {
  const { data } = await app.graph.query<{ subscriptions: { nodes: { id: string }[] } }>(
    `{ subscriptions(accountId: "acme", first: ${count}) { nodes { id } } }`,
  );
  app.kore.clearLog();
  const wanted = data?.subscriptions.nodes.map(
    ({ id }, place) => `s${place}: subscription(accountId: "acme", id: "${id}") { id }`,
  );
  app.kore.faults.add({ effect: "latency", ms: 200, path: `${SIMS}/*` });
  return app.graph.query(`{ ${wanted?.join(" ") ?? ""} }`);
}

describe("A read", () => {
  test.each([
    ["5xx", { effect: "status", status: 503 }],
    ["cut connections", { effect: "drop", when: "before" }],
    ["gateway time-outs", { effect: "status", status: 504 }],
  ] as const)("is retried after %s without a failed operation", async (_, fault) => {
    await start();
    app.kore.faults.add({ ...fault, path: SIMS, times: 2 });
    expect((await app.graph.query(total())).errors).toBeUndefined();
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/subscriptions ×3"]);
    expect(logged("a call to KORE is sent again")).toHaveLength(2);
  });

  test("is sent three times, and then fails with KORE's answer", async () => {
    await start();
    app.kore.faults.add({ effect: "status", status: 500, path: SIMS });
    expect(codes(await app.graph.query(total()))).toEqual(["KORE_UNAVAILABLE"]);
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/subscriptions ×3"]);
  });

  test("that KORE refuses is sent once", async () => {
    await start();
    app.kore.faults.add({ effect: "status", status: 400, path: SIMS });
    await app.graph.query(total());
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/subscriptions ×1"]);
  });

  test("succeeds after a transient failure of the token endpoint", async () => {
    await start();
    app.kore.faults.add({ effect: "status", status: 503, path: "/Api/api/token", times: 2 });
    expect((await app.graph.query(total())).errors).toBeUndefined();
    expect(app.kore.tokenRequests()).toEqual(["POST /Api/api/token ×3"]);
  });
});

test("a write whose reply is lost is not resent", async () => {
  app = await startApp({ clock: "real", accounts: { acme: { sims: 20 } } }, { PROVISIONING_SETTLE_MS: "50" });
  const iccid = app.kore.iccids("acme").find((one) => app.kore.sim("acme", one)?.state === "Active") ?? "";
  app.kore.faults.add({
    effect: "status",
    status: 500,
    processed: true,
    method: "POST",
    path: `${ACCOUNT}/**`,
    times: 1,
  });
  const { data } = await app.graph.query(
    `mutation ($iccid: ICCID!) {
       suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }] }) { results { outcome } }
     }`,
    { iccid },
  );
  expect(data).toEqual({ suspendSubscriptions: { results: [{ outcome: "SUBMITTED" }] } });
  expect(app.kore.requests().filter((line) => line.startsWith("POST"))).toEqual([
    "POST /v1/accounts/acme/provisioning-requests/suspend ×1",
  ]);
});

describe("A 429", () => {
  test("pauses all calls, also of other resources, and lowers the rate", async () => {
    await start({ KORE_REQUESTS_PER_SECOND: "40" });
    app.kore.faults.add({ effect: "status", status: 429, retryAfter: 1, path: SIMS, times: 1 });
    const first = app.graph.query(total());
    await vi.waitUntil(() => logged("how much KORE may be asked").length > 0);
    expect(logged("how much KORE may be asked")).toMatchObject([{ rate: 20 }]);
    const second = app.graph.query(total("other"));
    // No call was sent before the end of the pause.
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/subscriptions ×1"]);
    expect((await Promise.all([first, second])).flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(app.kore.requests()).toEqual([
      "GET /v1/accounts/acme/subscriptions ×2",
      "GET /v1/accounts/other/subscriptions ×1",
    ]);
  });

  test("that asks for longer than calls may wait fails them at once, and later ones in the pause", async () => {
    await start();
    app.kore.faults.add({ effect: "status", status: 429, retryAfter: 90, path: SIMS, times: 1 });
    const [error] = (await app.graph.query(total())).errors ?? [];
    expect(error?.extensions).toMatchObject({ code: "KORE_RATE_LIMITED", retryAfterSeconds: 90 });
    const [next] = (await app.graph.query(total("other"))).errors ?? [];
    expect(next?.extensions).toMatchObject({ code: "UPSTREAM_BUSY", isRetryable: true });
    expect(next?.extensions.retryAfterSeconds).toBeGreaterThan(80);
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/subscriptions ×1"]);
  });
});

describe("A full queue", () => {
  test("refuses at once with a retry time, and queued calls are served", async () => {
    await start({ KORE_CONCURRENCY: "1" }, 2);
    const { data, errors } = await some(5);
    expect(errors?.map(({ path }) => path)).toEqual([["s3"], ["s4"]]);
    for (const { extensions } of errors ?? []) {
      expect(extensions).toMatchObject({ code: "UPSTREAM_BUSY", retryAfterSeconds: 1, isRetryable: true });
    }
    expect(Object.values(data ?? {}).filter((sim) => sim !== null)).toHaveLength(3);
    expect(app.kore.requests()).toHaveLength(3);
  });

  test("has room again when callers have disconnected", async () => {
    await start({ KORE_CONCURRENCY: "1" }, 1);
    await app.graph.query(total());
    app.kore.clearLog();
    app.kore.faults.add({ effect: "latency", ms: 2500, path: SIMS, times: 1 });
    const slow = app.graph.query(total());
    await sleep(300); // It is in flight.
    const leaving = new AbortController();
    const gone = fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: CENTERS }),
      signal: leaving.signal,
    }).catch(() => "gone");
    // A full queue refuses others, until it has room again.
    const refused = async () => codes(await app.graph.query(total("other")));
    await sleep(300);
    expect(await refused()).toEqual(["UPSTREAM_BUSY"]);
    leaving.abort();
    expect(await gone).toBe("gone");
    await vi.waitUntil(async () => (await refused()) === undefined, { timeout: 5000 });
    expect((await slow).errors).toBeUndefined();
    expect(app.kore.requests()).not.toContain("GET /v1/accounts/acme/cost-centers ×1");
  });
});

test("the circuit opens while KORE keeps failing, and closes when it recovers", async () => {
  await start();
  app.kore.faults.add({ effect: "status", status: 503, path: "/connectivity/**" });
  for (let time = 0; time < 4; time += 1) await app.graph.query(total());
  const before = app.kore.log().length;
  const { errors } = await app.graph.query(total());
  expect(errors?.[0]?.extensions).toMatchObject({ code: "KORE_UNAVAILABLE", isRetryable: true });
  expect(errors?.[0]?.extensions.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  expect(app.kore.log()).toHaveLength(before);

  app.kore.faults.clear();
  await vi.waitUntil(async () => (await app.graph.query(total())).errors === undefined, {
    timeout: 9000,
    interval: 100,
  });
  expect(logged("KORE's state as seen from here").map(({ state }) => state)).toEqual(["open", "half-open", "closed"]);
});

describe("A cacheable reply", () => {
  test("is read once a minute for all callers", async () => {
    await start();
    const query = `{ account(id: "acme") { name costCenters { name } activationProfiles { name } } }`;
    const replies = [await app.graph.query(query), await app.graph.query(query)];
    expect(replies[1]).toEqual(replies[0]);
    expect(app.kore.requests().sort()).toEqual([
      "GET /v1/accounts ×1",
      "GET /v1/accounts/acme/activation-profiles ×1",
      "GET /v1/accounts/acme/cost-centers ×1",
    ]);
  });

  test("is read each time when caching is disabled", async () => {
    await start({ CACHE_SECONDS: "0" });
    for (let time = 0; time < 2; time += 1) await app.graph.query(CENTERS);
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/cost-centers ×2"]);
  });

  test("is never read from the cache before a write", async () => {
    await start();
    const [id] = app.kore.iccids("acme");
    const list = await app.graph.query<{ account: { activationProfiles: { id: string }[] } }>(
      `{ account(id: "acme") { activationProfiles { id } } }`,
    );
    const profile = list.data?.account.activationProfiles[0]?.id ?? "";
    const whole = `{ activationProfile(accountId: "acme", id: "${profile}") { planIds } }`;
    await app.graph.query(whole);
    await app.graph.query(
      `mutation { changeSubscriptionPlan(input: { accountId: "acme", activationProfileId: "${profile}", dryRun: true,
         subscriptions: [{ iccid: "${id ?? ""}" }] }) { counts { submitted } } }`,
    );
    await app.graph.query(whole);
    expect(app.kore.requests()).toContain(`GET /v1/accounts/acme/activation-profiles/${profile} ×2`);
  });

  test.each([
    ["cut short", { effect: "truncate" }],
    ["of a wrong shape", { effect: "wrong-types", of: "numbers" }],
  ] as const)("is not cached when it is %s", async (_, fault) => {
    await start();
    app.kore.faults.add({ ...fault, path: "/connectivity/v1/accounts" });
    const query = "{ accounts { number } }";
    expect(codes(await app.graph.query(query))).toEqual(["KORE_CONTRACT_BROKEN"]);
    app.kore.faults.clear();
    expect((await app.graph.query(query)).errors).toBeUndefined();
    expect(app.kore.requests()).toEqual(["GET /v1/accounts ×2"]);
  });

  test("is served stale while KORE fails, and every transport reports it", async () => {
    await start({ CACHE_SECONDS: "1" });
    const { data } = await app.graph.query(CENTERS);
    await sleep(1100);
    app.kore.faults.add({ effect: "status", status: 503, path: "/connectivity/**" });
    const replies = [await app.graph.query(CENTERS)];
    for (const { call } of TRANSPORTS) {
      const caller = call(app.url, { query: CENTERS });
      await caller.ended;
      replies.push(...caller.results);
    }
    expect(replies).toHaveLength(3);
    for (const reply of replies) {
      expect(reply.errors).toBeUndefined();
      expect(reply.data).toEqual(data);
      expect(reply.extensions).toEqual({ stale: [{ read: "costCenters", ageSeconds: expect.any(Number) as number }] });
    }
    app.kore.faults.clear();
    await vi.waitUntil(async () => (await app.graph.query(CENTERS)).extensions === undefined, { timeout: 9000 });
  });
});
