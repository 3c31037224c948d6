import { beforeEach, describe, expect, test } from "vitest";
import {
  app,
  start,
  esims,
  inService,
  first,
  writes,
  profileOf,
  order,
  errorOf,
  A,
  SIMS,
  REQUESTS,
  LONG,
} from "./fixtures.ts";

describe("While KORE has not finished", () => {
  let activationProfileId: string;

  beforeEach(async () => {
    const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG, sessionAfterMs: 0 };
    await start({ clock: "real", provisioning });
    activationProfileId = await profileOf("acme");
  });

  test("a switch is one read of each eSIM and of the activation profile, and one request", async () => {
    const [one, two] = inService();
    const payload = await order("Switch", {
      activationProfileId,
      esims: [{ eid: one?.eid }, { eid: two?.eid }, { eid: one?.eid }],
      oldSubscription: "SUSPEND",
      skipSessionCheck: true,
    });
    expect(payload).toMatchObject({
      results: [
        { eid: one?.eid, outcome: "SUBMITTED" },
        { eid: two?.eid, outcome: "SUBMITTED" },
      ],
      koreRequests: 1,
    });
    const profile = `GET ${A}/activation-profiles/${activationProfileId} ×1`;
    expect(app.kore.requests().sort()).toEqual([profile, `${SIMS} ×2`, `POST ${REQUESTS} ×1`].sort());
    const [held] = app.kore.esimRequests("acme");
    expect(held?.input).toMatchObject({
      activationProfileId,
      suspendsOld: true,
      keepsOld: false,
      skipsSessionCheck: true,
    });
    expect(held?.esims.map(({ eid }) => eid)).toEqual([one?.eid, two?.eid]);
  });

  test("a switch is not sent again for its request key, after a restart either", async () => {
    const input = { activationProfileId, esims: [{ eid: first().eid }], requestKey: "k" };
    const sent = await order("Switch", input);
    await app.restart();
    expect((await order("Switch", input))?.results).toEqual(sent?.results);
    expect(writes()).toEqual([`POST ${REQUESTS} ×1`]);
    const { errors } = await app.graph.query(
      `mutation ($input: SwitchEsimProfilesInput!) { switchEsimProfiles(input: $input) { koreRequests } }`,
      { input: { ...input, accountId: "acme", oldSubscription: "KEEP" } },
    );
    expect(errors?.[0]?.extensions.code).toBe("REQUEST_KEY_REUSED");
  });

  test("an identical switch without a request key joins the one in progress", async () => {
    const input = { activationProfileId, esims: [{ eid: first().eid }] };
    const [one] = (await order("Switch", input))?.results ?? [];
    expect((await order("Switch", input))?.results).toEqual([one]);
    expect(writes()).toEqual([`POST ${REQUESTS} ×1`]);
  });

  test("a rehearsal writes nothing, and reports what would be", async () => {
    const payload = await order("Switch", { activationProfileId, esims: [{ eid: first().eid }], dryRun: true });
    expect(payload).toMatchObject({ results: [{ outcome: "WOULD_BE_SUBMITTED" }], koreRequests: 1, isDryRun: true });
    expect(writes()).toEqual([]);
  });

  test.each([
    ["after the work", { effect: "drop", when: "after" }, 1],
    ["before the work", { effect: "drop", when: "before" }, 2],
    ["as half a reply", { effect: "truncate" }, 1],
  ] as const)("a switch whose reply is lost %s is at KORE exactly once", async (_, fault, count) => {
    app.kore.faults.add({ ...fault, method: "POST", path: "/connectivity/**/esim-profile-switch-requests", times: 1 });
    const { eid } = first();
    const payload = await order("Switch", { activationProfileId, esims: [{ eid }], requestKey: "k" }, "status");
    expect(payload?.results).toMatchObject([{ outcome: "SUBMITTED", request: { status: "PENDING" } }]);
    expect(writes()).toEqual([`POST ${REQUESTS} ×${count}`]);
    const { data } = await app.graph.query(
      `query ($eid: EID!) { esim(accountId: "acme", eid: $eid) { requests { totalCount nodes { type status } } } }`,
      { eid },
    );
    expect(data).toEqual({ esim: { requests: { totalCount: 1, nodes: [{ type: "SWITCH", status: "PENDING" }] } } });
  });

  test("an ambiguous switch holds the SIMs on the eSIM back, and an administrator resolves it", async () => {
    const path = "/connectivity/**/esim-profile-switch-requests";
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path, times: 1 });
    const remove = app.kore.faults.add({ effect: "wrong-types", method: "GET", path });
    const { eid, current } = first();
    expect((await order("Switch", { activationProfileId, esims: [{ eid }] }))?.results).toMatchObject([
      { outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" },
    ]);
    const suspend = `mutation ($iccid: ICCID!) { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ iccid: $iccid }] }) { results { outcome reason } } }`;
    const held = await app.graph.query(suspend, { iccid: current.iccid });
    expect(held.data).toEqual({
      suspendSubscriptions: { results: [{ outcome: "REJECTED", reason: "EARLIER_OUTCOME_UNKNOWN" }] },
    });
    remove();

    interface Unresolved {
      intentId: string;
      candidates: { esimRequest: { id: string } }[];
    }
    const { data } = await app.graph.query<{ unresolvedOrders: Unresolved[] }>(
      `{ unresolvedOrders(accountId: "acme") { intentId verb subscriptions { eid subscriptionId }
         candidates { request { id } esimRequest { id type status } } } }`,
    );
    const [unresolved] = data?.unresolvedOrders ?? [];
    const requestId = unresolved?.candidates[0]?.esimRequest.id;
    expect(unresolved).toMatchObject({
      verb: "SWITCH_ESIM_PROFILE",
      subscriptions: [{ eid, subscriptionId: current.id }],
      candidates: [{ request: null, esimRequest: { type: "SWITCH", status: "PENDING" } }],
    });
    const resolved = await app.graph.query(
      `mutation ($input: ResolveOrderInput!) { resolveOrder(input: $input) { outcome results { eid subscriptionId outcome } } }`,
      { input: { accountId: "acme", intentId: unresolved?.intentId, arrivedAs: requestId, confirm: 1 } },
    );
    expect(resolved.data).toEqual({
      resolveOrder: { outcome: "ADOPTED", results: [{ eid, subscriptionId: null, outcome: "SUBMITTED" }] },
    });
    expect(writes()).toEqual([`POST ${REQUESTS} ×1`]);
  });

  test("a verdict by the state of a SIM does not hold while its eSIM is switched", async () => {
    const { eid, current } = first();
    await order("Switch", { activationProfileId, esims: [{ eid }] });
    const { data } = await app.graph.query(
      `mutation ($iccid: ICCID!) { activateSubscriptions(input: { accountId: "acme", activationState: ACTIVE, subscriptions: [{ iccid: $iccid }] }) { results { outcome } } }`,
      { iccid: current.iccid },
    );
    expect(data).toEqual({ activateSubscriptions: { results: [{ outcome: "SUBMITTED" }] } });
    expect(app.kore.requests()).toContain(`GET ${REQUESTS}/${app.kore.esimRequests("acme")[0]?.id} ×1`);
  });

  test("eSIMs that cannot be switched are not written", async () => {
    const stock = esims().find(({ current }) => current?.state === "Stock");
    const unknown = "89049032000000000000000000000000";
    const named = [{ eid: stock?.eid }, { eid: unknown }, { eid: first().eid, imei: "490154203237518" }];
    const payload = await order("Switch", {
      activationProfileId,
      esims: [...named, { eid: first().eid, imei: "352099001761481" }],
    });
    expect(payload?.results).toMatchObject([
      { outcome: "REJECTED", reason: "WRONG_STATE", field: "esims[0].eid" },
      { outcome: "REJECTED", reason: "NOT_FOUND", field: "esims[1].eid" },
      { outcome: "REJECTED", reason: "CONFLICTING_IMEI", field: "esims[3].imei" },
    ]);
    const noProfile = await order("Switch", { activationProfileId: "none", esims: [{ eid: first().eid }] });
    expect(noProfile?.results).toMatchObject([
      { reason: "ACTIVATION_PROFILE_NOT_FOUND", field: "activationProfileId" },
    ]);
    expect(writes()).toEqual([]);
  });

  test.each([
    ["verizon", "esims[0].imei", { sku: "VZW1" }],
    ["tels2", "ipnd", { ipnd: { title: "Ms", firstName: "Ada", lastName: "Example", address: "1 Way, Perth" } }],
  ])("a value that KORE requires for %s is asked for before the write", async (accountId, field, more) => {
    const input = {
      accountId,
      activationProfileId: await profileOf(accountId),
      esims: [{ eid: first(accountId).eid }],
    };
    expect((await order("Download", input))?.results).toMatchObject([
      { outcome: "REJECTED", reason: "REQUIREMENT_MISSING", field },
    ]);
    expect((await order("Download", { ...input, ...more }))?.results).toMatchObject([{ outcome: "SUBMITTED" }]);
  });

  test("a profile is named by the eSIM that holds it, and its deletion is confirmed", async () => {
    const { eid, other, current } = first();
    const profiles = [{ eid, iccid: other }];
    expect(await errorOf("Delete", { profiles, confirm: 2 })).toMatch(/input.confirm: is 2, but must be 1, the number/);
    expect(await errorOf("Enable", { profiles: [...profiles, { eid, iccid: current.iccid }] })).toMatch(
      /input.profiles\[1\]: names another profile/,
    );
    expect(await errorOf("Enable", { profiles: [] })).toMatch(/input.profiles: 1 to 100/);
    const foreign = app.kore.iccids("verizon")[0];
    expect((await order("Enable", { profiles: [{ eid, iccid: foreign }] }))?.results).toMatchObject([
      { outcome: "REJECTED", reason: "NOT_FOUND", field: "profiles[0].iccid" },
    ]);
    expect((await order("Enable", { profiles: [{ eid, iccid: current.iccid }] }))?.results).toMatchObject([
      { outcome: "ALREADY_SATISFIED" },
    ]);
    expect(writes()).toEqual([]);
    expect((await order("Delete", { profiles, confirm: 1 }))?.results).toMatchObject([{ outcome: "SUBMITTED" }]);
    expect(writes()).toEqual([`POST ${A}/esim-profile-delete-requests ×1`]);
    expect(app.kore.esimRequests("acme")[0]?.input.refs).toEqual([{ eid, iccid: other, imei: null }]);
  });

  test("KORE's refusal names the reason of each eSIM", async () => {
    const [one, two] = inService();
    const profiles = [
      { eid: one?.eid, iccid: one?.current?.iccid },
      { eid: two?.eid, iccid: two?.others[0]?.iccid },
    ];
    expect((await order("Delete", { profiles, confirm: 2 }))?.results).toMatchObject([
      { outcome: "REJECTED", reason: "KORE_REFUSED", message: "KORE refused: An enabled profile cannot be deleted" },
      { outcome: "REJECTED", reason: "KORE_REFUSED", message: "KORE refused: Invalid eIds / Imei" },
    ]);
  });
});
