import { describe, expect, test } from "vitest";
import { app, beginScript, answerSims, shown, inState, ICCID } from "./scripted-sims.ts";

beginScript();

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

  test("A6.2 is found beside other objects, ignoring blanks", async () => {
    const blank = { ...inside, "provisioning-request-id": "", "request-type": " " };
    app.answer(() => ({ meta: { page: 1 }, Deactivation: blank }));
    expect((await app.graph.query(QUERY)).data).toEqual(seen("DEACTIVATION", "Deactivation"));
  });

  test("A6.3 with a type inside keeps it", async () => {
    app.answer(() => ({ Anything: { ...inside, "request-type": "Reactivation" } }));
    expect((await app.graph.query(QUERY)).data).toEqual(seen("REACTIVATION", "Reactivation"));
  });

  test("A6.4 under the literal key, without an id, has the requested id", async () => {
    app.answer(() => ({ "request-type": { ...inside, "request-type": "Activation" } }));
    expect((await app.graph.query(QUERY)).data).toEqual(seen("ACTIVATION", "Activation"));
  });
});

test("A6.5 a SIM in the forms of a production reply is read", async () => {
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
    "imei rspState device { imei } serviceTypeId costCenterId apns { apnId } currentState { stateId startedAt endedAt }",
  );
  expect(codes).toEqual([]);
  expect(sim).toEqual({
    imei: null,
    rspState: null,
    device: null,
    serviceTypeId: "32",
    costCenterId: "21287",
    apns: [{ apnId: "3361" }],
    currentState: { stateId: "cmp-pp-state-Active", startedAt: "2025-11-02T10:00:00.000Z", endedAt: null },
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
  ])("B8.2 an ICCID that is shown as %s is accepted as an argument and as a key", async (iccid) => {
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

  test("B8.3 an ICCID is found with and without its padding F", async () => {
    for (const [given, observed] of [
      [`${ICCID}F`, ICCID],
      [ICCID, `${ICCID}F`],
    ]) {
      answerSims({ "subscription-id": "sim-1", iccid: observed });
      const { data } = await app.graph.query(`{ subscription(accountId: "acme", iccid: "${given ?? ""}") { id } }`);
      expect(data).toEqual({ subscription: { id: "sim-1" } });
    }
  });

  test("B8.4 an order by such an ICCID finds the SIM", async () => {
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

describe("Other forms of replies", () => {
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
    ["apn-data", ["iot.kore"], "apns { apnId }"],
    ["apn-data", [{ name: "iot.kore" }], "apns { apnId }"],
    ["additional-fields", { site: "Rotterdam" }, "customFields { key }"],
    ["additional-fields", [{ site: "Rotterdam" }], "customFields { key }"],
    ["last-active-profile", ["p1"], "lastActiveProfiles { profileId }"],
    ["last-active-imsi-msisdn", ["310260123456789"], "lastActiveNumbers { imsi }"],
    ["last-effective-date-of-states", [{ Active: "2024-05-01" }], "stateDates { state }"],
    ["iccid", { number: ICCID }, "id"],
  ])("B8.7 a SIM's %s as %j is a contract error", async (field, value, selection) => {
    expect((await shown({ [field]: value }, selection)).codes).toEqual(["KORE_CONTRACT_BROKEN"]);
  });

  test.each([
    ["profile", {}],
    ["profile", { plans: ["p1"] }],
    ["profile", { plans: [{ id: "p1" }] }],
    ["profile", { features: ["f1"] }],
    ["profile", []],
  ])("B8.8 a %s as %j is a contract error", async (_, reply) => {
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
  ])("B8.9 a provisioning request with %s is a contract error", async (_, request) => {
    app.answer(() => ({ Activation: request }));
    const { errors } = await app.graph.query(
      `{ provisioningRequest(accountId: "acme", id: "r") { subscriptions { iccid } } }`,
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["KORE_CONTRACT_BROKEN"]);
  });
});
