import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { bearer, keysFile } from "../../support/auth.ts";

const POSTS = "/connectivity/**/provisioning-requests/*";
const LIST = "/connectivity/**/provisioning-requests";
const ACCOUNTS = { acme: { sims: 6, states: "Active" as const }, other: { sims: 2, states: "Active" as const } };
const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };

let app: TestApp;
afterEach(() => app.stop());

interface Order {
  intentId: string;
  verb: string;
  sentAt: string;
  message: string;
  advice: string;
  subscriptions: { subscriptionId: string; iccid: string }[];
}
interface Candidates {
  intentId: string;
  candidates: { requestId: string; hasSameSims: boolean | null; fitsInTime: boolean | null; request: { id: string } }[];
}
interface Resolved {
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  results: { iccid: string; outcome: string; requestId?: string; request: { id: string } | null }[];
}

const sims = (...places: number[]) => places.map((place) => ({ iccid: app.kore.iccids("acme")[place] }));

async function suspend(places: number[], requestKey: string) {
  const { data } = await app.graph.query<{
    suspendSubscriptions: { results: { outcome: string; reason: string | null; request: { id: string } | null }[] };
  }>(
    `mutation ($sims: [SimSelector!]!, $key: String) {
       suspendSubscriptions(input: { accountId: "acme", subscriptions: $sims, requestKey: $key }) {
         results { outcome reason request { id } }
       }
     }`,
    { sims: sims(...places), key: requestKey },
  );
  return data?.suspendSubscriptions.results ?? [];
}

/** An order whose reply is lost while KORE's list cannot be read. */
async function leaveInDoubt(places: number[], requestKey: string, does: "take" | "lose"): Promise<void> {
  const posts = app.kore.faults.add({
    effect: "drop",
    when: does === "take" ? "after" : "before",
    method: "POST",
    path: POSTS,
  });
  // Not a 500: too many of them would open the circuit breaker.
  const lists = app.kore.faults.add({ effect: "wrong-types", method: "GET", path: LIST });
  const results = await suspend(places, requestKey);
  expect(results.map(({ outcome }) => outcome)).toEqual(places.map(() => "OUTCOME_UNKNOWN"));
  posts();
  lists();
  app.kore.clearLog();
}

async function unresolved(accountId = "acme"): Promise<Order[]> {
  const { data, errors } = await app.graph.query<{ unresolvedOrders: Order[] }>(
    `query ($accountId: ID!) {
       unresolvedOrders(accountId: $accountId) {
         intentId verb sentAt message advice subscriptions { subscriptionId iccid }
       }
     }`,
    { accountId },
  );
  expect(errors).toBeUndefined();
  return data?.unresolvedOrders ?? [];
}

const RESOLVE = `mutation ($input: ResolveOrderInput!) {
  resolveOrder(input: $input) { outcome reason field message results { iccid outcome request { id } } }
}`;

async function resolve(input: Record<string, unknown>): Promise<Resolved | undefined> {
  const { data, errors } = await app.graph.query<{ resolveOrder: Resolved }>(RESOLVE, {
    input: { accountId: "acme", ...input },
  });
  expect(errors).toBeUndefined();
  return data?.resolveOrder;
}

const posts = () => app.kore.requests().filter((line) => line.startsWith("POST"));

describe("with an unresolved order", () => {
  beforeEach(async () => {
    app = await startApp({ accounts: ACCOUNTS, clock: "real" }, SETTLE);
  });

  test("C2.5 unresolvedOrders lists it with verb, SIMs, time and advice, without a KORE call", async () => {
    await leaveInDoubt([0, 1], "lost", "take");
    const [order, ...more] = await unresolved();
    expect(more).toEqual([]);
    expect(order).toMatchObject({ verb: "SUSPEND", subscriptions: sims(0, 1) });
    expect(order?.message).toMatch(/could not be read/);
    expect(order?.advice).toMatch(/resolveOrder with confirm 2/);
    expect(Math.abs(Date.parse(order?.sentAt ?? "") - Date.now())).toBeLessThan(60_000);
    expect(await unresolved("other")).toEqual([]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("C2.5 candidates are read from KORE: a list and each request of its verb and time", async () => {
    await leaveInDoubt([0, 1], "lost", "take");
    const { data, errors } = await app.graph.query<{ unresolvedOrders: Candidates[] }>(
      `{ unresolvedOrders(accountId: "acme") { intentId candidates { requestId hasSameSims fitsInTime request { id } } } }`,
    );
    const [held] = app.kore.provisioningRequests("acme");
    expect(errors).toBeUndefined();
    expect(data?.unresolvedOrders[0]?.candidates).toEqual([
      { requestId: held?.id, hasSameSims: true, fitsInTime: true, request: { id: held?.id } },
    ]);
    expect(app.kore.requests()).toEqual([
      "GET /v1/accounts/acme/provisioning-requests ×1",
      `GET /v1/accounts/acme/provisioning-requests/${held?.id ?? ""} ×1`,
    ]);
    expect(await unresolved()).toHaveLength(1); // Reading changes nothing.
  });

  test("C2.5 an order without a reply is not listed while it is being sent", async () => {
    app.kore.faults.add({ effect: "latency", ms: 400, method: "POST", path: POSTS });
    const done = suspend([0], "slow");
    await expect.poll(posts, { timeout: 5000 }).toHaveLength(1);
    expect(await unresolved()).toEqual([]);
    expect(await done).toMatchObject([{ outcome: "SUBMITTED" }]);
  });

  test("C2.6 arrivedAs adopts KORE's request and sends nothing, and the same requestKey returns it", async () => {
    await leaveInDoubt([0, 1], "lost", "take");
    const [held] = app.kore.provisioningRequests("acme");
    const [order] = await unresolved();
    expect(await resolve({ intentId: order?.intentId, arrivedAs: held?.id, confirm: 2 })).toMatchObject({
      outcome: "ADOPTED",
      reason: null,
      results: [
        { outcome: "SUBMITTED", request: { id: held?.id } },
        { outcome: "SUBMITTED", request: { id: held?.id } },
      ],
    });
    expect(posts()).toEqual([]);
    expect(await unresolved()).toEqual([]);
    expect(await suspend([0, 1], "lost")).toMatchObject([
      { outcome: "SUBMITTED", request: { id: held?.id } },
      { outcome: "SUBMITTED", request: { id: held?.id } },
    ]);
    expect(app.kore.provisioningRequests("acme")).toHaveLength(1);
  });

  test("C2.6 didNotArrive releases it and sends nothing; its SIMs can be written again", async () => {
    await leaveInDoubt([0, 1], "lost", "lose");
    const [order] = await unresolved();
    const resolved = await resolve({ intentId: order?.intentId, didNotArrive: true, confirm: 2 });
    expect(resolved).toMatchObject({
      outcome: "RELEASED",
      results: [{ outcome: "REJECTED" }, { outcome: "REJECTED" }],
    });
    expect(posts()).toEqual([]);
    expect(await unresolved()).toEqual([]);
    expect(await suspend([0], "another")).toMatchObject([{ outcome: "SUBMITTED" }]);
    await app.restart();
    expect(app.kore.provisioningRequests("acme")).toHaveLength(1); // A start does not send it again.
  });

  test("C2.6 a released order is sent when it is repeated with its requestKey", async () => {
    await leaveInDoubt([0, 1], "lost", "lose");
    const [order] = await unresolved();
    await resolve({ intentId: order?.intentId, didNotArrive: true, confirm: 2 });
    expect(await suspend([0, 1], "lost")).toMatchObject([{ outcome: "SUBMITTED" }, { outcome: "SUBMITTED" }]);
    expect(app.kore.provisioningRequests("acme")).toHaveLength(1);
  });

  test("C2.6 it is released although KORE's list cannot be read", async () => {
    await leaveInDoubt([0], "lost", "lose");
    const [order] = await unresolved();
    app.kore.faults.add({ effect: "wrong-types", method: "GET", path: LIST });
    expect(await resolve({ intentId: order?.intentId, didNotArrive: true, confirm: 1 })).toMatchObject({
      outcome: "RELEASED",
    });
  });

  test("C2.6 it is not released when KORE's list shows it", async () => {
    await leaveInDoubt([0], "lost", "take");
    const [order] = await unresolved();
    expect(await resolve({ intentId: order?.intentId, didNotArrive: true, confirm: 1 })).toMatchObject({
      outcome: "REJECTED",
      reason: "ARRIVED",
      field: "didNotArrive",
      results: [],
    });
    expect(await unresolved()).toHaveLength(1);
  });

  test("C2.6 a request of other SIMs, of another verb, of another order or of none is refused, and nothing changes", async () => {
    const [mine] = await suspend([0, 1], "claimed");
    await app.graph.query(
      `mutation ($sims: [SimSelector!]!) {
         changeSubscriptionPlan(input: { accountId: "acme", subscriptions: $sims, activationProfileId: "none" }) { counts { submitted } }
       }`,
      { sims: sims(2) },
    );
    await leaveInDoubt([4, 5], "strangers", "take");
    const [strangers] = app.kore.provisioningRequests("acme");
    const [first] = await unresolved();
    await leaveInDoubt([2, 3], "lost", "take");
    const order = (await unresolved()).find(({ intentId }) => intentId !== first?.intentId);
    const answer = (arrivedAs: string | undefined) => resolve({ intentId: order?.intentId, arrivedAs, confirm: 2 });
    expect(await answer(mine?.request?.id)).toMatchObject({ reason: "REQUEST_CLAIMED", field: "arrivedAs" });
    expect(await answer(strangers?.id)).toMatchObject({ reason: "REQUEST_DIFFERS", field: "arrivedAs" });
    expect(await answer("cmp-cpro-request-1")).toMatchObject({ reason: "REQUEST_NOT_FOUND", field: "arrivedAs" });
    expect(await unresolved()).toHaveLength(2);
    expect(posts()).toEqual([]);
  });

  test("C2.6 one request is not adopted by two orders that are resolved at once", async () => {
    await leaveInDoubt([0], "one", "take");
    const [held] = app.kore.provisioningRequests("acme");
    await leaveInDoubt([1], "two", "lose");
    const orders = await unresolved();
    // KORE's detail is broken, so that only the ledger shows it.
    app.kore.faults.add({ effect: "wrong-types", method: "GET", path: POSTS });
    const results = await Promise.all(
      orders.map(({ intentId }) => resolve({ intentId, arrivedAs: held?.id, confirm: 1 })),
    );
    expect(results.map((result) => result?.reason ?? result?.outcome).sort()).toEqual(["ADOPTED", "REQUEST_CLAIMED"]);
  });

  test("C2.6 nothing is changed when the request cannot be read", async () => {
    await leaveInDoubt([0], "lost", "take");
    const [held] = app.kore.provisioningRequests("acme");
    const [order] = await unresolved();
    app.kore.faults.add({ effect: "status", status: 400, method: "GET", path: POSTS });
    const { data, errors } = await app.graph.query<{ resolveOrder: null }>(RESOLVE, {
      input: { accountId: "acme", intentId: order?.intentId, arrivedAs: held?.id, confirm: 1 },
    });
    expect(data?.resolveOrder).toBeNull();
    expect(errors).toHaveLength(1);
    expect(await unresolved()).toHaveLength(1);
  });

  test.each([0, 1, 3, -2])("C2.6 confirm must be the number of its SIMs: %i of 2", async (confirm) => {
    await leaveInDoubt([0, 1], "lost", "lose");
    const [order] = await unresolved();
    expect(await resolve({ intentId: order?.intentId, didNotArrive: true, confirm })).toMatchObject({
      outcome: "REJECTED",
      reason: "NOT_CONFIRMED",
      field: "confirm",
    });
    expect(await unresolved()).toHaveLength(1);
    expect(app.kore.requests()).toEqual([]);
  });

  test("C2.6 an order that is resolved, or of another account, is not found", async () => {
    await leaveInDoubt([0], "lost", "lose");
    const [order] = await unresolved();
    const wish = { didNotArrive: true, confirm: 1 };
    const notFound = { outcome: "REJECTED", reason: "NOT_FOUND", field: "intentId" };
    expect(await resolve({ intentId: "none", ...wish })).toMatchObject(notFound);
    expect(await resolve({ accountId: "other", intentId: order?.intentId, ...wish })).toMatchObject(notFound);
    expect(await resolve({ intentId: order?.intentId, ...wish })).toMatchObject({ outcome: "RELEASED" });
    expect(await resolve({ intentId: order?.intentId, ...wish })).toMatchObject(notFound);
  });

  test.each([
    [{}, "exactly one"],
    [{ arrivedAs: null, didNotArrive: null }, "exactly one"],
    [{ arrivedAs: "cmp-cpro-request-1", didNotArrive: true }, "exactly one"],
    [{ didNotArrive: false }, "input.didNotArrive"],
    [{ arrivedAs: "cmp-cpro-request-1", didNotArrive: false }, "input.didNotArrive"],
    [{ arrivedAs: "" }, "input.arrivedAs"],
    [{ arrivedAs: " cmp-cpro-request-1" }, "input.arrivedAs"],
    [{ arrivedAs: "../../subscriptions" }, "input.arrivedAs"],
    [{ arrivedAs: "x".repeat(101) }, "input.arrivedAs"],
  ])("C2.6 exactly one decision of a valid form is accepted: %j", async (finding, why) => {
    const { data, errors } = await app.graph.query(RESOLVE, {
      input: { accountId: "acme", intentId: "some", confirm: 1, ...finding },
    });
    expect(data).toEqual({ resolveOrder: null });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
    expect(errors?.[0]?.message).toContain(why);
    expect(app.kore.requests()).toEqual([]);
  });

  test("C2.6 the resolution is in the audit trail, with the caller", async () => {
    await leaveInDoubt([0, 1], "lost", "lose");
    const [order] = await unresolved();
    await resolve({ intentId: order?.intentId, didNotArrive: true, confirm: 1 });
    await resolve({ intentId: order?.intentId, didNotArrive: true, confirm: 2 });
    const records = app.logged().flatMap(({ audit }) => (audit ? [audit as Record<string, unknown>] : []));
    const settled = records.filter(({ operation }) => operation === "resolveOrder");
    expect(settled).toMatchObject([
      { who: "local (unauthenticated)", verb: "suspend", accountId: "acme", sims: 2, outcome: "RELEASED" },
    ]);
    expect(settled[0]).not.toHaveProperty("results"); // AUDIT_SIMS is off.
  });
});

test("C2.6 operators list unresolved orders, admins resolve them, both in their accounts only", async () => {
  const names = ["reader", "erp", "elsewhere", "root"];
  const { path, keys } = await keysFile(
    { name: "reader", role: "viewer", accounts: "*" },
    { name: "erp", role: "operator", accounts: "*" },
    { name: "elsewhere", role: "admin", accounts: ["other"] },
    { name: "root", role: "admin", accounts: ["acme"] },
  );
  app = await startApp({ accounts: ACCOUNTS, clock: "real" }, { ...SETTLE, AUTH_API_KEYS_FILE: path });
  const as = async (name: string, query: string) => {
    const reply = await app.graph.post({ query }, bearer(keys[names.indexOf(name)] ?? ""));
    const { data, errors } = (await reply.json()) as { data: unknown; errors?: { extensions: { code: string } }[] };
    return errors?.[0]?.extensions.code ?? data;
  };
  const list = `{ unresolvedOrders(accountId: "acme") { intentId } }`;
  const settle = `mutation { resolveOrder(input: { accountId: "acme", intentId: "x", didNotArrive: true, confirm: 1 }) { reason } }`;
  expect(await as("reader", list)).toBe("FORBIDDEN");
  expect(await as("erp", list)).toEqual({ unresolvedOrders: [] });
  expect(await as("elsewhere", list)).toBe("NOT_FOUND");
  expect(await as("root", list)).toEqual({ unresolvedOrders: [] });
  expect(await as("erp", settle)).toBe("FORBIDDEN");
  expect(await as("elsewhere", settle)).toBe("NOT_FOUND");
  expect(await as("root", settle)).toEqual({ resolveOrder: { reason: "NOT_FOUND" } });
  expect(app.kore.requests()).toEqual([]);
});
