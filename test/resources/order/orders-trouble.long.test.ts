import { afterEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

const LIST = "GET /v1/accounts/acme/subscriptions ×1";
const ACTIVATE = "POST /v1/accounts/acme/provisioning-requests/activate ×1";

let app: TestApp;
afterEach(() => app.stop());

const mutation = (more = "") => `mutation ($sims: [SimActivation!]!) {
  activateSubscriptions(input: {
    accountId: "acme", subscriptions: $sims, activationState: ACTIVE, requestKey: "k" ${more}
  }) { results { iccid outcome } requests { id status progress { done failed total } subscriptions { iccid outcome message } } }
}`;
interface Activated {
  activateSubscriptions: {
    results: { iccid: string; outcome: string }[];
    requests: { id: string; status: string; progress: object; subscriptions: { outcome: string; message: string }[] }[];
  };
}
const sims = (count: number) =>
  app.kore
    .iccids("acme")
    .slice(0, count)
    .map((iccid) => ({ iccid }));

test("SIMs that KORE fails are shown in the request, and the others are done", async () => {
  app = await startApp({ accounts: { acme: { sims: 3, states: "Stock", serviceType: "VZW" } }, clock: "real" });
  const [first, ...others] = sims(3);
  const { data } = await app.graph.query<Activated>(mutation(", waitUpTo: 10"), {
    sims: [{ ...first, imei: "356938035643809" }, ...others], // Verizon needs an IMEI or a SKU.
  });
  expect(data?.activateSubscriptions.results.map(({ outcome }) => outcome)).toEqual(["SUBMITTED", "FAILED", "FAILED"]);
  const [request] = data?.activateSubscriptions.requests ?? [];
  expect(request).toMatchObject({ status: "COMPLETED", progress: { done: 1, failed: 2, total: 3 } });
  expect(request?.subscriptions.filter(({ outcome, message }) => outcome === "FAILED" && message)).toHaveLength(2);
  const [list, post, ...polls] = app.kore.requests();
  expect([list, post]).toEqual([LIST, ACTIVATE]);
  expect(polls).toHaveLength(1); // One request, polled until it was done; the last poll is the answer.
});

test("a caller that disconnects during the order gets its outcome by a repetition", async () => {
  app = await startApp({ accounts: { acme: { sims: 2, states: "Stock" } }, clock: "real" });
  app.kore.faults.add({ effect: "latency", ms: 500, method: "POST", path: "/connectivity/**" });
  const caller = new AbortController();
  const body = JSON.stringify({ query: mutation(), variables: { sims: sims(2) } });
  const headers = { "content-type": "application/json" };
  const call = fetch(`${app.url}/graphql`, { method: "POST", headers, body, signal: caller.signal });
  await expect.poll(() => app.kore.requests(), { timeout: 5000 }).toContain(ACTIVATE);
  caller.abort();
  await expect(call).rejects.toThrow();

  const { data } = await app.graph.query<Activated>(mutation(), { sims: sims(2) });
  const [held] = app.kore.provisioningRequests("acme");
  expect(data?.activateSubscriptions.requests).toMatchObject([{ id: held?.id }]);
  expect(app.kore.requests().filter((line) => line.startsWith("POST"))).toEqual([ACTIVATE]);
  expect(app.kore.log().find(({ method, path }) => method === "POST" && path.endsWith("/activate"))?.outcome).toBe(
    "answered",
  );
});

test("repeated webhooks in the wrong order emit each change once", async () => {
  const callbackUrl = "https://graph.acme.example/hook";
  app = await startApp(
    { accounts: { acme: { sims: 3, states: "Stock" } }, clock: "manual" },
    { KORE_WEBHOOK_SECRETS: "s3", KORE_WEBHOOK_URL: callbackUrl },
  );
  app.kore.webhooks.to({ url: `${app.url}/webhooks/kore`, secret: "s3", callbackUrl, copies: 2, hold: 100 });
  const [transport] = TRANSPORTS;
  const caller = transport?.call(app.url, {
    query: `subscription { subscriptionStateChanged(accountId: "acme") { subscriptionId newState at } }`,
  });
  await new Promise((resolve) => setTimeout(resolve, 300)); // The subscription starts without an acknowledgement.
  await app.graph.query(mutation(), { sims: sims(3) });
  app.kore.clock.advance(60_000);
  app.kore.webhooks.flush();
  await app.kore.webhooks.settled();
  await expect.poll(() => caller?.results.length).toBe(3);
  const observed = caller?.results.map(({ data }) => JSON.stringify(data?.subscriptionStateChanged));
  expect(new Set(observed).size).toBe(3);
  expect(app.kore.webhooks.deliveries().length).toBeGreaterThanOrEqual(6);
  caller?.leave();
});

test("the outcome of a write is shown although the following read fails", async () => {
  app = await startApp({ accounts: { acme: { sims: 1, states: "Stock" } }, clock: "real" });
  app.kore.faults.add({
    effect: "status",
    status: 500,
    method: "GET",
    path: "/connectivity/**/provisioning-requests/*",
  });
  const reply = await app.graph.query<Activated>(mutation(), { sims: sims(1) });
  const [held] = app.kore.provisioningRequests("acme");
  expect(reply.data?.activateSubscriptions).toMatchObject({
    results: [{ outcome: "SUBMITTED" }],
    requests: [{ id: held?.id, status: "SUBMITTED", progress: null, subscriptions: null }],
  });
  expect(reply.extensions?.hints?.[0]?.message).toMatch(/could not be asked/);
});

test("a failing mutation does not hide the outcome of the one before it", async () => {
  app = await startApp({ accounts: { acme: { sims: 2, states: "Stock" } }, clock: "real" });
  const { data, errors } = await app.graph.query(
    `mutation ($iccid: ICCID!) {
       done: activateSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }], activationState: TEST }) { counts { submitted } }
       failed: suspendSubscriptions(input: { accountId: "acme", subscriptions: [] }) { counts { submitted } }
     }`,
    { iccid: app.kore.iccids("acme")[0] },
  );
  expect(data).toEqual({ done: { counts: { submitted: 1 } }, failed: null });
  expect(errors?.map(({ path }) => path)).toEqual([["failed"]]);
});

test("a read after a write does not join one that began before it", async () => {
  app = await startApp({ accounts: { acme: { sims: 1, states: "Stock" } }, clock: "real" });
  const [iccid] = app.kore.iccids("acme");
  const read = () =>
    app.graph.query<{ subscription: { state: string } }>(
      `query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) { state } }`,
      { iccid },
    );
  await read(); // Fetches the token in advance.
  // The simulator delays before it processes, so the reply of the slow read is cut instead.
  app.kore.faults.add({ effect: "latency", ms: 4000, method: "GET", path: "/connectivity/**/subscriptions", times: 1 });
  const slow = read();
  await expect.poll(() => app.kore.requests()).toEqual([`GET /v1/accounts/acme/subscriptions ×2`]);
  await app.graph.query(mutation(", waitUpTo: 10"), { sims: sims(1) });
  const before = app.kore.log().length;
  expect((await read()).data?.subscription.state).toBe("ACTIVE");
  expect(app.kore.log().length).toBe(before + 1);
  await slow;
});
