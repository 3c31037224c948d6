import { expect, test } from "vitest";
import { type Fault } from "../../src/simulator/index.ts";
import { listPath, startWithCaller } from "./support/harness.ts";

const ACME = { accounts: { acme: { sims: 10, states: "Active" } } } as const;
const LIST = "/connectivity/v1/accounts/*/subscriptions";
const suspend = (iccid: string | undefined): unknown => ({ suspend: { subscriptions: [{ iccid }] } });
const SUSPEND = "/v1/accounts/acme/provisioning-requests/suspend";

test("a fault applies by method and path, after n requests, n times", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  kore.faults.add({ effect: "status", status: 500, method: "GET", path: LIST, after: 1, times: 2 });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) {
    await caller.get("/v1/ping"); // another path does not count
    statuses.push((await caller.get(listPath("acme"))).status);
  }
  expect(statuses).toEqual([200, 500, 500, 200, 200]);
  expect(kore.faults.list()).toMatchObject([{ hits: 2 }]);
});

test("* stands for one segment and ** for any number", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  const remove = kore.faults.add({ effect: "status", status: 503, path: "/connectivity/*" });
  expect((await caller.get(listPath("acme"))).status).toBe(200);
  remove();
  kore.faults.add({ effect: "status", status: 500, path: "/connectivity/**" });
  expect((await caller.get(listPath("acme"))).status).toBe(500);
  kore.faults.clear();
  expect((await caller.get(listPath("acme"))).status).toBe(200);
});

test.each([400, 401, 403, 404, 500])("an injected %i has the body that KORE declares for it", async (status) => {
  const { kore, caller } = await startWithCaller(ACME);
  kore.faults.add({ effect: "status", status, path: "/connectivity/**" });
  kore.faults.add({ effect: "status", status, path: "/v1/clients" });
  expect((await caller.get(listPath("acme"))).status).toBe(status);
  expect((await caller.clients("/v1/clients?page_size=1&page_number=1")).status).toBe(status);
});

test.each([400, 409, 502, 503, 504])(
  "an injected %i on a provisioning call has the body that KORE declares",
  async (status) => {
    const { kore, caller } = await startWithCaller(ACME);
    kore.faults.add({ effect: "status", status, method: "POST", path: "/connectivity/**" });
    expect((await caller.post(SUSPEND, suspend(kore.iccids("acme")[0]))).status).toBe(status);
    expect(kore.provisioningRequests("acme")).toEqual([]);
  },
);

test("an injected 500 at the token endpoint has that endpoint's body", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  kore.faults.add({ effect: "status", status: 500, path: "/Api/api/token" });
  const answer = await caller.form("/Api/api/token", {});
  expect([answer.status, Object.keys(answer.body)]).toEqual([500, ["code", "message"]]);
});

test("a 429 comes with or without Retry-After", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  kore.faults.add({ effect: "status", status: 429, retryAfter: 3, times: 1, path: LIST });
  kore.faults.add({ effect: "status", status: 429, times: 1, path: LIST });
  const first = await caller.get(listPath("acme"), { outsideContract: true });
  const second = await caller.get(listPath("acme"), { outsideContract: true });
  expect([first.status, first.headers.get("retry-after")]).toEqual([429, "3"]);
  expect([second.status, second.headers.get("retry-after")]).toEqual([429, null]);
  expect((await caller.get(listPath("acme"))).status).toBe(200);
});

test("a gateway time-out may come after the work was done", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  kore.faults.add({ effect: "status", status: 504, processed: true, method: "POST", path: "/connectivity/**" });
  expect((await caller.post(SUSPEND, suspend(kore.iccids("acme")[0]))).status).toBe(504);
  expect(kore.provisioningRequests("acme")).toHaveLength(1);
});

test.each([
  ["before", 0, "dropped-before"],
  ["after", 1, "dropped-after"],
  ["during", 1, "dropped-during"],
] as const)("a connection dropped %s the work leaves %i provisioning requests", async (when, requests, outcome) => {
  const { kore, caller } = await startWithCaller(ACME);
  await caller.get("/v1/ping");
  kore.faults.add({ effect: "drop", when, method: "POST", path: "/connectivity/**" });
  await expect(caller.post(SUSPEND, suspend(kore.iccids("acme")[0]))).rejects.toThrow();
  expect(kore.provisioningRequests("acme")).toHaveLength(requests);
  expect(kore.log().at(-1)).toMatchObject({ outcome, fault: "drop" });
});

test("latency delays the answer, and goes along with another fault", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  await caller.get("/v1/ping");
  kore.faults.add({ effect: "latency", ms: 60 });
  kore.faults.add({ effect: "status", status: 500 });
  const begun = performance.now();
  expect((await caller.get("/v1/ping")).status).toBe(500);
  expect(performance.now() - begun).toBeGreaterThan(50);
});

test("the work of a POST whose caller gave up waiting is done all the same", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  const authorization = `Bearer ${await caller.token("legacy")}`;
  kore.faults.add({ effect: "latency", ms: 300, method: "POST" });
  const sent = fetch(`${kore.url}/connectivity${SUSPEND}`, {
    method: "POST",
    body: JSON.stringify(suspend(kore.iccids("acme")[0])),
    headers: { authorization, "x-api-key": kore.credentials.apiKey, "content-type": "application/json" },
    signal: AbortSignal.timeout(20),
  });
  await expect(sent).rejects.toThrow();
  await expect.poll(() => kore.provisioningRequests("acme").length).toBe(1);
  expect(kore.log().at(-1)).toMatchObject({ status: null, outcome: "aborted" });
});

test("bodies can be cut, empty, HTML, or of the wrong types", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  const with1 = async (effect: Fault): Promise<[number, string, string]> => {
    kore.faults.add({ ...effect, times: 1, path: LIST });
    const { status, headers, text } = await caller.get(listPath("acme"), { outsideContract: true });
    return [status, headers.get("content-type") ?? "", text];
  };
  await caller.get("/v1/ping");
  const [status, type, half] = await with1({ effect: "truncate" });
  expect([status, type]).toEqual([200, "application/json; charset=utf-8"]);
  expect(() => JSON.parse(half) as unknown).toThrow();
  expect((await with1({ effect: "empty" }))[2]).toBe("");
  expect(await with1({ effect: "html" })).toEqual([200, "text/html; charset=utf-8", expect.stringContaining("<html>")]);
  expect(JSON.parse((await with1({ effect: "wrong-types" }))[2])).toMatchObject({ subscriptions: "10 items" });
  expect(JSON.parse((await with1({ effect: "wrong-types", of: "numbers" }))[2])).toMatchObject({
    "page-info-result": { "total-count": { value: 10 } },
  });
  expect(JSON.parse((await with1({ effect: "wrong-types", of: "strings" }))[2])).toMatchObject({
    subscriptions: expect.arrayContaining([expect.objectContaining({ iccid: 19 })]) as unknown,
  });
});

test("states, types and statuses can take values that KORE never documented", async () => {
  const { kore, caller } = await startWithCaller();
  const { accountId, provisioningRequestId } = kore.examples;
  kore.faults.add({ effect: "unknown-enums", method: "GET" });
  const outside = { outsideContract: true };
  const list = await caller.get(listPath(accountId, { "max-page-item": 1 }), outside);
  expect(list.body).toMatchObject({ subscriptions: [{ states: [{ state: "Hibernating" }] }] });
  const path = `/v1/accounts/${accountId}/provisioning-requests`;
  const requests = await caller.get(`${path}?take=1`, outside);
  expect(requests.body).toMatchObject({
    records: [{ "request-type": "Hibernating", "request-status": "Hibernating" }],
  });
  const detail = await caller.get(`${path}/${provisioningRequestId}`, outside);
  expect(detail.body).toMatchObject({ Reactivation: { "request-type": "Hibernating", status: "Hibernating" } });
  const clients = await caller.clients("/v1/clients?page_size=1&page_number=1", outside);
  expect(clients.body).toMatchObject({ clients: [{ client_type: "Hibernating" }] });
});

test("tokens can expire at the very request that uses them", async () => {
  const { kore, caller } = await startWithCaller(ACME);
  await caller.get("/v1/ping");
  kore.faults.add({ effect: "expire-tokens", path: LIST, times: 1 });
  expect((await caller.get(listPath("acme"))).status).toBe(403);
});
