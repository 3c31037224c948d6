import { afterEach, describe, expect, test } from "vitest";
import { cachedHealthCheck, storeCheck } from "../../src/server/health.ts";
import { type TestApp, startApp } from "../support/app.ts";
import { startToyGraph } from "../support/live/toy-graph.ts";

let app: TestApp | undefined;
afterEach(() => app?.stop());

interface Ready {
  status: string;
  degraded?: string[];
  reasons?: { part: string; credential?: string; reason: string }[];
  reason?: string;
  credentials?: Record<string, Record<string, string>>;
}

async function readiness(url: string): Promise<[status: number, body: Ready]> {
  const reply = await fetch(`${url}/readyz`);
  return [reply.status, (await reply.json()) as Ready];
}

/** The result of `/readyz` after the start. */
async function settled(url: string): Promise<[status: number, body: Ready]> {
  let told = await readiness(url);
  for (; told[1].status === "starting"; told = await readiness(url)) await new Promise((go) => setTimeout(go, 50));
  return told;
}

const COST_CENTERS = `{ account(id: "acme") { costCenters { id } } }`;
const CLIENTS = `{ clients(first: 1) { nodes { id } } }`;
const FIXTURES = { accounts: { acme: { sims: 2 } } };

describe("the app", () => {
  test("Ready.1 is ready with all that it needs, and shows each family's state", async () => {
    app = await startApp(FIXTURES);
    expect(await readiness(app.url)).toEqual([
      200,
      {
        status: "ready",
        degraded: [],
        reasons: [],
        credentials: { default: { connectivity: "accepted", clients: "accepted" } },
      },
    ]);
  });

  test.each<[what: string, spoil: (app: TestApp) => void, reason: string]>([
    [
      "refuses with 503",
      ({ kore }) => void kore.faults.add({ effect: "status", status: 503, path: "/**" }),
      "KORE_UNAVAILABLE",
    ],
    [
      "cuts connections",
      ({ kore }) => void kore.faults.add({ effect: "drop", when: "before", path: "/**" }),
      "KORE_UNREACHABLE",
    ],
    ["answers pages", ({ kore }) => void kore.faults.add({ effect: "html", path: "/**" }), "KORE_CONTRACT_BROKEN"],
  ])("Ready.2 is ready and degraded from the start while KORE %s", async (_, spoil, reason) => {
    app = await startApp(FIXTURES);
    spoil(app);
    const [status, body] = await settled(app.url);
    expect([status, body.status, body.degraded]).toEqual([200, "ready", ["connectivity", "clients"]]);
    expect(body.reasons).toMatchObject([
      { part: "connectivity", credential: "default", reason },
      { part: "clients", credential: "default", reason },
    ]);
    expect((await app.graph.query("{ capabilities { mode } }")).data).toEqual({ capabilities: { mode: "LIVE" } });
  });

  test("Ready.3 is misconfigured while KORE accepts none of its ConnectivityPro credentials, and shows no secret", async () => {
    app = await startApp(FIXTURES, { KORE_CLIENT_SECRET: "hunter2" });
    const [status, body] = await settled(app.url);
    expect([status, body]).toMatchObject([503, { status: "misconfigured", reason: "KORE_CREDENTIALS_REFUSED" }]);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|127\.0\.0\.1/);
    expect(app.logged()).toContainEqual(
      expect.objectContaining({
        level: "error",
        credential: "default",
        msg: "KORE does not accept the credentials of this deployment",
      }),
    );
    expect(JSON.stringify(app.logged())).not.toContain("hunter2");
  });

  test("Ready.3 is misconfigured with an x-api-key that KORE does not take, which a token does not show", async () => {
    app = await startApp(FIXTURES, { KORE_API_KEY: "another-key" });
    const [status, body] = await settled(app.url);
    expect([status, body]).toMatchObject([503, { status: "misconfigured", reason: "KORE_CREDENTIALS_REFUSED" }]);
    expect(body.credentials).toEqual({ default: { connectivity: "refused", clients: "accepted" } });
    expect(app.kore.requests()).toContain("GET /v1/ping ×4"); // Three tokens for ConnectivityPro, one for the clients.
  });

  test.each([
    ["token endpoint", "/Api/api/token"],
    ["API", "/connectivity/**"],
  ])("Ready.4 is degraded when the %s refuses credentials that were accepted before", async (_, path) => {
    app = await startApp(FIXTURES);
    const { kore, url, graph } = app;
    await Promise.all([graph.query(`{ account(id: "acme") { activationProfiles { id } } }`), graph.query(CLIENTS)]);
    kore.expireTokens();
    kore.faults.add({ effect: "status", status: 401, path });
    expect((await graph.query(COST_CENTERS)).errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    const [status, body] = await settled(url);
    expect([status, body.status, body.degraded]).toEqual([200, "ready", ["connectivity"]]);
    expect(body.reasons).toMatchObject([{ part: "connectivity", reason: "KORE_CREDENTIALS_REFUSED" }]);
    expect(body.credentials).toEqual({ default: { connectivity: "refused", clients: "accepted" } });
  });

  test("A3.2 console credentials that KORE refuses degrade the clients, and nothing else", async () => {
    app = await startApp(FIXTURES, { KORE_CONSOLE_CLIENT_ID: "apiclient_wrong", KORE_CONSOLE_CLIENT_SECRET: "wrong" });
    expect((await app.graph.query(CLIENTS)).errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    const [status, body] = await settled(app.url);
    expect([status, body.status, body.degraded]).toEqual([200, "ready", ["clients"]]);
    expect(body.reasons).toMatchObject([
      { part: "clients", credential: "default", reason: "KORE_CREDENTIALS_REFUSED" },
    ]);
    expect(body.credentials).toEqual({ default: { connectivity: "accepted", clients: "refused" } });
    expect((await app.graph.query(COST_CENTERS)).errors).toBeUndefined();
  });

  test("A3.4 both families are pinged where nothing else shows that they answer, once in ten seconds", async () => {
    app = await startApp(FIXTURES);
    for (let time = 0; time < 10; time += 1) await readiness(app.url);
    expect(app.kore.requests()).toEqual(["GET /v1/ping ×2"]);
    expect(app.kore.tokenRequests().sort()).toEqual(["POST /Api/api/token ×1", "POST /api-services/v1/auth/token ×1"]);
  });

  test("A3.4 a call that KORE has accepted spares its family the ping", async () => {
    app = await startApp(FIXTURES);
    await Promise.all([app.graph.query(COST_CENTERS), app.graph.query(CLIENTS)]);
    app.kore.clearLog();
    expect((await readiness(app.url))[1].degraded).toEqual([]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("is well again once KORE is back, and asks it no oftener than once in two seconds", async () => {
    app = await startApp(FIXTURES);
    const { kore, url } = app;
    kore.faults.add({ effect: "status", status: 503, path: "/Api/api/token" });
    for (let time = 0; time < 10; time += 1) expect((await settled(url))[1].degraded).toEqual(["connectivity"]);
    expect(kore.tokenRequests()).toContain("POST /Api/api/token ×3"); // One look, which is repeated.
    kore.faults.clear();
    await expect.poll(async () => (await readiness(url))[1].degraded, { timeout: 5_000 }).toEqual([]);
  });

  test("stays ready with a token that is good while KORE gives no new ones", async () => {
    app = await startApp(FIXTURES);
    await app.graph.query(COST_CENTERS);
    app.kore.faults.add({ effect: "status", status: 503, path: "/Api/api/token" });
    expect((await readiness(app.url))[1]).toMatchObject({ status: "ready", degraded: [] });
  });

  test("Ready.6 degraded parts are a metric", async () => {
    app = await startApp(FIXTURES, { KORE_CONSOLE_CLIENT_ID: "apiclient_wrong", KORE_CONSOLE_CLIENT_SECRET: "wrong" });
    await settled(app.url);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('kore_graph_degraded{part="connectivity",credential="default"} 0');
    expect(metrics).toContain('kore_graph_degraded{part="clients",credential="default"} 1');
    expect(metrics).toContain('kore_graph_degraded{part="store",credential=""} 0');
  });
});

const OBSTACLE = { reason: "STORE_NOT_WRITABLE", message: "The store cannot be written" };
const well = { part: "connectivity", check: () => Promise.resolve(undefined) } as const;
const unwell = { part: "store", check: () => Promise.resolve(OBSTACLE) } as const;

test("Ready.5 a store that cannot be written degrades", async () => {
  const { url } = await startToyGraph({}, { health: { checks: () => [well, unwell] } });
  const reasons = [{ part: "store", ...OBSTACLE }];
  expect(await readiness(url)).toEqual([200, { status: "ready", degraded: ["store"], reasons }]);
});

test("Ready.1 a part that is degraded for several credentials is listed once, with all reasons", async () => {
  const checks = ["a", "b"].map((credential) => ({ ...unwell, part: "clients" as const, credential }));
  const { url } = await startToyGraph({}, { health: { checks: () => checks } });
  const [, body] = await readiness(url);
  expect(body.degraded).toEqual(["clients"]);
  expect(body.reasons?.map(({ credential }) => credential)).toEqual(["a", "b"]);
});

test("Ready.7 until the first look has ended it starts", async () => {
  let finish = (): void => undefined;
  const look = () => new Promise<undefined>((resolve) => (finish = () => resolve(undefined)));
  const slow = cachedHealthCheck({ part: "connectivity" }, look, { maxWait: 10 });
  const { url } = await startToyGraph({}, { health: { checks: () => [slow] } });
  expect(await readiness(url)).toEqual([503, { status: "starting" }]);
  finish();
  expect((await readiness(url))[1]).toMatchObject({ status: "ready", degraded: [] });
});

test("a store that cannot be written is reported without its folder", async () => {
  const writable = { commit: () => Promise.resolve("done" as const) };
  const full = { commit: () => Promise.reject(new Error("ENOSPC: /secret/folder")) };
  expect(await storeCheck(writable).check()).toBeUndefined();
  expect(await storeCheck(full).check()).toEqual({
    reason: "STORE_NOT_WRITABLE",
    message: "The store (STORE_PATH) cannot be written",
  });
});

describe("a check that costs something", () => {
  const UNWELL = { reason: "NO", message: "no" };

  test("is looked into once however many ask, and again when it is no longer believed", async () => {
    let time = 0;
    let looks = 0;
    let found: typeof UNWELL | undefined;
    const { check } = cachedHealthCheck({ part: "store" }, () => Promise.resolve(((looks += 1), found)), {
      now: () => time,
    });
    expect(await Promise.all([check(), check(), check()])).toEqual([undefined, undefined, undefined]);
    time += 9_999;
    found = UNWELL;
    expect(await check()).toBeUndefined();
    expect(looks).toBe(1);
    time += 1;
    expect(await check()).toEqual(UNWELL);
    found = undefined;
    time += 1_999;
    expect(await check()).toEqual(UNWELL);
    time += 1;
    expect(await check()).toBeUndefined();
    expect(looks).toBe(3);
  });

  test("that takes long is answered meanwhile, and goes on", async () => {
    let finish = (): void => undefined;
    const look = () => new Promise<undefined>((resolve) => (finish = () => resolve(undefined)));
    const { check } = cachedHealthCheck({ part: "store" }, look, { maxWait: 10 });
    expect(await check()).toMatchObject({ reason: "NO_ANSWER" });
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await check()).toBeUndefined();
  });

  test("that breaks is not well", async () => {
    const { check } = cachedHealthCheck({ part: "store" }, () => Promise.reject(new Error("hunter2")));
    expect(await check()).toEqual({ reason: "DEFECT", message: "The check failed" });
  });
});
