import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../support/app.ts";
import { type ScriptedApp, startScripted } from "../support/kore/scripted-kore.ts";

const ACCOUNT = "/v1/accounts/acme";

describe("in front of a KORE whose lists are whole", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ accounts: { acme: { sims: 30 } } }, { CACHE_SECONDS: "0" });
  });
  afterAll(() => app.stop());
  beforeEach(() => app.kore.clearLog());

  test("an account's lists are one request each, whatever is selected below them", async () => {
    const { data, errors } = await app.graph.query<{ account: Record<string, Record<string, unknown>[]> }>(
      `{ account(id: "acme") {
        serviceTypes { serviceTypeId name account { id } }
        planTypes { planTypeId name }
        plans { planId name planTypeId planType { name } usageType rawUsageType serviceTypeId serviceType { name } }
        features { featureId name description usageType serviceTypeId serviceType { name } }
      } }`,
    );
    expect(errors).toBeUndefined();
    const { serviceTypes, planTypes, plans, features } = data?.account ?? {};
    expect(serviceTypes).toEqual([{ serviceTypeId: "32", name: "OmniSIM", account: { id: "acme" } }]);
    expect(planTypes).toEqual([
      { planTypeId: "1", name: "Base" },
      { planTypeId: "2", name: "Add-on" },
    ]);
    expect(plans).toContainEqual({
      planId: "cmp-k1-plan-200000",
      name: "OmniSIM Data 1 MB pooled",
      planTypeId: "1",
      planType: { name: "Base" },
      usageType: "DATA",
      rawUsageType: "DATA",
      serviceTypeId: "32",
      serviceType: { name: "OmniSIM" },
    });
    expect(features).toContainEqual({
      featureId: "cmp-k1-feature-3201",
      name: "SMS mobile terminated",
      description: "Texts to the device",
      usageType: "SMS",
      serviceTypeId: "32",
      serviceType: { name: "OmniSIM" },
    });
    expect(app.kore.requests().sort()).toEqual(
      ["features", "plan-types", "plans", "service-types"].map((list) => `GET ${ACCOUNT}/${list} ×1`),
    );
  });

  test("the names of a page of SIMs are one request for each kind", async () => {
    const { data, errors } = await app.graph.query<{ subscriptions: { nodes: Record<string, unknown>[] } }>(
      `{ subscriptions(accountId: "acme", filter: { state: ACTIVE }) { nodes {
        serviceTypeId serviceType { name }
plans { planId planType { name } } features { featureId description }
      } } }`,
    );
    expect(errors).toBeUndefined();
    const nodes = data?.subscriptions.nodes ?? [];
    expect(nodes.length).toBeGreaterThan(5);
    expect(nodes[0]).toMatchObject({
      serviceTypeId: "32",
      serviceType: { name: "OmniSIM" },
      plans: expect.arrayContaining([{ planId: "cmp-k1-plan-100032", planType: { name: "Add-on" } }]) as unknown,
      features: expect.arrayContaining([{ featureId: "cmp-k1-feature-3200", description: "4G data" }]) as unknown,
    });
    const requests = app.kore.requests().filter((request) => !request.includes("/profiles/"));
    expect(requests.sort()).toEqual([
      `GET ${ACCOUNT}/features ×1`,
      `GET ${ACCOUNT}/plan-types ×1`,
      `GET ${ACCOUNT}/plans ×1`,
      `GET ${ACCOUNT}/service-types ×1`,
      `GET ${ACCOUNT}/subscriptions ×1`,
    ]);
  });

  test("activation profiles name their plans and features, and all share the lists", async () => {
    const { data, errors } = await app.graph.query<{
      account: { activationProfiles: { id: string; planIds: string[]; plans: { planId: string }[] }[] };
    }>(
      `{ account(id: "acme") { activationProfiles { id planIds plans { planId name } featureIds features { featureId }
        serviceTypeId serviceType { name } } } }`,
    );
    expect(errors).toBeUndefined();
    const profiles = data?.account.activationProfiles ?? [];
    expect(profiles).toHaveLength(3);
    for (const { planIds, plans } of profiles) expect(plans.map(({ planId }) => planId)).toEqual(planIds);
    expect(app.kore.requests().sort()).toEqual(
      [
        `GET ${ACCOUNT}/activation-profiles ×1`,
        ...profiles.map(({ id }) => `GET ${ACCOUNT}/activation-profiles/${id} ×1`),
        `GET ${ACCOUNT}/features ×1`,
        `GET ${ACCOUNT}/plans ×1`,
        `GET ${ACCOUNT}/service-types ×1`,
      ].sort(),
    );
  });

  test("one of a kind by its id is one request, and an unknown one is null", async () => {
    const { data } = await app.graph.query(
      `{ plan(accountId: "acme", id: "cmp-k1-plan-200000") { name }
        feature(accountId: "acme", id: "cmp-k1-feature-3200") { name }
        serviceType(accountId: "acme", id: "nobody's") { name }
        planType(accountId: "acme", id: "nobody's") { name } }`,
    );
    expect(data).toEqual({
      plan: { name: "OmniSIM Data 1 MB pooled" },
      feature: { name: "LTE" },
      serviceType: null,
      planType: null,
    });
    expect(app.kore.requests().sort()).toEqual([
      `GET ${ACCOUNT}/features/cmp-k1-feature-3200 ×1`,
      `GET ${ACCOUNT}/plan-types ×1`,
      `GET ${ACCOUNT}/plans/cmp-k1-plan-200000 ×1`,
      `GET ${ACCOUNT}/service-types/nobody's ×1`,
    ]);
  });

  test("a gateway's references to several plans are one request", async () => {
    const representations = ["cmp-k1-plan-200000", "cmp-k1-plan-100032"].map((planId) => ({
      __typename: "Plan",
      accountId: "acme",
      planId,
    }));
    const { data } = await app.graph.query(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Plan { name } } }`,
      { representations },
    );
    expect(data).toEqual({
      _entities: [{ name: "OmniSIM Data 1 MB pooled" }, { name: "OmniSIM SMS per message" }],
    });
    expect(app.kore.requests()).toEqual([`GET ${ACCOUNT}/plans ×1`]);
  });
});

test("the lists are cached, so that names of a later operation are free", async () => {
  const app = await startApp({ accounts: { acme: { sims: 3 } } });
  try {
    const query = `{ account(id: "acme") { plans { name } serviceTypes { name } planTypes { name } features { name } } }`;
    await app.graph.query(query);
    await app.graph.query(query);
    expect(app.kore.requests().map((request) => request.slice(-2))).toEqual(["×1", "×1", "×1", "×1"]);
  } finally {
    await app.stop();
  }
});

describe("in front of a KORE whose lists lack what a profile has", () => {
  let app: ScriptedApp;
  beforeAll(async () => {
    app = await startScripted({ CACHE_SECONDS: "0" });
  });
  afterAll(() => app.stop());
  let answers: Record<string, unknown>;
  beforeEach(() => {
    answers = {
      "/activation-profiles/p": { "activation-profile-id": "p", "plan-ids": ["a", "b", "c"].map(planId) },
      "/plans": { plans: [{ plan: { "plan-id": "a", "plan-name": "A" } }] },
      "/plans/b": { plan: { "plan-id": "b", "plan-name": "B", "usage-type": "VIDEO" } },
    };
    app.answer((path) => answers[path.slice(ACCOUNT.length)]);
  });
  afterEach(() => app.answer(() => undefined));
  const planId = (id: string) => ({ "plan-id": id });
  const read = (): Promise<Reply> =>
    app.graph.query(
      `{ activationProfile(accountId: "acme", id: "p") { planIds plans { name usageType rawUsageType } } }`,
    );

  test("those are read by their id, and one that KORE does not know is null", async () => {
    expect(await read()).toEqual({
      data: {
        activationProfile: {
          planIds: ["a", "b", "c"],
          plans: [
            { name: "A", usageType: null, rawUsageType: null },
            { name: "B", usageType: "UNKNOWN", rawUsageType: "VIDEO" },
            null,
          ],
        },
      },
    });
    expect(app.asked().map(({ path }) => path)).toEqual(
      ["/activation-profiles/p", "/plans", "/plans/b", "/plans/c"].map((path) => ACCOUNT + path),
    );
  });

  test("one that cannot be read fails alone", async () => {
    answers["/plans/b"] = { plan: [] };
    const { data, errors } = await read();
    expect(data).toMatchObject({ activationProfile: { plans: [{ name: "A" }, null, null] } });
    expect(errors).toMatchObject([
      { path: ["activationProfile", "plans", 1], extensions: { code: "KORE_CONTRACT_BROKEN" } },
    ]);
  });

  test("an empty list is no error, and a reply without the list is one", async () => {
    answers["/plans"] = null;
    expect((await read()).data).toMatchObject({ activationProfile: { plans: [null, { name: "B" }, null] } });
    answers["/plans"] = { rates: [] };
    expect((await read()).errors).toMatchObject(
      Array.from({ length: 3 }, () => ({ extensions: { code: "KORE_CONTRACT_BROKEN" } })),
    );
  });
});
