import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

const DIAGNOSTICS = "/v1/accounts/acme/diagnostics";
const LIST = "GET /v1/accounts/acme/subscriptions ×1";
/** Nothing ends unless the clock is advanced. Milliseconds. */
const LONG = 600_000;
const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };

interface Result {
  iccid: string | null;
  outcome: string;
  reason: string | null;
  message: string | null;
  request: { id: string; status?: string } | null;
}
interface Payload {
  results: Result[];
  counts: { submitted: number; failed: number; rejected: number; unknown: number };
  koreRequests: number;
  isDryRun: boolean;
}

let app: TestApp;
afterEach(() => app.stop());

const at = (index: number) => app.kore.iccids("acme")[index] ?? "";
const posts = () => app.kore.requests().filter((line) => line.startsWith("POST"));

async function reset(places: number[], more: object = {}, fields = ""): Promise<Payload | undefined> {
  const { data, errors } = await app.graph.query<{ resetConnection: Payload }>(
    `mutation ($input: ResetConnectionInput!) { resetConnection(input: $input) {
       results { iccid outcome reason message request { id ${fields} } }
       counts { submitted failed rejected unknown } koreRequests isDryRun } }`,
    { input: { accountId: "acme", subscriptions: places.map((place) => ({ iccid: at(place) })), ...more } },
  );
  expect(errors).toBeUndefined();
  return data?.resetConnection;
}

describe("A reset", () => {
  beforeEach(async () => {
    const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG };
    app = await startApp({ accounts: { acme: { sims: 5, states: "Active" } }, clock: "real", provisioning }, SETTLE);
  });

  test("is one read of the SIMs, and one request for each", async () => {
    const payload = await reset([0, 1, 1]);
    expect(payload).toMatchObject({ counts: { submitted: 2, failed: 0, rejected: 0, unknown: 0 }, koreRequests: 2 });
    const ids = payload?.results.map(({ request }) => request?.id) ?? [];
    expect(new Set(ids).size).toBe(2);
    expect(app.kore.requests()).toEqual([LIST, `POST ${DIAGNOSTICS} ×2`]);
  });

  test("is not sent again for its request key, nor while KORE has not finished it", async () => {
    const first = await reset([0], { requestKey: "k" });
    expect((await reset([0], { requestKey: "k" }))?.results).toEqual(first?.results);
    const [joined] = (await reset([1]))?.results ?? [];
    expect((await reset([1]))?.results).toEqual([joined]);
    expect(posts()).toEqual([`POST ${DIAGNOSTICS} ×2`]);
  });

  test("without a request key is a new one once KORE has finished", async () => {
    await reset([0]);
    app.kore.clock.advance(LONG);
    await reset([0]);
    expect(posts()).toEqual([`POST ${DIAGNOSTICS} ×2`]);
  });

  test("rehearsed writes nothing", async () => {
    expect(await reset([0, 1], { dryRun: true })).toMatchObject({
      results: [{ outcome: "WOULD_BE_SUBMITTED" }, { outcome: "WOULD_BE_SUBMITTED" }],
      koreRequests: 2,
      isDryRun: true,
    });
    expect(app.kore.requests()).toEqual([LIST]);
  });

  test("does not wait for a change of the SIM, nor does a change wait for it", async () => {
    await reset([0]);
    const { data } = await app.graph.query(
      `mutation ($iccid: ICCID!) { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }] }) { counts { submitted } } }`,
      { iccid: at(0) },
    );
    expect(data).toEqual({ suspendSubscriptions: { counts: { submitted: 1 } } });
    expect((await reset([0], { requestKey: "k" }))?.counts.submitted).toBe(1);
  });

  test.each([
    ["after the work", { effect: "drop", when: "after" }, 1],
    ["before the work", { effect: "drop", when: "before" }, 2],
    ["as half a reply", { effect: "truncate" }, 1],
  ] as const)("whose reply is lost %s is at KORE exactly once", async (_, fault, count) => {
    app.kore.faults.add({ ...fault, method: "POST", path: "/connectivity/**/diagnostics", times: 1 });
    expect((await reset([0], { requestKey: "k" }))?.results).toMatchObject([{ outcome: "SUBMITTED" }]);
    expect(posts()).toEqual([`POST ${DIAGNOSTICS} ×${count}`]);
    const { data } = await app.graph.query(
      `{ account(id: "acme") { diagnosticsRequests { totalCount nodes { type status } } } }`,
    );
    const nodes = [{ type: "CANCEL_DEVICE_LOCATION", status: "SUBMITTED" }];
    expect(data).toEqual({ account: { diagnosticsRequests: { totalCount: 1, nodes } } });
  });

  test("with an ambiguous outcome is an unresolved order, which an administrator resolves", async () => {
    const path = "/connectivity/**/diagnostics";
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path, times: 1 });
    // Not a 500: too many of them would open the circuit breaker.
    const remove = app.kore.faults.add({ effect: "wrong-types", method: "GET", path });
    expect((await reset([0]))?.results).toMatchObject([{ outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" }]);
    remove();

    interface Unresolved {
      intentId: string;
      verb: string;
      candidates: { requestId: string; request: null; diagnosticsRequest: { id: string; status: string } }[];
    }
    const { data } = await app.graph.query<{ unresolvedOrders: Unresolved[] }>(
      `{ unresolvedOrders(accountId: "acme") { intentId verb
         candidates { requestId request { id } diagnosticsRequest { id status } } } }`,
    );
    const [order] = data?.unresolvedOrders ?? [];
    const [candidate] = order?.candidates ?? [];
    expect([order?.verb, candidate?.request, candidate?.diagnosticsRequest.id]).toEqual([
      "RESET_CONNECTION",
      null,
      candidate?.requestId,
    ]);
    const resolved = await app.graph.query(
      `mutation ($input: ResolveOrderInput!) { resolveOrder(input: $input) { outcome results { outcome request { id } } } }`,
      { input: { accountId: "acme", intentId: order?.intentId, arrivedAs: candidate?.requestId, confirm: 1 } },
    );
    expect(resolved.data).toEqual({
      resolveOrder: { outcome: "ADOPTED", results: [{ outcome: "SUBMITTED", request: null }] },
    });
    expect(posts()).toEqual([`POST ${DIAGNOSTICS} ×1`]);
  });

  test("names a wrong input", async () => {
    const { errors } = await app.graph.query(
      `mutation { resetConnection(input: { accountId: "acme", subscriptions: [{}] }) { koreRequests } }`,
    );
    expect(errors?.map(({ message }) => message)).toEqual(["input.subscriptions[0]: give one of id and iccid"]);
    expect(app.kore.requests()).toEqual([]);
  });
});

describe("While KORE works", () => {
  test("a reset is waited for, and ends the SIM's session", async () => {
    app = await startApp({ accounts: { acme: { sims: 40, states: "Active" } }, clock: "real" });
    const online = async () => {
      const { data } = await app.graph.query<{
        subscriptions: { nodes: { iccid: string; isInSession: boolean | null }[] };
      }>(`{ subscriptions(accountId: "acme", first: 40) { nodes { iccid isInSession } } }`);
      return data?.subscriptions.nodes.filter(({ isInSession }) => isInSession).map(({ iccid }) => iccid) ?? [];
    };
    const [iccid = ""] = await online();
    const place = app.kore.iccids("acme").indexOf(iccid);
    app.kore.clearLog();
    const since = Date.now();
    const payload = await reset([place], { waitUpTo: 10 }, "status completedAt subscriptions { outcome }");
    expect(payload?.results).toMatchObject([
      { outcome: "SUBMITTED", request: { status: "COMPLETED", subscriptions: [{ outcome: "SUCCEEDED" }] } },
    ]);
    const id = payload?.results[0]?.request?.id ?? "";
    const [list, post, poll, ...more] = app.kore.requests();
    expect([list, post, poll?.replace(/ ×\d+$/, ""), more]).toEqual([
      LIST,
      `POST ${DIAGNOSTICS} ×1`,
      `GET ${DIAGNOSTICS}/${id}`,
      [],
    ]);
    const { data } = await app.graph.query<{ sessionsByIccid: { sessions: { endedAt: string | null }[] }[] }>(
      `query ($iccids: [ICCID!]!) { sessionsByIccid(accountId: "acme", iccids: $iccids, newest: 2) { sessions { startedAt endedAt } } }`,
      { iccids: [iccid] },
    );
    const sessions = data?.sessionsByIccid[0]?.sessions ?? [];
    expect(sessions.some(({ endedAt }) => endedAt !== null && Date.parse(endedAt) >= since)).toBe(true);
  });

  test("a reset that KORE fails is FAILED with KORE's words, and is watched to its end", async () => {
    app = await startApp({ accounts: { acme: { sims: 2, states: "Stock" } }, clock: "real" });
    const payload = await reset([0]);
    const id = payload?.results[0]?.request?.id ?? "";
    const [transport] = TRANSPORTS;
    const watcher = transport?.call(app.url, {
      query: `subscription { diagnosticsRequestUpdated(accountId: "acme", id: "${id}") { status message subscriptions { outcome } } }`,
    });
    await expect
      .poll(() => watcher?.results.at(-1)?.data, { timeout: 10_000 })
      .toEqual({
        diagnosticsRequestUpdated: {
          status: "COMPLETED",
          message: "The device is not registered with a network",
          subscriptions: [{ outcome: "FAILED" }],
        },
      });
    watcher?.leave();
    const again = await reset([1], { waitUpTo: 10 });
    expect(again?.results).toMatchObject([
      { outcome: "FAILED", reason: "KORE_FAILED", message: expect.stringContaining("not registered") as string },
    ]);
  });
});

test("a reset is recorded before it is sent, and its outcome is known after a restart", async () => {
  app = await startApp({ accounts: { acme: { sims: 1, states: "Active" } }, clock: "real" }, SETTLE);
  const first = await reset([0], { requestKey: "k" });
  await app.restart();
  expect((await reset([0], { requestKey: "k" }))?.results).toEqual(first?.results);
  expect(posts()).toEqual([`POST ${DIAGNOSTICS} ×1`]);
});
