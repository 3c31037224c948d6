import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { WAIT } from "../../support/live/toy-graph.ts";

const FIXTURES = { accounts: { acme: { sims: 3, states: "Active" } }, clock: "real" } as const;
const SUSPEND = `mutation ($input: SuspendSubscriptionsInput!) {
  suspendSubscriptions(input: $input) { results { outcome reason } requests { id } }
}`;

interface Suspended {
  suspendSubscriptions: { results: { outcome: string; reason: string | null }[]; requests: { id: string }[] };
}

let app: TestApp;
afterEach(() => app.stop());

const operation = (more: object = {}) => ({
  query: SUSPEND,
  variables: {
    input: { accountId: "acme", subscriptions: app.kore.iccids("acme").map((iccid) => ({ iccid })), ...more },
  },
});
const HTTP = {
  name: "HTTP",
  call: (url: string, body: object) => {
    const results: Reply[] = [];
    const headers = { "content-type": "application/json" };
    const ended = fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) }).then(
      async (reply) => {
        results.push((await reply.json()) as Reply);
        return "complete";
      },
      (error: unknown) => String(error),
    );
    return { results, ended };
  },
};
const posts = () => app.kore.log().filter(({ method, path }) => method === "POST" && path.endsWith("/suspend")).length;
const defects = () => app.logged().filter(({ level }) => level === "error" || level === "fatal");

describe.each([HTTP, ...TRANSPORTS])("a stop, over $name,", ({ call }) => {
  test("answers an order that waits after a 429, instead of cutting it off", async () => {
    app = await startApp(FIXTURES, { STOP_WITHIN_MS: "2000" });
    app.kore.faults.add({ effect: "status", status: 429, retryAfter: 120, method: "POST", path: "/connectivity/**" });
    const caller = call(app.url, operation());
    await vi.waitUntil(() => posts() === 1, WAIT);
    await delay(100); // Until KORE's refusal has been read.
    const began = performance.now();
    await app.stop();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(await caller.ended).toBe("complete");
    const { results } = (caller.results[0]?.data as unknown as Suspended).suspendSubscriptions;
    expect(results).toEqual(Array.from({ length: 3 }, () => ({ outcome: "OUTCOME_UNKNOWN", reason: "NOT_SENT_YET" })));
    expect(posts()).toBe(1);
    expect(defects()).toEqual([]);
  });

  test("answers a write that only waits for KORE to finish", async () => {
    app = await startApp({ ...FIXTURES, provisioning: { completedAfterMs: 600_000 } }, { STOP_WITHIN_MS: "2000" });
    const caller = call(app.url, operation({ waitUpTo: 60 }));
    await vi.waitUntil(() => app.kore.provisioningRequests("acme").length === 1, WAIT);
    await delay(200);
    await app.stop();
    expect(await caller.ended).toBe("complete");
    const { results, requests } = (caller.results[0]?.data as unknown as Suspended).suspendSubscriptions;
    expect(results.map(({ outcome }) => outcome)).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    expect(requests.map(({ id }) => id)).toEqual(app.kore.provisioningRequests("acme").map(({ id }) => id));
    expect(defects()).toEqual([]);
  });
});

test("an order whose caller has left does not hold up the stop", async () => {
  app = await startApp(FIXTURES);
  app.kore.faults.add({ effect: "status", status: 429, retryAfter: 120, method: "POST", path: "/connectivity/**" });
  const leaving = new AbortController();
  const headers = { "content-type": "application/json" };
  const call = fetch(`${app.url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify(operation()),
    signal: leaving.signal,
  }).catch(() => "left");
  await vi.waitUntil(() => posts() === 1, WAIT);
  await delay(100);
  leaving.abort();
  expect(await call).toBe("left");
  const began = performance.now();
  await app.stop();
  expect(performance.now() - began).toBeLessThan(3000);
  expect(defects()).toEqual([]);
});
