import { beforeEach, describe, expect, test } from "vitest";
import { TRANSPORTS } from "../../support/live/callers.ts";
import { app, start, first, writes, profileOf, order, SIMS, REQUESTS, LONG } from "./fixtures.ts";

const FINISHED_AT_ONCE = { pendingAfterMs: 0, completedAfterMs: 0 };

describe("When KORE finishes", () => {
  beforeEach(() => start({ clock: "real", provisioning: FINISHED_AT_ONCE }));

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
    const accounts = { acme: { sims: 60, states: "Active" } } as const;
    await start({ accounts, clock: "real", provisioning: FINISHED_AT_ONCE });
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
  await start({ provisioning });
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
