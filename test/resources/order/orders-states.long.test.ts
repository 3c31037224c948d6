import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { UnknownEnumValues } from "../../../src/kore/index.ts";
import { verdictOf, withFailures } from "../../../src/resources/order/order.mapper.ts";
import { toWholeProvisioningRequest } from "../../../src/resources/provisioning-request/provisioning-request.mapper.ts";
import { SimState } from "../../../src/resources/subscription/index.ts";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";

const POST = "POST /v1/accounts/acme/provisioning-requests";
const LIST = "GET /v1/accounts/acme/subscriptions ×1";

interface Order {
  results: {
    outcome: string;
    reason: string | null;
    field: string | null;
    message: string | null;
    request: { id: string } | null;
  }[];
  counts: { submitted: number; failed: number; rejected: number };
  requests: { id: string; status: string }[];
}

/** For tests without an app. */
const NO_APP = { stop: () => Promise.resolve() } as TestApp;
let app: TestApp = NO_APP;
afterEach(async () => {
  await app.stop();
  app = NO_APP;
});

/** A proxy of the simulator that shows its SIMs in other states. */
async function startProxy(change: (body: string) => string) {
  const server = createServer((request, response) => {
    const { authorization = "", "x-api-key": key = "" } = request.headers as Record<string, string>;
    void (async () => {
      const reply = await fetch(proxy.target + (request.url ?? ""), { headers: { authorization, "x-api-key": key } });
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(change(await reply.text()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/connectivity`,
    target: "",
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
  return proxy;
}

async function order(verb: "Activate" | "Suspend" | "Reactivate", input: object): Promise<Order> {
  const { data, errors } = await app.graph.query<{ order: Order }>(
    `mutation ($input: ${verb}SubscriptionsInput!) { order: ${verb.toLowerCase()}Subscriptions(input: $input) {
       results { outcome reason field message request { id } } counts { submitted failed rejected } requests { id status } } }`,
    { input: { accountId: "acme", ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.order as Order;
}
const at = (index: number) => app.kore.iccids("acme")[index] ?? "";
const bySims = (...indexes: number[]) => ({ subscriptions: indexes.map((index) => ({ iccid: at(index) })) });
const writes = () => app.kore.requests().filter((line) => line.startsWith("POST"));
const outcomes = ({ results }: Order) => results.map(({ outcome }) => outcome);

describe("A1 Test and Ready in the rules of orders", () => {
  test.each(["TEST", "READY"])("A1.3 %s repeated writes no second request", async (wanted) => {
    const shown = wanted === "TEST" ? "Test" : "Ready";
    const proxy = await startProxy((body) => body.replaceAll('"state":"Active"', `"state":"${shown}"`));
    app = await startApp({ accounts: { acme: { sims: 1, states: "Active" } } }, { KORE_CONNECTIVITY_URL: proxy.url });
    proxy.target = new URL(app.kore.urls.connectivity).origin;
    expect(outcomes(await order("Activate", { ...bySims(0), activationState: wanted }))).toEqual(["ALREADY_SATISFIED"]);
    expect(app.kore.requests()).toEqual([LIST]);
    await app.stop();
    await proxy.stop();
  });

  test.each([
    ["test", SimState.TEST],
    ["ready", SimState.READY],
    ["active", SimState.ACTIVE],
  ] as const)("A1.1 activation to %s of a SIM in %s is already satisfied, of any other is not", (wanted, state) => {
    const verdict = (other: SimState) =>
      verdictOf("activate", { "activation-state": wanted }, { state: other })?.verdict.outcome;
    const states = [SimState.STOCK, SimState.TEST, SimState.READY, SimState.ACTIVE];
    expect(states.filter((other) => verdict(other) === "ALREADY_SATISFIED")).toEqual([state]);
  });

  test.each(["suspend", "reactivate", "deactivate", "plan-feature-change", "terminate"] as const)(
    "A1.2 whether %s is allowed in Test or Ready KORE decides",
    (verb) => {
      for (const state of [SimState.TEST, SimState.READY]) expect(verdictOf(verb, {}, { state })).toBeUndefined();
    },
  );
});

describe("A10 waitUpTo", () => {
  const verizon = { accounts: { acme: { sims: 2, states: "Stock", serviceType: "VZW" } }, clock: "real" } as const;
  const activation = () => ({
    subscriptions: [{ iccid: at(0), imei: "356938035643809" }, { iccid: at(1) }], // Verizon needs an IMEI or a SKU.
    activationState: "ACTIVE",
    requestKey: "a10",
  });

  test("A10.1 a SIM that KORE has failed by then is FAILED with KORE's message, and counted so", async () => {
    app = await startApp(verizon);
    const { results, counts, requests } = await order("Activate", { ...activation(), waitUpTo: 20 });
    const request = { id: requests[0]?.id };
    expect(results).toMatchObject([
      { outcome: "SUBMITTED", reason: null, request },
      { outcome: "FAILED", reason: "KORE_FAILED", message: "imei or sku is required for VZW", request },
    ]);
    expect(counts).toEqual({ submitted: 1, failed: 1, rejected: 0 });
  });

  test("A10.2 its repetition is FAILED as well, also after a restart, without a KORE call", async () => {
    app = await startApp(verizon);
    await order("Activate", { ...activation(), waitUpTo: 20 });
    await app.restart();
    app.kore.clearLog();
    const { data } = await app.graph.query<{ order: Order }>(
      `mutation ($input: ActivateSubscriptionsInput!) { order: activateSubscriptions(input: $input) { results { outcome } } }`,
      { input: { accountId: "acme", ...activation() } },
    );
    expect(data?.order && outcomes(data.order)).toEqual(["SUBMITTED", "FAILED"]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("A10.3 what KORE has not finished by then is SUBMITTED", async () => {
    app = await startApp({ ...verizon, clock: "manual" });
    expect(outcomes(await order("Activate", { ...activation(), waitUpTo: 1 }))).toEqual(["SUBMITTED", "SUBMITTED"]);
  });

  test("A10.4 all SIMs of a request that KORE could not create are FAILED, except those that it names as done", () => {
    const sims = [{ "subscription-id": "b", "completion-status": "Completed" }, { "subscription-id": "c" }];
    const envelope = { Activation: { "provisioning-request-id": "1", status: "Failed", subscriptions: sims } };
    const request = toWholeProvisioningRequest(
      { accountId: "acme", id: "1" },
      envelope,
      new UnknownEnumValues(() => undefined),
    );
    const results = ["a", "b", "c"].map((id, place) => {
      return { place, id, iccid: null, outcome: "SUBMITTED" as const, requestId: "1" };
    });
    const observed = withFailures(results, new Map([["1", request]]));
    expect(observed.map(({ outcome }) => outcome)).toEqual(["FAILED", "SUBMITTED", "FAILED"]);
  });
});

describe("B6 A recently acknowledged request with a 404", () => {
  const world = { accounts: { acme: { sims: 2, states: "Stock" } }, clock: "real" } as const;
  const DETAIL = "/connectivity/v1/accounts/acme/provisioning-requests/*";
  const hide = (times: number) =>
    app.kore.faults.add({ effect: "status", status: 404, method: "GET", path: DETAIL, times });

  test("B6.2 waitUpTo polls until KORE shows it as done", async () => {
    app = await startApp(world);
    hide(2);
    const { requests } = await order("Activate", { ...bySims(0), activationState: "ACTIVE", waitUpTo: 30 });
    expect(requests).toMatchObject([{ status: "COMPLETED" }]);
  });

  test("B6.3 provisioningRequest(id:) shows its acknowledgement; an unknown id is null", async () => {
    app = await startApp(world);
    const [request] = (await order("Activate", { ...bySims(0), activationState: "ACTIVE" })).requests;
    hide(100);
    const { data } = await app.graph.query<{ known: object | null; other: object | null }>(
      `query ($id: ID!) { known: provisioningRequest(accountId: "acme", id: $id) { id status }
         other: provisioningRequest(accountId: "acme", id: "none") { id } }`,
      { id: request?.id },
    );
    expect(data).toEqual({ known: { id: request?.id, status: "SUBMITTED" }, other: null });
  });
});

describe("C3 An order 0.4 seconds after another one", () => {
  test.each(["key", null])(
    "C3.6 suspend, then reactivate: both are sent, and the SIM ends Active (requestKey: %s)",
    async (key) => {
      app = await startApp({ accounts: { acme: { sims: 2, states: "Active" } }, clock: "real" });
      const suspended = await order("Suspend", { ...bySims(0), requestKey: key });
      await new Promise((resolve) => setTimeout(resolve, 400));
      app.kore.clearLog();
      const dryRun = await order("Reactivate", { ...bySims(0), dryRun: true });
      expect(outcomes(dryRun)).toEqual(["WOULD_BE_SUBMITTED"]);
      const id = suspended.requests[0]?.id ?? "";
      const DETAIL = `GET /v1/accounts/acme/provisioning-requests/${id} ×1`;
      expect(app.kore.requests()).toEqual([LIST, DETAIL]);
      app.kore.clearLog();
      const { data } = await app.graph.query<{ order: Order }>(
        `mutation ($iccid: ICCID!, $key: String) { order: reactivateSubscriptions(input: {
         accountId: "acme", subscriptions: [{ iccid: $iccid }], requestKey: $key, waitUpTo: 30 }) { results { outcome } } }`,
        { iccid: at(0), key },
      );
      expect(data?.order && outcomes(data.order)).toEqual(["SUBMITTED"]);
      expect(app.kore.requests().slice(0, 3)).toEqual([LIST, DETAIL, `${POST}/reactivate ×1`]);
      expect(app.kore.sim("acme", at(0))?.state).toBe("Active");
    },
  );

  test("C3.7 once KORE has finished, the SIM is already satisfied", async () => {
    app = await startApp({ accounts: { acme: { sims: 2, states: "Stock" } }, clock: "real" });
    await order("Activate", { ...bySims(0), activationState: "ACTIVE", waitUpTo: 30 });
    app.kore.clearLog();
    expect(outcomes(await order("Reactivate", bySims(0)))).toEqual(["ALREADY_SATISFIED"]);
    expect(app.kore.requests()).toEqual([LIST]);
  });
});

describe("C5 A SIM that is named twice", () => {
  const [ONE, OTHER] = ["356938035643809", "490154203237518"];
  const activate = (subscriptions: object[], more: object = {}): Promise<Reply<{ order: Order }>> =>
    app.graph.query(
      `mutation ($input: ActivateSubscriptionsInput!) { order: activateSubscriptions(input: $input) {
         results { outcome reason field message } } }`,
      { input: { accountId: "acme", activationState: "ACTIVE", subscriptions, ...more } },
    );

  test.each([
    ["by ICCID", (iccid: string) => ({ iccid })],
    ["by ICCID and id", (_: string, id: string) => ({ id })],
  ])("C5.1 with different IMEIs (%s) is REJECTED with field and rule, the rest is written", async (_, again) => {
    app = await startApp({ accounts: { acme: { sims: 3, states: "Stock" } }, clock: "real" });
    const id = app.kore.sim("acme", at(0))?.subscriptionId ?? "";
    const named = [{ iccid: at(0), imei: ONE }, { iccid: at(1) }, { ...again(at(0), id), imei: OTHER }];
    for (const dryRun of [true, false]) {
      const { data } = await activate(named, { dryRun });
      expect(data?.order.results).toEqual([
        {
          outcome: "REJECTED",
          reason: "CONFLICTING_IMEI",
          field: "subscriptions[2].imei",
          message: "subscriptions[0] and subscriptions[2] name one SIM with different IMEIs; a SIM has one IMEI.",
        },
        { outcome: dryRun ? "WOULD_BE_SUBMITTED" : "SUBMITTED", reason: null, field: null, message: null },
      ]);
    }
    const [held] = app.kore.provisioningRequests("acme");
    expect(held?.subscriptions.map(({ iccid }) => iccid)).toEqual([at(1)]);
  });

  test.each([
    ["with the same IMEI", ONE, ONE],
    ["with an IMEI the second time only", null, ONE],
    ["with an IMEI the first time only", ONE, null],
  ])("C5.2 %s is one SIM with that IMEI", async (_, first, second) => {
    app = await startApp({ accounts: { acme: { sims: 3, states: "Stock" } }, clock: "real" });
    const id = app.kore.sim("acme", at(0))?.subscriptionId ?? "";
    const { data } = await activate([
      { iccid: at(0), imei: first },
      { id, imei: second },
    ]);
    expect(data?.order.results).toMatchObject([{ outcome: "SUBMITTED" }]);
    expect(app.kore.provisioningRequests("acme")[0]?.body).toMatchObject({
      activate: { subscriptions: [{ "subscription-id": id, imei: ONE }] },
    });
    expect(writes()).toEqual([`${POST}/activate ×1`]);
  });
});
