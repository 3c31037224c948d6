import { Agent, get } from "node:http";
import { expect, test } from "vitest";
import { type LoggedRequest, startSimulator } from "../../../src/simulator/index.ts";
import { listPath, start, startWithCaller } from "../support/harness.ts";

test("the log has each request's method, path, query, status, time and outcome, tokens included", async () => {
  const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 1 } } });
  await caller.get(listPath("acme", { "sim-state": "Active" }));
  await caller.get("/v1/accounts/none/cost-centers");
  const at = "2025-01-15T09:00:00.000Z";
  const common = { at, inFlight: 1, outcome: "answered" } as const;
  expect(kore.log()).toEqual<LoggedRequest[]>([
    { ...common, method: "POST", path: "/Api/api/token", query: {}, status: 200 },
    {
      ...common,
      method: "GET",
      path: "/connectivity/v1/accounts/acme/subscriptions",
      query: { "page-index": "0", "max-page-item": "1000", "sim-state": "Active" },
      status: 200,
    },
    { ...common, method: "GET", path: "/connectivity/v1/accounts/none/cost-centers", query: {}, status: 404 },
  ]);
  kore.clearLog();
  expect(kore.log()).toEqual([]);
});

test("the log holds no secret", async () => {
  const { kore, caller } = await startWithCaller();
  await caller.get("/v1/ping");
  await caller.clients("/v1/ping");
  const text = JSON.stringify(kore.log());
  for (const secret of [kore.credentials.clientSecret, kore.credentials.apiKey]) expect(text).not.toContain(secret);
});

test("the log has the number of requests in flight", async () => {
  const { kore, caller } = await startWithCaller();
  await caller.get("/v1/ping");
  kore.faults.add({ effect: "latency", ms: 40 });
  await Promise.all([1, 2, 3].map(() => caller.get("/v1/ping")));
  expect(Math.max(...kore.log().map((entry) => entry.inFlight))).toBe(3);
});

test("the addresses are those that configuration takes", async () => {
  const kore = await start();
  expect(kore.urls).toEqual({
    connectivity: `${kore.url}/connectivity`,
    connectivityToken: `${kore.url}/Api/api/token`,
    sms: `${kore.url}/sms`,
    globalToken: `${kore.url}/api-services/v1/auth/token`,
    clients: kore.url,
  });
});

test("it stops at once although a connection is kept alive", async () => {
  const kore = await startSimulator();
  const agent = new Agent({ keepAlive: true });
  await new Promise<void>((resolve) => {
    get(`${kore.url}/_simulator`, { agent }, (reply) => reply.resume().once("end", resolve));
  });
  const begun = performance.now();
  await kore.stop();
  expect(performance.now() - begun).toBeLessThan(500);
  await expect(fetch(kore.url)).rejects.toThrow();
  agent.destroy();
});

test("it stops at once although a delayed request is waiting", async () => {
  const kore = await startSimulator();
  kore.faults.add({ effect: "latency", ms: 60_000 });
  const waiting = fetch(`${kore.url}/v1/ping`).catch(() => "cut");
  await expect.poll(() => kore.log().length).toBe(1);
  await kore.stop();
  expect(await waiting).toBe("cut");
});

test("stopping twice is harmless, and a taken port is an error", async () => {
  const kore = await startSimulator();
  await expect(startSimulator({ port: Number(new URL(kore.url).port) })).rejects.toThrow("EADDRINUSE");
  await kore.stop();
  await kore.stop();
});

test("a million SIMs take no more memory than a few, and the last one is found by its ICCID", async () => {
  const before = process.memoryUsage().heapUsed;
  const { kore, caller } = await startWithCaller({ accounts: { big: { sims: 1_000_000 } } });
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6); // 20 bytes per SIM: none is stored
  const get = async (query: Record<string, string | number>): Promise<unknown> =>
    (await caller.get<{ subscriptions: { iccid: string }[] }>(listPath("big", query))).body.subscriptions[0]?.iccid;
  const last = await get({ "page-index": 999_999, "max-page-item": 1 });
  expect(await get({ iccid: String(last) })).toBe(last);
  expect(await get({ "max-page-item": 1, "sort-direction": "Asc" })).toBe(last);
  expect(kore.examples.accountId).toBe("big");
});
