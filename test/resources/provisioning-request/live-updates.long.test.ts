import { afterEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

let app: TestApp;
afterEach(() => app.stop());

const [first = fail()] = TRANSPORTS;
function fail(): never {
  throw new Error("no transport to test");
}

const detailReads = () => app.kore.requests().filter((line) => /GET .*provisioning-requests\/\S+ ×/.test(line));

/** Orders an activation, and returns the id of KORE's request. */
async function activate(): Promise<string> {
  const { data } = await app.graph.query<{ activateSubscriptions: { requests: { id: string }[] } }>(
    `mutation ($iccid: ICCID!) { activateSubscriptions(input: {
       accountId: "acme", subscriptions: [{ iccid: $iccid }], activationState: TEST
     }) { requests { id } } }`,
    { iccid: app.kore.iccids("acme")[0] },
  );
  return data?.activateSubscriptions.requests[0]?.id ?? "";
}
const watching = (id: string) => ({
  query: `subscription ($id: ID!) { provisioningRequestUpdated(accountId: "acme", id: $id) { id status progress { done total } } }`,
  variables: { id },
});
const world = { accounts: { acme: { sims: 5, states: "Stock" } } } as const;

describe.each(TRANSPORTS)("Over $name", (transport) => {
  test("a provisioning request is emitted in its present state, then on each change, until it is done", async () => {
    app = await startApp({ ...world, clock: "real" });
    const caller = transport.call(app.url, watching(await activate()));
    expect(await caller.ended).toBe("complete");
    const states = caller.results.map(({ data }) => data?.provisioningRequestUpdated);
    expect(states.at(-1)).toMatchObject({ status: "COMPLETED", progress: { done: 1, total: 1 } });
    expect(states.length).toBeGreaterThan(1);
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(states.length);
  });

  test("one that is done is emitted once", async () => {
    app = await startApp({ ...world, clock: "real" });
    const id = await activate();
    await transport.call(app.url, watching(id)).ended;
    app.kore.clearLog();
    const caller = transport.call(app.url, watching(id));
    expect(await caller.ended).toBe("complete");
    expect(caller.results).toHaveLength(1);
    expect(detailReads()).toEqual([`GET /v1/accounts/acme/provisioning-requests/${id} ×1`]);
  });

  test("B6.4 one that is acknowledged and not yet visible is polled until it is done", async () => {
    app = await startApp({ ...world, clock: "real" });
    const id = await activate();
    const path = "/connectivity/v1/accounts/acme/provisioning-requests/*";
    app.kore.faults.add({ effect: "status", status: 404, method: "GET", path, times: 2 });
    const caller = transport.call(app.url, watching(id));
    expect(await caller.ended).toBe("complete");
    const states = caller.results.map(({ data }) => data?.provisioningRequestUpdated);
    expect(states[0]).toEqual({ id, status: "SUBMITTED", progress: null });
    expect(states.at(-1)).toMatchObject({ status: "COMPLETED" });
  });

  test("an unknown one is a named error", async () => {
    app = await startApp(world);
    const caller = transport.call(app.url, watching("none"));
    await caller.ended;
    expect(caller.results.at(-1)?.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  });

  test("state changes are emitted from KORE's webhooks", async () => {
    app = await startApp(
      { ...world, clock: "real" },
      { KORE_WEBHOOK_SECRETS: "s3", KORE_WEBHOOK_URL: "https://graph.acme.example/hook" },
    );
    app.kore.webhooks.to({
      url: `${app.url}/webhooks/kore`,
      secret: "s3",
      callbackUrl: "https://graph.acme.example/hook",
      copies: 2,
    });
    const caller = transport.call(app.url, {
      query: `subscription { subscriptionStateChanged(accountId: "acme") { oldState newState at subscription { state iccid } } }`,
    });
    await new Promise((resolve) => setTimeout(resolve, 300)); // The subscription starts without an acknowledgement.
    await activate();
    await expect.poll(() => caller.results.length, { timeout: 10_000 }).toBe(1);
    expect(caller.results[0]?.data).toMatchObject({
      subscriptionStateChanged: { oldState: "STOCK", newState: "TEST", subscription: { state: "TEST" } },
    });
    await app.kore.webhooks.settled();
    expect(caller.results).toHaveLength(1); // Each was delivered twice.
    caller.leave();
  });
});

test("a hundred watchers of one request cost as many polls as one, and get the same", async () => {
  const polls: number[] = [];
  for (const watchers of [1, 100]) {
    app = await startApp({ ...world, clock: "manual" });
    const id = await activate();
    app.kore.clearLog();
    const callers = Array.from({ length: watchers }, () => first.call(app.url, watching(id)));
    await Promise.all(callers.map(({ results }) => expect.poll(() => results.length, { timeout: 10_000 }).toBe(1)));
    const before = detailReads();
    app.kore.clock.advance(60_000);
    await Promise.all(callers.map(({ ended }) => ended));
    for (const { results } of callers) {
      expect(results.at(-1)?.data?.provisioningRequestUpdated).toMatchObject({ status: "COMPLETED" });
    }
    polls.push(app.kore.log().filter(({ path }) => path.includes("provisioning-requests/")).length);
    expect(before).toHaveLength(1);
    await app.stop();
  }
  // All watchers started within the first interval or between two polls: at most one poll more or less.
  expect(Math.abs((polls[0] ?? 0) - (polls[1] ?? 0))).toBeLessThanOrEqual(1);
});

test("polling ends with the last watcher", async () => {
  app = await startApp({ ...world, clock: "manual" });
  const caller = first.call(app.url, watching(await activate()));
  await expect.poll(() => caller.results.length, { timeout: 10_000 }).toBe(1);
  caller.leave();
  await new Promise((resolve) => setTimeout(resolve, 300));
  app.kore.clearLog();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(app.kore.requests()).toEqual([]);
});

test("a webhook wakes the poller", async () => {
  app = await startApp(
    { ...world, clock: "manual" },
    { KORE_WEBHOOK_SECRETS: "s3", KORE_WEBHOOK_URL: "https://graph.acme.example/hook" },
  );
  app.kore.webhooks.to({
    url: `${app.url}/webhooks/kore`,
    secret: "s3",
    callbackUrl: "https://graph.acme.example/hook",
  });
  const caller = first.call(app.url, watching(await activate()));
  await expect.poll(() => caller.results.length, { timeout: 10_000 }).toBe(1);
  // After several polls, the next one would be seconds away.
  await expect
    .poll(() => app.kore.log().filter(({ path }) => path.includes("provisioning-requests/")).length, {
      timeout: 15_000,
    })
    .toBe(4);
  const start = performance.now();
  app.kore.clock.advance(60_000);
  await caller.ended;
  expect(performance.now() - start).toBeLessThan(2500);
});
