import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { TRANSPORTS } from "../../support/live/callers.ts";

const A = "/v1/accounts/acme";
const SIMS = `GET ${A}/subscriptions`;
const REQUESTS = `${A}/esim-profile-switch-requests`;
/** Nothing ends unless the clock is advanced. Milliseconds. */
const LONG = 600_000;
const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "40" };

interface Result {
  eid: string;
  iccid: string | null;
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  request: { id: string; status?: string } | null;
}
interface Payload {
  results: Result[];
  koreRequests: number;
  isDryRun: boolean;
}

let app: TestApp;
afterEach(() => app.stop());

const accounts = {
  acme: { sims: 60 },
  verizon: { sims: 60, serviceType: "VZW" },
  tels2: { sims: 60, serviceType: "KORE TELS2" },
} as const;

/** eSIMs whose SIMs are in service and which hold more than one, by the simulator's own view. */
function esims(account = "acme") {
  const all = app.kore.iccids(account).map((iccid) => app.kore.sim(account, iccid));
  const found = new Map<string, { iccid: string; state: string; id: string }[]>();
  for (const sim of all) {
    if (!sim?.eid) continue;
    found.set(sim.eid, [...(found.get(sim.eid) ?? []), { iccid: sim.iccid, state: sim.state, id: sim.subscriptionId }]);
  }
  return [...found].map(([eid, [current, ...others]]) => ({ eid, current, others }));
}

const inService = (account = "acme") =>
  esims(account).filter(({ current, others }) => current?.state === "Active" && others.length > 0);
const first = (account = "acme") => {
  const [esim] = inService(account);
  if (!esim?.current) throw new Error("The fixtures have no such eSIM");
  return { ...esim, current: esim.current, other: esim.others[0]?.iccid ?? "" };
};
const writes = () => app.kore.requests().filter((line) => line.startsWith("POST"));

async function profileOf(account: string): Promise<string> {
  const { data } = await app.graph.query<{ account: { activationProfiles: { id: string }[] } }>(
    `query ($id: ID!) { account(id: $id) { activationProfiles { id } } }`,
    { id: account },
  );
  app.kore.clearLog();
  return data?.account.activationProfiles[0]?.id ?? "";
}

type Verb = "Switch" | "Download" | "Enable" | "Delete";

async function order(verb: Verb, input: object, fields = ""): Promise<Payload | undefined> {
  const field = `${verb.toLowerCase()}EsimProfiles`;
  const { data, errors } = await app.graph.query<Record<string, Payload>>(
    `mutation ($input: ${verb}EsimProfilesInput!) { ${field}(input: $input) {
       results { eid iccid outcome reason field message request { id ${fields} } } koreRequests isDryRun } }`,
    { input: { accountId: "acme", ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.[field];
}

async function errorOf(verb: Verb, input: object): Promise<string | undefined> {
  const { errors } = await app.graph.query(
    `mutation ($input: ${verb}EsimProfilesInput!) { ${verb.toLowerCase()}EsimProfiles(input: $input) { koreRequests } }`,
    { input: { accountId: "acme", ...input } },
  );
  return errors?.[0]?.message;
}

describe("While KORE has not finished", () => {
  let activationProfileId: string;

  beforeEach(async () => {
    const provisioning = { pendingAfterMs: LONG, completedAfterMs: LONG, sessionAfterMs: 0 };
    app = await startApp({ accounts, clock: "real", provisioning }, SETTLE);
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

describe("When KORE finishes", () => {
  beforeEach(async () => {
    const provisioning = { pendingAfterMs: 0, completedAfterMs: 0 };
    app = await startApp({ accounts, clock: "real", provisioning }, SETTLE);
  });

  test("the eSIM has another SIM in use, with another ICCID, IMSI and number", async () => {
    const activationProfileId = await profileOf("acme");
    const { eid, current } = first();
    const before = app.kore.sim("acme", current.iccid);
    const { data } = await app.graph.query<{ switchEsimProfiles: { requests: { id: string }[] } }>(
      `mutation ($input: SwitchEsimProfilesInput!) { switchEsimProfiles(input: $input) {
         results { outcome esim { currentSubscription { iccid imsi msisdns state } } } requests { id status esims {
           outcome oldSubscription { iccid state } newSubscription { iccid imsi msisdns state } } } } }`,
      { input: { accountId: "acme", activationProfileId, esims: [{ eid }], waitUpTo: 10 } },
    );
    const [iccid] = app.kore.iccids("acme").filter((each) => {
      const sim = app.kore.sim("acme", each);
      return sim?.eid === eid && sim.history.length > 1 && sim.history.at(-2) === "Stock";
    });
    const now = app.kore.sim("acme", iccid ?? "");
    const expected = { iccid, imsi: now?.imsi, msisdns: now?.msisdns, state: "ACTIVE" };
    expect(now?.imsi).not.toBe(before?.imsi);
    expect(data?.switchEsimProfiles).toMatchObject({
      results: [{ outcome: "SUBMITTED", esim: { currentSubscription: expected } }],
      requests: [
        {
          status: "COMPLETED",
          esims: [
            {
              outcome: "SUCCEEDED",
              oldSubscription: { iccid: current.iccid, state: "DEACTIVATED" },
              newSubscription: expected,
            },
          ],
        },
      ],
    });
  });

  test("profiles show where they stand", async () => {
    const { eid, current, other } = first();
    const read = async () =>
      (
        await app.graph.query<{ subscription: { esim: { profiles: { iccid: string; status: string | null }[] } } }>(
          `query ($eid: EID!) { subscription(accountId: "acme", eid: $eid) { esim { profiles { iccid status rawStatus state rawState isFallback productOffer subscription { id } } } } }`,
          { eid },
        )
      ).data?.subscription.esim.profiles;
    expect(await read()).toMatchObject([
      {
        iccid: current.iccid,
        ...{ status: "ENABLED", rawStatus: "ENABLED", state: "ACTIVE", rawState: "Active" },
        ...{ isFallback: false, productOffer: "OmniSIM Global", subscription: { id: current.id } },
      },
      { iccid: other, status: "DISABLED", isFallback: true },
    ]);
    expect(app.kore.requests()).toEqual([`${SIMS} ×2`, "GET /v1/esim/profile-status ×1"]);
    await order("Enable", { profiles: [{ eid, iccid: other }], waitUpTo: 10 });
    await order("Delete", {
      profiles: [{ eid, iccid: current.iccid }],
      confirm: 1,
      waitUpTo: 10,
      skipSessionCheck: true,
    });
    expect((await read())?.map(({ status }) => status)).toContain("ENABLED");
  });

  test("a failed eSIM is FAILED in the answer that waited, and when the order is repeated", async () => {
    const provisioning = { pendingAfterMs: 0, completedAfterMs: 0 };
    await app.stop();
    app = await startApp({ accounts: { acme: { sims: 60, states: "Active" } }, clock: "real", provisioning }, SETTLE);
    const activationProfileId = await profileOf("acme");
    const input = { activationProfileId, esims: [{ eid: first().eid }], requestKey: "k", waitUpTo: 10 };
    const message = "No profile of this product is in stock";
    expect((await order("Switch", input))?.results).toMatchObject([
      { outcome: "FAILED", reason: "KORE_FAILED", message },
    ]);
    expect((await order("Switch", input))?.results).toMatchObject([{ outcome: "FAILED", message }]);
    expect(writes()).toEqual([`POST ${REQUESTS} ×1`]);
  });

  test("another account's eSIM is not shown, and its status is not read", async () => {
    const { eid } = first("verizon");
    const { data } = await app.graph.query(
      `query ($eid: EID!) { esim(accountId: "acme", eid: $eid) { profiles { iccid } } }`,
      { eid },
    );
    expect(data).toEqual({ esim: null });
    const { data: entities } = await app.graph.query(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Esim { eid profiles { iccid } } } }`,
      { of: [{ __typename: "Esim", accountId: "acme", eid }] },
    );
    expect(entities).toEqual({ _entities: [null] });
    expect(app.kore.requests()).toEqual([`${SIMS} ×2`]);
  });
});

test.each(TRANSPORTS)("over $name a switch is watched to its end, and the new SIM read then", async ({ call }) => {
  const provisioning = { pendingAfterMs: 1, completedAfterMs: LONG, sessionAfterMs: 0 };
  app = await startApp({ accounts, provisioning });
  const activationProfileId = await profileOf("acme");
  const payload = await order("Switch", { activationProfileId, esims: [{ eid: first().eid }] });
  const id = payload?.results[0]?.request?.id ?? "";
  const { results, ended } = call(app.url, {
    query: `subscription { esimRequestUpdated(accountId: "acme", id: "${id}") { status esims { rawStatus newSubscription { iccid state } } } }`,
  });
  const shown = (status: string, esims: object[]) => ({ data: { esimRequestUpdated: { status, esims } } });
  await expect
    .poll(() => results.at(-1))
    .toMatchObject(shown("PENDING", [{ rawStatus: "Created", newSubscription: null }]));
  app.kore.clock.advance(2 * LONG);
  expect(await ended).toBe("complete");
  const [{ newIccid: iccid } = {}] = app.kore.esimRequests("acme")[0]?.esims ?? [];
  expect(results.at(-1)).toMatchObject(
    shown("COMPLETED", [{ rawStatus: "Completed", newSubscription: { iccid, state: "ACTIVE" } }]),
  );
});
