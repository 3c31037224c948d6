import { describe, expect, test } from "vitest";
import { PATH, post, sims, startAcme } from "../support/acme.ts";
import { type Caller, type RequestDetail, type SimPage, startWithCaller } from "../support/harness.ts";

const detail = async (caller: Caller, id: string): Promise<RequestDetail> =>
  Object.values((await caller.get<Record<string, RequestDetail>>(`${PATH}/${id}`)).body)[0] as RequestDetail;

describe("a request's life", () => {
  test("it is submitted, then pending, then completed, by the clock and by nothing else", async () => {
    const { kore, caller, active } = await startAcme({
      provisioning: { pendingAfterMs: 100, completedAfterMs: 1_000 },
    });
    const id = await post(caller, "suspend", sims(active[0]));
    expect(await detail(caller, id)).toMatchObject({ status: "submitted", "date-created": "2025-01-15T09:00:00" });
    kore.clock.advance(100);
    const pending = await detail(caller, id);
    expect(pending).toMatchObject({ status: "pending", subscriptions: [{ "completion-status": "Pending" }] });
    expect(pending).not.toHaveProperty("date-completed");
    expect(kore.sim("acme", active[0] ?? "")?.state).toBe("Active");
    kore.clock.advance(900);
    expect(await detail(caller, id)).toMatchObject({
      status: "completed",
      "date-completed": "2025-01-15T09:00:01",
      subscriptions: [{ iccid: active[0], "completion-status": "Completed", "error-message": "" }],
    });
    expect(kore.sim("acme", active[0] ?? "")?.history.at(-1)).toBe("Suspend");
  });

  test("with delays of zero it is completed when the reply arrives", async () => {
    const { kore, caller, active } = await startAcme({ provisioning: { pendingAfterMs: 0, completedAfterMs: 0 } });
    await post(caller, "suspend", sims(active[0]));
    expect(kore.provisioningRequests("acme")[0]?.status).toBe("completed");
  });

  test("on a real clock it completes by itself", async () => {
    const { kore, caller, active } = await startAcme({
      clock: "real",
      provisioning: { pendingAfterMs: 5, completedAfterMs: 20 },
    });
    await post(caller, "suspend", sims(active[0]));
    await expect.poll(() => kore.sim("acme", active[0] ?? "")?.state).toBe("Suspend");
  });

  test("completed says nothing about each SIM: some may have failed, or all", async () => {
    const { kore, caller, active, stock } = await startAcme();
    const id = await post(caller, "suspend", sims(active[0], stock[0], "89000"));
    const none = await post(caller, "suspend", sims(stock[0]));
    kore.clock.advance(2_000);
    expect(await detail(caller, id)).toMatchObject({
      status: "completed",
      "number-of-subscriptions": 3,
      subscriptions: [
        { "completion-status": "Completed" },
        { "completion-status": "Failed", "error-message": "suspend is not allowed in SIM state Stock" },
        { iccid: "89000", "completion-status": "Failed", "error-message": "subscription not found" },
      ],
    });
    expect((await detail(caller, none)).status).toBe("completed");
  });

  test("an unknown activation profile makes the request fail to be created, and no SIM changes", async () => {
    const { kore, caller, stock } = await startAcme();
    const id = await post(caller, "activate", {
      "activation-state": "active",
      "activation-profile-id": "none",
      ...sims(stock[0]),
    });
    kore.clock.advance(5_000);
    expect((await detail(caller, id)).status).toBe("failed");
    expect(kore.sim("acme", stock[0] ?? "")?.state).toBe("Stock");
  });

  test("KORE has no idempotency: the same body twice is two requests, and the second finds the work done", async () => {
    const { kore, caller, active } = await startAcme();
    const ids = [await post(caller, "suspend", sims(active[0])), await post(caller, "suspend", sims(active[0]))];
    expect(new Set(ids).size).toBe(2);
    kore.clock.advance(2_000);
    const outcomes = kore.provisioningRequests("acme").map((r) => r.subscriptions[0]?.outcome);
    expect(outcomes).toEqual(["Failed", "Completed"]); // newest first
  });

  test("the body that made a request is kept for tests to read", async () => {
    const { kore, caller, active } = await startAcme();
    await post(caller, "suspend", { ...sims(active[0]), "mail-to": "a@b.example" });
    expect(kore.provisioningRequests("acme")[0]?.body).toEqual({
      suspend: { subscriptions: [{ iccid: active[0] }], "mail-to": "a@b.example" },
    });
  });
});

describe("verbs", () => {
  test("activate gives a stock SIM its state, profile, number and device", async () => {
    const { kore, caller, stock } = await startAcme();
    const [iccid = ""] = stock;
    const subscriptions = [{ iccid, imei: "490154203237518" }];
    const offers = await caller.get<{ "activation-profile-id": string }[]>("/v1/accounts/acme/activation-profiles");
    const profile = offers.body[1]?.["activation-profile-id"];
    await post(caller, "activate", { "activation-state": "active", "activation-profile-id": profile, subscriptions });
    kore.clock.advance(2_000);
    expect(kore.sim("acme", iccid)).toMatchObject({ state: "Active", imei: "490154203237518", profileId: 480_001 });
    const search = "page-index=0&max-page-item=10&imei=490154203237518";
    const found = await caller.get(`/v1/accounts/acme/subscriptions?${search}`);
    expect(found.body).toMatchObject({ subscriptions: [{ iccid, msisdns: [{}], profiles: [{ "is-current": true }] }] });
  });

  test.each([
    ["test", "Test"],
    ["ready", "Ready"],
  ])("A1.5 a SIM activated as %s is in state %s, is listed by it, and may still be made active", async (as, state) => {
    const { kore, caller, stock } = await startAcme();
    const [iccid = ""] = stock;
    const listed = async () => {
      const query = `page-index=0&max-page-item=100&sim-state=${state}`;
      const { body } = await caller.get<SimPage>(`/v1/accounts/acme/subscriptions?${query}`);
      expect(new Set(body.subscriptions.map(({ states }) => states.at(-1)?.state))).toEqual(new Set([state]));
      return body.subscriptions.map((sim) => sim.iccid);
    };
    expect(await listed()).not.toContain(iccid);
    await post(caller, "activate", { "activation-state": as, ...sims(iccid) });
    kore.clock.advance(2_000);
    expect(kore.sim("acme", iccid)).toMatchObject({ state, profileId: expect.any(Number) as number });
    expect(kore.sim("acme", iccid)?.msisdns).toHaveLength(1);
    expect(await listed()).toContain(iccid);
    await post(caller, "activate", { "activation-state": "active", ...sims(iccid) });
    await post(caller, "activate", { "activation-state": "active", ...sims(iccid) });
    kore.clock.advance(2_000);
    expect(kore.sim("acme", iccid)?.history.slice(-2)).toEqual([state, "Active"]);
    expect(kore.provisioningRequests("acme").map((r) => r.subscriptions[0]?.outcome)).toEqual([
      "Failed",
      "Completed",
      "Completed",
    ]);
  });

  test("suspend, reactivate, deactivate and terminate lead from state to state, and scrapping takes a day", async () => {
    const { kore, caller, active } = await startAcme();
    const [iccid = ""] = active;
    for (const verb of ["suspend", "reactivate", "deactivate", "terminate"]) {
      await post(caller, verb, sims(iccid));
      kore.clock.advance(2_000);
    }
    expect(kore.sim("acme", iccid)?.history.slice(-4)).toEqual(["Suspend", "Active", "Deactivated", "Pending Scrap"]);
    kore.clock.advance(86_400_000);
    expect(kore.sim("acme", iccid)?.state).toBe("Scrapped");
    expect(new Set(kore.provisioningRequests("acme").map((r) => r.type))).toEqual(
      new Set(["StateChange", "Reactivation", "Deactivation"]),
    );
  });

  test("plan-feature-change ends one profile and begins another, in the same state", async () => {
    const { kore, caller, active } = await startAcme();
    const [iccid = ""] = active;
    const before = kore.sim("acme", iccid)?.profileId;
    const offers = await caller.get<{ "activation-profile-id": string }[]>("/v1/accounts/acme/activation-profiles");
    const other = offers.body.find((_, n) => 480_000 + n !== before)?.["activation-profile-id"];
    await post(caller, "plan-feature-change", { "activation-profile-id": other, ...sims(iccid) });
    kore.clock.advance(2_000);
    expect(kore.sim("acme", iccid)?.state).toBe("Active");
    expect(kore.sim("acme", iccid)?.profileId).not.toBe(before);
  });

  test("the generic call takes each action; the verb of a path takes only its own", async () => {
    const { kore, caller, active } = await startAcme();
    const { status } = await caller.post(PATH, { deactivate: sims(active[0]) });
    expect(status).toBe(200);
    expect(kore.provisioningRequests("acme")[0]?.type).toBe("Deactivation");
    expect((await caller.post(`${PATH}/suspend`, { deactivate: sims(active[0]) })).status).toBe(400);
  });

  test("a SIM may be named by subscription id, by ICCID, or by both if they agree", async () => {
    const { kore, caller, active } = await startAcme();
    const id = (n: number): string => kore.sim("acme", active[n] ?? "")?.subscriptionId ?? "";
    const subscriptions = [
      { "subscription-id": id(0) },
      { "subscription-id": id(1), iccid: active[1] },
      { "subscription-id": id(2), iccid: active[3] },
    ];
    await post(caller, "suspend", { subscriptions });
    kore.clock.advance(2_000);
    const outcomes = kore.provisioningRequests("acme")[0]?.subscriptions.map((s) => s.outcome);
    expect(outcomes).toEqual(["Completed", "Completed", "Failed"]);
  });
});

describe("rules of service types and eSIMs", () => {
  const activation = { "activation-state": "active" };

  test("APEX needs an IMEI, VZW an IMEI or a SKU; without them the SIM fails", async () => {
    const { kore, caller } = await startWithCaller({
      accounts: {
        apex: { sims: 2, states: "Stock", serviceType: "APEX" },
        vzw: { sims: 2, states: "Stock", serviceType: "VZW" },
      },
    });
    const activate = async (account: string, n: number, imei?: string, sku?: string): Promise<void> => {
      const subscriptions = [{ iccid: kore.iccids(account)[n], ...(imei === undefined ? {} : { imei }) }];
      const body = { activate: { ...activation, subscriptions, ...(sku === undefined ? {} : { sku }) } };
      await caller.post(`/v1/accounts/${account}/provisioning-requests/activate`, body);
    };
    await activate("apex", 0);
    await activate("apex", 1, "490154203237518");
    await activate("vzw", 0);
    await activate("vzw", 1, undefined, "SKU-1");
    kore.clock.advance(2_000);
    const errors = (account: string): unknown =>
      kore.provisioningRequests(account).map((r) => r.subscriptions[0]?.error);
    expect(errors("apex")).toEqual(["", "imei is required for APEX"]);
    expect(errors("vzw")).toEqual(["", "imei or sku is required for VZW"]);
  });

  test("KORE TELS2 needs IPND details, else the body is refused", async () => {
    const { kore, caller } = await startWithCaller({
      accounts: { au: { sims: 1, states: "Stock", serviceType: "KORE TELS2" } },
    });
    const path = "/v1/accounts/au/provisioning-requests/activate";
    const activate = { ...activation, subscriptions: [{ iccid: kore.iccids("au")[0] }] };
    const refused = await caller.post(path, { activate });
    expect([refused.status, refused.body]).toEqual([
      400,
      { status: "error", errorMessage: "service-type-info.aus-ipnd-info is required for KORE TELS2" },
    ]);
    const info = { "aus-ipnd-info": { "first-name": "Ada", "last-name": "Example" } };
    expect((await caller.post(path, { activate: { ...activate, "service-type-info": info } })).status).toBe(200);
  });

  test("an activation profile of another service type does not fit the SIM", async () => {
    const { kore, caller } = await startWithCaller();
    const { accountId, stockIccid } = kore.examples;
    await caller.post(`/v1/accounts/${accountId}/provisioning-requests/activate`, {
      activate: {
        ...activation,
        "activation-profile-id": "cmp-prov-ap-12553",
        subscriptions: [{ iccid: stockIccid }],
      },
    });
    kore.clock.advance(2_000);
    expect(kore.provisioningRequests(accountId)[0]?.subscriptions[0]?.error).toBe(
      "activation profile does not fit service type OmniSIM Reach",
    );
  });

  test("terminating the enabled profile of an EID with several SIMs must be forced", async () => {
    const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 10, states: "Active" } } });
    const iccid = kore.iccids("acme")[2] ?? ""; // shares an EID with the fourth
    await post(caller, "terminate", sims(iccid));
    kore.clock.advance(2_000);
    expect(kore.sim("acme", iccid)?.state).toBe("Active");
    await post(caller, "terminate", { ...sims(iccid), "force-enabled-esim-profile-termination": true });
    kore.clock.advance(2_000);
    expect(kore.sim("acme", iccid)?.state).toBe("Pending Scrap");
  });
});
