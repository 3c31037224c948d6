import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ScriptedApp, startScripted } from "../support/kore/scripted-kore.ts";

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScripted({ CACHE_SECONDS: "0" });
});
afterAll(() => app.stop());

type Wire = Readonly<Record<string, unknown>>;
const ICCID = "8901260882305063816";

/** Every list of SIMs holds these. */
const answerSims = (...subscriptions: Wire[]) =>
  app.answer((path) =>
    path.endsWith("/subscriptions")
      ? { "page-info-result": { "total-count": subscriptions.length }, subscriptions }
      : subscriptions.find((wire) => path.endsWith(`/${String(wire["subscription-id"]).trim()}`)),
  );
/** Fields of the one SIM that KORE shows so. */
const shown = async (wire: Wire, fields: string) => {
  answerSims({ "subscription-id": "sim-1", iccid: ICCID, ...wire });
  const { data, errors } = await app.graph.query<{ subscription: Record<string, unknown> }>(
    `{ subscription(accountId: "acme", iccid: "${ICCID}") { ${fields} } }`,
  );
  return { sim: data?.subscription, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
};
const inState = (state: string) => ({ states: [{ state, "is-current": true }] });
const unknownFields = () =>
  app
    .logged()
    .flatMap(({ msg, field, value }) => (String(msg).startsWith("KORE says something new") ? [[field, value]] : []));

describe("States", () => {
  test.each([
    ["Test", "TEST"],
    ["TEST", "TEST"],
    ["ready", "READY"],
    ["Suspended with charge", "SUSPENDED_WITH_CHARGE"],
    ["Suspend With Charge", "SUSPENDED_WITH_CHARGE"],
    ["SUSPENDED  WITH CHARGE", "SUSPENDED_WITH_CHARGE"],
  ])("A1.1 %j is %s", async (word, state) => {
    expect((await shown(inState(word), "state rawState")).sim).toEqual({ state, rawState: word });
  });

  test.each([
    ["TEST", "Test"],
    ["READY", "Ready"],
    ["SUSPENDED_WITH_CHARGE", "Suspend With Charge"],
  ])("A1.2 %s can be listed by", async (state, word) => {
    answerSims();
    const list = await app.graph.query(
      `{ subscriptions(accountId: "acme", filter: { state: ${state} }) { nodes { id } } }`,
    );
    expect(list.errors).toBeUndefined();
    expect(app.asked()[0]?.query["sim-state"]).toBe(word);
  });
});

describe("Periods", () => {
  const period = (end: string, start = "2024-05-01T00:00:00.000Z") => ({
    states: [
      {
        state: "Active",
        "state-id": "cmp-pp-state-Active",
        "is-current": true,
        "start-datetime-utc": start,
        "end-datetime-utc": end,
      },
    ],
    profiles: [{ "profile-id": "p", "is-current": true, "start-datetime-utc": start, "end-datetime-utc": end }],
  });
  const PERIODS = "currentState { startedAt endedAt } profileHistory { startedAt endedAt }";

  test.each([
    "9999-12-31T00:00:00.000Z",
    "9999-12-31T23:59:59.9999999Z",
    "9999-12-31T12:00:00",
    "9999-12-31",
    "9999-12-31 23:59:59",
    "9999:12:31:00:00:00",
    "",
    " ",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
  ])("A2.1 that end at %j have not ended, and that is nothing new", async (end) => {
    const before = unknownFields().length;
    const { sim } = await shown(period(end), PERIODS);
    const open = { startedAt: "2024-05-01T00:00:00.000Z", endedAt: null };
    expect(sim).toEqual({ currentState: open, profileHistory: [open] });
    expect(unknownFields()).toHaveLength(before);
  });

  test("A2.2 that never began have no beginning", async () => {
    const { sim } = await shown(period("", "0001-01-01T00:00:00Z"), "currentState { startedAt }");
    expect(sim).toEqual({ currentState: { startedAt: null } });
  });

  test.each(["2023-02-30T00:00:00Z", "2023-13-01", "2023-02-28T25:00:00Z"])(
    "A2.3 that end on %s, which does not exist, have no end, and that is noted once",
    async (end) => {
      for (let time = 0; time < 2; time += 1) {
        expect((await shown(period(end), "currentState { endedAt }")).sim).toEqual({ currentState: { endedAt: null } });
      }
      expect(unknownFields().filter(([, value]) => value === end)).toEqual([
        ["subscription.states.end-datetime-utc", end],
      ]);
    },
  );

  test("A2.4 of everything else are noted as well: an activation profile, a provisioning request", async () => {
    app.answer((path) =>
      path.endsWith("/activation-profiles")
        ? [{ "activation-profile-id": "ap", "created-date": "2023-04-31" }]
        : { "request-type": { "provisioning-request-id": "r", "date-created": "2023-06-31T00:00:00" } },
    );
    const { data } = await app.graph.query(
      `{ account(id: "acme") { activationProfiles { createdAt } } provisioningRequest(accountId: "acme", id: "r") { createdAt } }`,
    );
    expect(data).toEqual({
      account: { activationProfiles: [{ createdAt: null }] },
      provisioningRequest: { createdAt: null },
    });
    expect(unknownFields().map(([, value]) => value)).toEqual(
      expect.arrayContaining(["2023-04-31", "2023-06-31T00:00:00"]),
    );
  });
});

describe("A provisioning request's status", () => {
  const QUERY = `{ provisioningRequest(accountId: "acme", id: "cmp-cpro-request-27580") {
    id action rawAction status subscriptions { iccid outcome } } }`;
  const inside = { status: "completed", subscriptions: [{ iccid: ICCID, "completion-status": "Completed" }] };
  const seen = (action: string, rawAction: string) => ({
    provisioningRequest: {
      id: "cmp-cpro-request-27580",
      action,
      rawAction,
      status: "COMPLETED",
      subscriptions: [{ iccid: ICCID, outcome: "SUCCEEDED" }],
    },
  });

  test.each([
    ["Deactivation", "DEACTIVATION"],
    ["Activation", "ACTIVATION"],
    ["StateChange", "STATE_CHANGE"],
    ["PlanChange", "PLAN_CHANGE"],
  ])("A6.1 under %s as outer key, without id and type inside, is read", async (key, action) => {
    app.answer(() => ({ [key]: inside }));
    const { data, errors } = await app.graph.query(QUERY);
    expect(errors).toBeUndefined();
    expect(data).toEqual(seen(action, key));
  });

  test("A6.2 is found beside other objects, and blanks inside do not count", async () => {
    const blank = { ...inside, "provisioning-request-id": "", "request-type": " " };
    app.answer(() => ({ meta: { page: 1 }, Deactivation: blank }));
    expect((await app.graph.query(QUERY)).data).toEqual(seen("DEACTIVATION", "Deactivation"));
  });

  test("A6.3 whose type stands inside keeps it", async () => {
    app.answer(() => ({ Anything: { ...inside, "request-type": "Reactivation" } }));
    expect((await app.graph.query(QUERY)).data).toEqual(seen("REACTIVATION", "Reactivation"));
  });

  test("A6.4 under the literal key, without an id, is that of the id asked for", async () => {
    app.answer(() => ({ "request-type": { ...inside, "request-type": "Activation" } }));
    expect((await app.graph.query(QUERY)).data).toEqual(seen("ACTIVATION", "Activation"));
  });
});

test("A6.5 a SIM in the shapes of a production reply is read", async () => {
  const { sim, codes } = await shown(
    {
      imei: "",
      serial: "",
      model: "",
      "rsp-state": "",
      "service-type-id": "32",
      "cost-center-id": "21287",
      "apn-data": [{ "apn-id": "3361", "ip-address": "10.0.0.1" }],
      states: [
        {
          state: "Active",
          "state-id": "cmp-pp-state-Active",
          "is-current": true,
          "start-datetime-utc": "2025-11-02T10:00:00.000Z",
          "end-datetime-utc": "9999-12-31T00:00:00.000Z",
        },
      ],
    },
    "imei rspState device { imei } serviceTypeId costCenterId apns { id } currentState { stateId startedAt endedAt }",
  );
  expect(codes).toEqual([]);
  expect(sim).toEqual({
    imei: null,
    rspState: null,
    device: null,
    serviceTypeId: "32",
    costCenterId: "21287",
    apns: [{ id: "3361" }],
    currentState: { stateId: "cmp-pp-state-Active", startedAt: "2025-11-02T10:00:00.000Z", endedAt: null },
  });
});

describe("An eSIM with several profiles", () => {
  const EID = "89049032123451234512345678901235";
  const byEid = async (profiles: [state: string, rspState: string][]) => {
    answerSims(
      ...profiles.map(([state, rspState], index) => ({
        "subscription-id": `sim-${index}`,
        eid: EID,
        "rsp-state": rspState,
        ...inState(state),
      })),
    );
    const reply = await app.graph.query<{ subscription: { id: string } | null }>(
      `{ subscription(accountId: "acme", eid: "${EID}") { id } }`,
    );
    expect(reply.errors).toBeUndefined();
    return { id: reply.data?.subscription?.id ?? null, hints: reply.extensions?.hints?.map(({ message }) => message) };
  };

  test.each<[name: string, [string, string][], string]>([
    [
      "one active, one suspended",
      [
        ["Suspend", ""],
        ["Active", ""],
      ],
      "sim-1",
    ],
    [
      "one suspended, one deactivated, one in stock",
      [
        ["Deactivated", ""],
        ["Suspend", ""],
        ["Stock", ""],
      ],
      "sim-1",
    ],
    [
      "one in stock, one scrapped",
      [
        ["Stock", ""],
        ["Scrapped", ""],
      ],
      "sim-0",
    ],
    [
      "two enabled, one of them active",
      [
        ["Suspend", "enabled"],
        ["Active", "Enabled"],
        ["Active", ""],
      ],
      "sim-1",
    ],
    [
      "one enabled",
      [
        ["Stock", " Enabled "],
        ["Active", "disabled"],
      ],
      "sim-0",
    ],
  ])("A7.1 is the current one where that is clear: %s", async (_, profiles, id) => {
    expect(await byEid(profiles)).toEqual({ id, hints: undefined });
  });

  test.each<[name: string, [string, string][]]>([
    [
      "two active",
      [
        ["Active", ""],
        ["Active", ""],
      ],
    ],
    [
      "one suspended, one in a state that is new",
      [
        ["Suspend", ""],
        ["Hibernating", ""],
      ],
    ],
  ])("A7.2 is null with a hint that lists them where it is not: %s", async (_, profiles) => {
    const { id, hints } = await byEid(profiles);
    expect(id).toBeNull();
    expect(hints).toHaveLength(1);
    for (const [index, [state]] of profiles.entries()) expect(hints?.[0]).toContain(`sim-${index} (${state})`);
  });
});

describe("Identifiers", () => {
  test("B8.1 are trimmed", async () => {
    answerSims({
      "subscription-id": " sim-1 ",
      iccid: ` ${ICCID}\n`,
      eid: " ",
      imsi: "310260123456789 ",
      msisdns: [{ msisdn: " 447700900123 " }],
      "cost-center-id": " 21287",
    });
    const { data } = await app.graph.query(
      `{ subscription(accountId: "acme", iccid: " ${ICCID} ") { id iccid eid isEsim imsi msisdns costCenterId } }`,
    );
    expect(app.asked()[0]?.query.iccid).toBe(ICCID);
    expect(data).toEqual({
      subscription: {
        id: "sim-1",
        iccid: ICCID,
        eid: null,
        isEsim: false,
        imsi: "310260123456789",
        msisdns: ["447700900123"],
        costCenterId: "21287",
      },
    });
  });

  test.each([
    "8901260882305063816F",
    "8986002019N840021907",
    "89860020190840021907",
    "890126088230506381FF",
    "8901260882305063816f",
  ])("B8.2 an ICCID that is shown as %s is taken as an argument and as a key", async (iccid) => {
    answerSims({ "subscription-id": "sim-1", iccid });
    const { data, errors } = await app.graph.query(
      `query ($iccid: ICCID!, $of: [_Any!]!) {
           one: subscription(accountId: "acme", iccid: $iccid) { iccid }
           many: subscriptionsByIccid(accountId: "acme", iccids: [$iccid]) { iccid }
           list: subscriptions(accountId: "acme", filter: { iccids: [$iccid] }) { nodes { iccid } }
           _entities(representations: $of) { ... on SimSubscription { iccid id } } }`,
      { iccid, of: [{ __typename: "SimSubscription", accountId: "acme", iccid }] },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      one: { iccid },
      many: [{ iccid }],
      list: { nodes: [{ iccid }] },
      _entities: [{ iccid, id: "sim-1" }],
    });
  });

  test("B8.3 an ICCID is found whether its filling F is given, shown or neither", async () => {
    for (const [given, told] of [
      [`${ICCID}F`, ICCID],
      [ICCID, `${ICCID}F`],
    ]) {
      answerSims({ "subscription-id": "sim-1", iccid: told });
      const { data } = await app.graph.query(`{ subscription(accountId: "acme", iccid: "${given ?? ""}") { id } }`);
      expect(data).toEqual({ subscription: { id: "sim-1" } });
    }
  });

  test("B8.4 a SIM that is ordered by such an ICCID is found", async () => {
    answerSims({ "subscription-id": "sim-1", iccid: `${ICCID}F`, ...inState("Suspend") });
    const { data } = await app.graph.query(
      `mutation { suspendSubscriptions(input: { accountId: "acme", dryRun: true, subscriptions: [{ iccid: "${ICCID}F" }] }) {
         results { outcome iccid } } }`,
    );
    expect(data).toEqual({
      suspendSubscriptions: { results: [{ outcome: "ALREADY_SATISFIED", iccid: `${ICCID}F` }] },
    });
  });
});

describe("Shapes that differ", () => {
  test.each<[unknown, string[]]>([
    [
      ["447700900123", " 447700900124 "],
      ["447700900123", "447700900124"],
    ],
    [[447700900123], ["447700900123"]],
    [[{ msisdn: "447700900123" }, { msisdn: "" }, {}], ["447700900123"]],
  ])("B8.5 phone numbers as %j are read", async (msisdns, numbers) => {
    expect(await shown({ msisdns }, "msisdns")).toEqual({ sim: { msisdns: numbers }, codes: [] });
  });

  test("B8.6 plans and features of an activation profile are read as bare ids", async () => {
    app.answer(() => ({ "activation-profile-id": "ap", "plan-ids": ["p1", { "plan-id": "p2" }], "feature-ids": [7] }));
    const { data } = await app.graph.query(`{ activationProfile(accountId: "acme", id: "ap") { planIds featureIds } }`);
    expect(data).toEqual({ activationProfile: { planIds: ["p1", "p2"], featureIds: ["7"] } });
  });

  test.each([
    ["msisdns", [{ number: "447700900123" }], "msisdns"],
    ["msisdns", [null], "msisdns"],
    ["msisdns", "447700900123", "msisdns"],
    ["states", ["Active"], "state"],
    ["states", [{ name: "Active" }], "state"],
    ["states", { state: "Active" }, "state"],
    ["profiles", ["p1"], "profileHistory { profileId }"],
    ["apn-data", ["iot.kore"], "apns { id }"],
    ["apn-data", [{ name: "iot.kore" }], "apns { id }"],
    ["additional-fields", { site: "Rotterdam" }, "customFields { key }"],
    ["additional-fields", [{ site: "Rotterdam" }], "customFields { key }"],
    ["last-active-profile", ["p1"], "lastActiveProfiles { profileId }"],
    ["last-active-imsi-msisdn", ["310260123456789"], "lastActiveNumbers { imsi }"],
    ["last-effective-date-of-states", [{ Active: "2024-05-01" }], "stateDates { state }"],
    ["iccid", { number: ICCID }, "id"],
  ])("B8.7 a SIM's %s as %j is a broken contract", async (field, value, selection) => {
    expect((await shown({ [field]: value }, selection)).codes).toEqual(["KORE_CONTRACT_BROKEN"]);
  });

  test.each([
    ["profile", {}],
    ["profile", { plans: ["p1"] }],
    ["profile", { plans: [{ id: "p1" }] }],
    ["profile", { features: ["f1"] }],
    ["profile", []],
  ])("B8.8 a %s as %j is a broken contract", async (_, reply) => {
    app.answer((path) =>
      path.endsWith("/subscriptions")
        ? {
            "page-info-result": { "total-count": 1 },
            subscriptions: [{ "subscription-id": "s", profiles: [{ "profile-id": "p", "is-current": true }] }],
          }
        : reply,
    );
    const { errors } = await app.graph.query(
      `{ subscriptions(accountId: "acme") { nodes { profile { plans { id } features { id } } } } }`,
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["KORE_CONTRACT_BROKEN"]);
  });

  test.each([
    ["SIMs by name", { "provisioning-request-id": "r", subscriptions: [ICCID] }],
    ["SIMs of another shape", { "provisioning-request-id": "r", subscriptions: [{ sim: ICCID }] }],
    ["no object", "completed"],
  ])("B8.9 a provisioning request with %s is a broken contract", async (_, request) => {
    app.answer(() => ({ Activation: request }));
    const { errors } = await app.graph.query(
      `{ provisioningRequest(accountId: "acme", id: "r") { subscriptions { iccid } } }`,
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["KORE_CONTRACT_BROKEN"]);
  });
});
