import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 20 } } }, { KORE_DEADLINE_MS: "400" });
});
afterEach(() => app.stop());

const SIMS = "/connectivity/v1/accounts/acme/subscriptions";
type Fault = Parameters<TestApp["kore"]["faults"]["add"]>[0];

/** Reads SIMs, which have the fault, and cost centers, which do not. */
async function ask() {
  const reply = await app.graph.query<{ account: { subscriptions: unknown; costCenters: unknown[] | null } }>(
    `{ account(id: "acme") { subscriptions(first: 5) { nodes { id state } } costCenters { name } } }`,
  );
  return { ...reply, text: JSON.stringify(reply) };
}

test.each<[what: string, fault: Fault, code: string, more: object]>([
  ["400", { effect: "status", status: 400, path: SIMS }, "KORE_REFUSED", { koreStatus: 400, isRetryable: false }],
  ["401", { effect: "status", status: 401, path: SIMS }, "KORE_UNAUTHENTICATED", { koreStatus: 401 }],
  ["403", { effect: "status", status: 403, path: SIMS }, "KORE_FORBIDDEN", { koreStatus: 403 }],
  ["404", { effect: "status", status: 404, path: SIMS }, "NOT_FOUND", { koreStatus: 404 }],
  ["409", { effect: "status", status: 409, path: SIMS }, "KORE_CONFLICT", { koreStatus: 409 }],
  ["429", { effect: "status", status: 429, path: SIMS }, "KORE_RATE_LIMITED", { koreStatus: 429, isRetryable: true }],
  [
    "429 with Retry-After",
    { effect: "status", status: 429, retryAfter: 2, path: SIMS },
    "KORE_RATE_LIMITED",
    { retryAfterSeconds: 2 },
  ],
  ["500", { effect: "status", status: 500, path: SIMS }, "KORE_UNAVAILABLE", { koreStatus: 500, isRetryable: true }],
  ["503", { effect: "status", status: 503, path: SIMS }, "KORE_UNAVAILABLE", { koreStatus: 503 }],
  ["504", { effect: "status", status: 504, path: SIMS }, "KORE_TIMEOUT", { koreStatus: 504 }],
  ["a connection cut before the work", { effect: "drop", when: "before", path: SIMS }, "KORE_UNREACHABLE", {}],
  ["a connection cut after the work", { effect: "drop", when: "after", path: SIMS }, "KORE_UNREACHABLE", {}],
  ["a connection cut in the reply", { effect: "drop", when: "during", path: SIMS }, "KORE_UNREACHABLE", {}],
  ["half of the JSON", { effect: "truncate", path: SIMS }, "KORE_CONTRACT_BROKEN", { koreStatus: 200 }],
  ["a page of HTML", { effect: "html", path: SIMS }, "KORE_CONTRACT_BROKEN", { koreStatus: 200 }],
  ["no body", { effect: "empty", path: SIMS }, "KORE_CONTRACT_BROKEN", { koreStatus: 200 }],
  ["texts for lists", { effect: "wrong-types", of: "lists", path: SIMS }, "KORE_CONTRACT_BROKEN", {}],
  ["objects for numbers", { effect: "wrong-types", of: "numbers", path: SIMS }, "KORE_CONTRACT_BROKEN", {}],
  ["no answer in time", { effect: "latency", ms: 2000, path: SIMS }, "KORE_TIMEOUT", { isRetryable: true }],
])("%s fails its own field only, with a masked error", async (_, fault, code, more) => {
  app.kore.faults.add(fault);
  const { data, errors, text } = await ask();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]).toMatchObject({ path: ["account", "subscriptions"], extensions: { code, ...more } });
  expect(data?.account.subscriptions).toBeNull();
  expect(data?.account.costCenters).not.toHaveLength(0);
  for (const upstream of [app.kore.url, "/v1/accounts", "connectivity", "stack", "<html"]) {
    expect(text).not.toContain(upstream);
  }

  app.kore.faults.clear();
  // After a 429 the next call waits for as long as KORE has asked, or a second.
  await vi.waitUntil(async () => (await ask()).errors === undefined, { timeout: 9000, interval: 100 });
});

test("numbers in place of strings are read as their digits", async () => {
  app.kore.faults.add({ effect: "wrong-types", of: "strings", path: "/connectivity/v1/accounts/acme/cost-centers" });
  const { errors, data } = await app.graph.query<{ account: { costCenters: { name: string }[] } }>(
    `{ account(id: "acme") { costCenters { id name } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data?.account.costCenters[0]?.name).toMatch(/^-?\d/);
});

test("an undocumented state is UNKNOWN, readable in rawState, and logged once", async () => {
  app.kore.faults.add({ effect: "unknown-enums", path: SIMS });
  const query = `{ subscriptions(accountId: "acme") { nodes { state rawState } } }`;
  for (let time = 0; time < 2; time += 1) {
    const { data, errors } = await app.graph.query<{ subscriptions: { nodes: { state: string; rawState: string }[] } }>(
      query,
    );
    expect(errors).toBeUndefined();
    expect(new Set(data?.subscriptions.nodes.map(({ state }) => state))).toEqual(new Set(["UNKNOWN"]));
    expect(data?.subscriptions.nodes[0]?.rawState).toMatch(/\w/);
  }
  const observed = app.logged().filter(({ msg }) => String(msg).startsWith("KORE says something new"));
  expect(new Set(observed.map(({ field }) => field)).size).toBe(observed.length);
  expect(observed).not.toHaveLength(0);
});

test("of 150 SIMs by ICCID the hundred of a failed request are errors, and the rest is served", async () => {
  const big = await startApp({ accounts: { acme: { sims: 150 } } });
  big.kore.faults.add({ effect: "status", status: 500, path: SIMS, after: 1 });
  const { data, errors } = await big.graph.query<{ subscriptionsByIccid: unknown[] }>(
    `query ($iccids: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $iccids) { id } }`,
    { iccids: big.kore.iccids("acme") },
  );
  expect([100, 50]).toContain(errors?.length);
  expect(data?.subscriptionsByIccid.filter((sim) => sim === null)).toHaveLength(errors?.length ?? 0);
  await big.stop();
});

test("an unreachable KORE is an error of each field, and the process keeps running", async () => {
  await app.kore.stop();
  const { errors } = await ask();
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["KORE_UNREACHABLE", "KORE_UNREACHABLE"]);
  expect((await fetch(`${app.url}/livez`)).status).toBe(200);
});
