import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";

const POST = "POST /v1/accounts/acme/provisioning-requests";
const LIST = "GET /v1/accounts/acme/subscriptions";

interface Order {
  results: {
    iccid: string | null;
    outcome: string;
    reason: string | null;
    field: string | null;
    message: string | null;
    request: { id: string } | null;
  }[];
  counts: { submitted: number; alreadySatisfied: number; rejected: number; unknown: number };
  requests: { id: string; status?: string }[];
  koreRequests: number;
  isDryRun: boolean;
}
type Verb = "activate" | "suspend" | "reactivate" | "deactivate" | "terminate" | "change";
const FIELDS = { change: "changeSubscriptionPlan" } as const;

let app: TestApp;
afterEach(() => app.stop());

async function order(verb: Verb, input: object, fields = ""): Promise<Reply<{ order: Order }>> {
  const field = verb === "change" ? FIELDS.change : `${verb}Subscriptions`;
  const type = field.replace(/^./, (first) => first.toUpperCase());
  return app.graph.query<{ order: Order }>(
    `mutation ($input: ${type}Input!) { order: ${field}(input: $input) {
       results { iccid outcome reason field message request { id } } counts { submitted alreadySatisfied rejected unknown }
       requests { id ${fields} } koreRequests isDryRun } }`,
    { input: { accountId: "acme", ...input } },
  );
}
const bySims = (...iccids: (string | undefined)[]) => ({ subscriptions: iccids.map((iccid) => ({ iccid })) });
const writes = () => app.kore.requests().filter((line) => line.startsWith("POST"));
const at = (index: number) => app.kore.iccids("acme")[index] ?? "";

describe("An order", () => {
  beforeEach(async () => {
    app = await startApp({ accounts: { acme: { sims: 20, states: "Stock" } }, clock: "real" });
  });

  test("is one read of the SIMs and one write", async () => {
    const { data, errors } = await order("activate", { ...bySims(at(0), at(1)), activationState: "TEST" });
    expect(errors).toBeUndefined();
    expect(data?.order.counts).toEqual({ submitted: 2, alreadySatisfied: 0, rejected: 0, unknown: 0 });
    const [held] = app.kore.provisioningRequests("acme");
    expect(data?.order.requests).toEqual([{ id: held?.id }]);
    expect(data?.order.results.map(({ request }) => request?.id)).toEqual([held?.id, held?.id]);
    expect(app.kore.requests()).toEqual([`${LIST} ×1`, `${POST}/activate ×1`]);
  });

  test("waits until KORE is done, on request", async () => {
    const { data } = await order("activate", { ...bySims(at(0)), activationState: "ACTIVE", waitUpTo: 10 }, "status");
    expect(data?.order.requests).toMatchObject([{ status: "COMPLETED" }]);
    expect(app.kore.sim("acme", at(0))?.state).toBe("Active");
  });

  test("accepts SIMs by id and ICCID mixed, and counts one named twice once", async () => {
    const sim = app.kore.sim("acme", at(0));
    const subscriptions = [{ iccid: at(0) }, { id: sim?.subscriptionId }, { iccid: at(1) }, { iccid: at(1) }];
    const { data } = await order("activate", { subscriptions, activationState: "READY" });
    expect(data?.order.counts.submitted).toBe(2);
    expect(app.kore.provisioningRequests("acme")[0]?.subscriptions).toHaveLength(2);
  });

  test("sends all fields of KORE's body", async () => {
    const profile = app.kore.examples.activationProfileId;
    await order("activate", {
      subscriptions: [{ iccid: at(0), imei: "356938035643809" }],
      activationState: "ACTIVE",
      activationProfileId: profile,
      sku: "SKU-1",
      notifyEmails: ["a@acme.example", "b@acme.example"],
      ipnd: { title: "Ms", firstName: "Ada", lastName: "Lovelace", address: "1 Engine Way" },
    });
    expect(app.kore.provisioningRequests("acme")[0]?.body).toEqual({
      activate: {
        subscriptions: [{ "subscription-id": app.kore.sim("acme", at(0))?.subscriptionId, imei: "356938035643809" }],
        "activation-state": "active",
        "activation-profile-id": profile,
        sku: "SKU-1",
        "mail-to": "a@acme.example,b@acme.example",
        "service-type-info": {
          "aus-ipnd-info": { title: "Ms", "first-name": "Ada", "last-name": "Lovelace", address: "1 Engine Way" },
        },
      },
    });
  });

  test("does not write SIMs in the wanted state, nor SIMs for which it is impossible", async () => {
    await order("activate", { ...bySims(at(0)), activationState: "ACTIVE", waitUpTo: 10 });
    app.kore.clearLog();
    const again = await order("activate", { ...bySims(at(0)), activationState: "ACTIVE" });
    expect(again.data?.order.results).toMatchObject([{ outcome: "ALREADY_SATISFIED", request: null }]);
    const suspended = await order("suspend", bySims(at(1)));
    expect(suspended.data?.order.results).toMatchObject([
      { outcome: "REJECTED", reason: "WRONG_STATE", field: "subscriptions[0]" },
    ]);
    expect(writes()).toEqual([]);
  });

  test("rejects unknown SIMs and profiles, and writes the rest", async () => {
    const other = at(0).slice(0, -1) + String((Number(at(0).at(-1)) + 1) % 10);
    const { data } = await order("activate", { ...bySims(other, at(1)), activationState: "ACTIVE" });
    expect(data?.order.results).toMatchObject([
      {
        outcome: "REJECTED",
        reason: "NOT_FOUND",
        field: "subscriptions[0]",
        message: expect.stringContaining("check digit") as string,
      },
      { outcome: "SUBMITTED" },
    ]);
    const none = await order("change", { ...bySims(at(2)), activationProfileId: "none" });
    expect(none.data?.order.results).toMatchObject([
      { outcome: "REJECTED", reason: "ACTIVATION_PROFILE_NOT_FOUND", field: "activationProfileId" },
    ]);
  });

  test("that KORE refuses is refused for each SIM, with KORE's message", async () => {
    app.kore.faults.add({
      effect: "status",
      status: 400,
      message: "not on a Monday",
      path: "/connectivity/**/activate",
    });
    const { data } = await order("activate", { ...bySims(at(0)), activationState: "ACTIVE" });
    expect(data?.order.results).toMatchObject([
      { outcome: "REJECTED", reason: "KORE_REFUSED", message: expect.stringContaining("not on a Monday") as string },
    ]);
  });

  test("that is a dry run writes nothing and returns what would be written", async () => {
    const { data } = await order("activate", { ...bySims(at(0), at(1)), activationState: "ACTIVE", dryRun: true });
    expect(data?.order).toMatchObject({ isDryRun: true, koreRequests: 1, requests: [], counts: { submitted: 2 } });
    expect(data?.order.results[0]?.outcome).toBe("WOULD_BE_SUBMITTED");
    expect(writes()).toEqual([]);
  });

  test("that is irreversible must confirm the number of SIMs", async () => {
    const { errors } = await order("terminate", { ...bySims(at(0), at(1)), confirm: 1 });
    expect(errors?.[0]?.message).toBe(
      "input.confirm: is 1, but must be 2, the number of different SIMs named; nothing was written",
    );
    const { data } = await order("terminate", { ...bySims(at(0), at(1), at(1)), confirm: 2 });
    expect(data?.order.counts.submitted).toBe(2);
  });

  test.each([
    [{ subscriptions: [] }, /^input.subscriptions: /],
    [{ subscriptions: [{}] }, /^input.subscriptions\[0\]: /],
    [{ ...bySims("8901260882305063816"), requestKey: "" }, /^input.requestKey: /],
    [{ ...bySims("8901260882305063816"), waitUpTo: -1 }, /^input.waitUpTo: /],
    [
      { ...bySims("8901260882305063816"), notifyEmails: Array.from({ length: 21 }, () => "a@b.example") },
      /^input.notifyEmails: /,
    ],
  ])("of an invalid form is refused without a KORE call: %j", async (input, rule) => {
    const { errors } = await order("suspend", input);
    expect(errors?.[0]?.message).toMatch(rule);
    expect(app.kore.requests()).toEqual([]);
  });
});

describe("A repeated order", () => {
  const input = () => ({ ...bySims(at(0)), activationState: "ACTIVE", requestKey: "order-7" });
  beforeEach(async () => {
    app = await startApp(
      { accounts: { acme: { sims: 20, states: "Stock" } }, clock: "real" },
      { PROVISIONING_SETTLE_MS: "100", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "200", KORE_DEADLINE_MS: "1000" },
    );
  });

  test("with its key is not written again, without a KORE call", async () => {
    const first = await order("activate", input());
    app.kore.clearLog();
    expect((await order("activate", input())).data).toEqual(first.data);
    expect(app.kore.requests()).toEqual([]);
  });

  test("with another input under the same key is refused", async () => {
    await order("activate", input());
    const { errors } = await order("activate", { ...input(), activationState: "TEST" });
    expect(errors?.[0]?.extensions.code).toBe("REQUEST_KEY_REUSED");
    expect(writes()).toEqual([`${POST}/activate ×1`]);
  });

  test.each([{ requestKey: "order-7" }, { requestKey: null }])("sent twice at once is one write (%j)", async (key) => {
    const both = await Promise.all([
      order("activate", { ...input(), ...key }),
      order("activate", { ...input(), ...key }),
    ]);
    expect(both[0].data).toEqual(both[1].data);
    expect(writes()).toEqual([`${POST}/activate ×1`]);
  });

  test("without a key joins one that KORE has not finished, and is a new order after that", async () => {
    const sims = { ...bySims(at(0)), activationState: "TEST" };
    const first = await order("activate", sims);
    expect((await order("activate", sims)).data?.order.requests).toEqual(first.data?.order.requests);
    expect(writes()).toEqual([`${POST}/activate ×1`]);
    await new Promise((resolve) => setTimeout(resolve, 2200));
    const later = await order("activate", sims);
    expect(later.data?.order.requests).not.toEqual(first.data?.order.requests);
  });

  test.each<[string, Parameters<TestApp["kore"]["faults"]["add"]>[0], number]>([
    ["after the work", { effect: "drop", when: "after", method: "POST", path: "/connectivity/**", times: 1 }, 1],
    ["in the reply", { effect: "drop", when: "during", method: "POST", path: "/connectivity/**", times: 1 }, 1],
    ["before the work", { effect: "drop", when: "before", method: "POST", path: "/connectivity/**", times: 1 }, 2],
    ["as half a reply", { effect: "truncate", method: "POST", path: "/connectivity/**", times: 1 }, 1],
    [
      "as a 500 after the work",
      { effect: "status", status: 500, processed: true, method: "POST", path: "/connectivity/**", times: 1 },
      1,
    ],
    [
      "as a 500 before the work",
      { effect: "status", status: 500, method: "POST", path: "/connectivity/**", times: 1 },
      2,
    ],
    [
      "as a 504 after the work",
      { effect: "status", status: 504, processed: true, method: "POST", path: "/connectivity/**", times: 1 },
      1,
    ],
    [
      "as a 429",
      { effect: "status", status: 429, retryAfter: 0, method: "POST", path: "/connectivity/**", times: 1 },
      2,
    ],
  ])("whose reply is lost %s is at KORE exactly once", async (_, fault, posts) => {
    app.kore.faults.add(fault);
    const { data, errors } = await order("activate", input());
    expect(errors).toBeUndefined();
    const held = app.kore.provisioningRequests("acme");
    expect(held).toHaveLength(1);
    expect(data?.order.results).toMatchObject([{ outcome: "SUBMITTED", request: { id: held[0]?.id } }]);
    expect(writes()).toEqual([`${POST}/activate ×${posts}`]);
  });

  test("with an ambiguous outcome is OUTCOME_UNKNOWN, and found by a repetition", async () => {
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: "/connectivity/**", times: 1 });
    app.kore.faults.add({
      effect: "status",
      status: 500,
      method: "GET",
      path: "/connectivity/v1/accounts/acme/provisioning-requests",
    });
    const { data } = await order("activate", input());
    expect(data?.order.results).toMatchObject([{ outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" }]);

    // The circuit of the host may be open, now and later.
    await vi.waitFor(async () => {
      const other = await order("activate", { ...bySims(at(0)), activationState: "TEST" });
      expect(other.data?.order.results).toMatchObject([{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }]);
    }, 9000);

    app.kore.faults.clear();
    await vi.waitFor(async () => {
      const again = await order("activate", input());
      expect(again.data?.order.results).toMatchObject([{ outcome: "SUBMITTED" }]);
    }, 9000);
    expect(writes()).toEqual([`${POST}/activate ×1`]);
  });

  test("that cannot reach KORE is an error without a write, and works when repeated", async () => {
    app.kore.faults.add({ effect: "status", status: 401, path: "/Api/api/token" });
    const { errors } = await order("activate", input());
    expect(errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    app.kore.faults.clear();
    expect((await order("activate", input())).data?.order.counts.submitted).toBe(1);
    expect(app.kore.provisioningRequests("acme")).toHaveLength(1);
  });
});

test("fields after a write are read after the write", async () => {
  app = await startApp({ accounts: { acme: { sims: 3, states: "Stock" } }, clock: "real" });
  const { data } = await app.graph.query<{ order: { results: { subscription: { state: string } }[] } }>(
    `mutation ($iccid: ICCID!) { order: activateSubscriptions(input: {
       accountId: "acme", subscriptions: [{ iccid: $iccid }], activationState: ACTIVE, waitUpTo: 10
     }) { results { subscription { state } } } }`,
    { iccid: at(0) },
  );
  expect(data?.order.results).toEqual([{ subscription: { state: "ACTIVE" } }]);
});

test("each write leaves one audit record, in the log and in its file, that names no SIM", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-audit-"));
  const file = join(folder, "audit.jsonl");
  app = await startApp({ accounts: { acme: { sims: 5, states: "Stock" } }, clock: "real" }, { AUDIT_FILE: file });
  const input = { ...bySims(at(0), at(1)), activationState: "ACTIVE", requestKey: "a secret of mine" };
  await order("activate", input);
  await order("activate", input); // Reported again, not written again.
  await order("activate", { ...input, dryRun: true });
  await app.stop();
  const text = await readFile(file, "utf8");
  const records = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const [held] = app.kore.provisioningRequests("acme");
  expect(records).toMatchObject([
    {
      who: "local (unauthenticated)",
      verb: "activate",
      accountId: "acme",
      sims: 2,
      requestIds: [held?.id],
      outcomes: { SUBMITTED: 2 },
      isRecovery: false,
      requestKeyHash: expect.stringMatching(/^[\w-]{43}$/) as string,
    },
  ]);
  expect(app.logged().filter(({ msg }) => msg === "audit")).toHaveLength(1);
  for (const secret of [at(0), app.kore.sim("acme", at(0))?.subscriptionId ?? "", "a secret of mine"]) {
    expect(text).not.toContain(secret);
  }
  await rm(folder, { recursive: true });
});

test("10,000 SIMs are written in chunks, through a 429 on the way, each exactly once", async () => {
  app = await startApp({ accounts: { acme: { sims: 10_000, states: "Stock" } }, clock: "real" });
  app.kore.faults.add({
    effect: "status",
    status: 429,
    retryAfter: 0,
    method: "POST",
    path: "/connectivity/**",
    after: 9,
    times: 2,
  });
  const iccids = app.kore.iccids("acme");
  const { data, errors } = await order("activate", { ...bySims(...iccids), activationState: "ACTIVE" });
  expect(errors).toBeUndefined();
  expect(data?.order.counts.submitted).toBe(10_000);
  expect(data?.order.results.map(({ iccid }) => iccid)).toEqual(iccids);
  expect(app.kore.requests()).toEqual([`${LIST} ×100`, `${POST}/activate ×22`]);
  const held = app.kore.provisioningRequests("acme").flatMap(({ subscriptions }) => subscriptions);
  expect(new Set(held.map(({ iccid }) => iccid)).size).toBe(10_000);
  expect(held).toHaveLength(10_000);
}, 60_000);
