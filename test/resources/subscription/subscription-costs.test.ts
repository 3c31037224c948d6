import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { SimsByIccidDocument, SimsDocument } from "../../support/graphql/graphql.ts";

const SIMS = "/v1/accounts/acme/subscriptions";

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 250 }, small: { sims: 3 } } });
});
afterEach(() => app.stop());

describe("The cost of a read at KORE", () => {
  test("a page of 100 SIMs is one request", async () => {
    const { data } = await app.graph.query<{ subscriptions: { totalCount: number; nodes: unknown[] } }>(
      `{ subscriptions(accountId: "acme", first: 100) { totalCount nodes { id iccid state msisdns imsi } } }`,
    );
    expect(data?.subscriptions.nodes).toHaveLength(100);
    expect(data?.subscriptions.totalCount).toBe(250);
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`]);
  });

  test("cost centers of a page of 100 SIMs are one request more", async () => {
    const { data } = await app.graph.query<{ subscriptions: { nodes: { costCenter: { name: string } }[] } }>(
      `{ subscriptions(accountId: "acme", first: 100) { nodes { costCenter { id key name } } } }`,
    );
    expect(data?.subscriptions.nodes.every((sim) => sim.costCenter.name !== "")).toBe(true);
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`, "GET /v1/accounts/acme/cost-centers ×1"]);
  });

  test("profiles of a page of 100 SIMs are one request for each different profile", async () => {
    const { data } = await app.graph.run(SimsDocument, { accountId: "acme" });
    const ids = new Set(data?.subscriptions.nodes.map(({ profile }) => profile?.id).filter(Boolean));
    expect(ids.size).toBeGreaterThan(1);
    expect(app.kore.requests()).toEqual([
      `GET ${SIMS} ×1`,
      "GET /v1/accounts/acme/cost-centers ×1",
      ...[...ids].map((id) => `GET /v1/accounts/acme/profiles/${id ?? ""} ×1`),
    ]);
  });

  test("250 ICCIDs are three requests, and keep their order", async () => {
    const iccids = app.kore.iccids("acme");
    const { data } = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids });
    expect(data?.subscriptionsByIccid.map((sim) => sim?.iccid)).toEqual(iccids);
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×3`, "GET /v1/accounts/acme/cost-centers ×1"]);
    expect(
      app.kore
        .log()
        .filter(({ path }) => path.endsWith("/subscriptions"))
        .map(({ query }) => query.iccid?.split(",").length),
    ).toEqual([100, 100, 50]);
  });

  test("an ICCID that is requested twice is read once", async () => {
    const [iccid = ""] = app.kore.iccids("acme");
    const { data } = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids: [iccid, iccid] });
    expect(data?.subscriptionsByIccid).toHaveLength(2);
    expect(app.kore.log().find(({ path }) => path.endsWith("/subscriptions"))?.query.iccid).toBe(iccid);
  });

  test("concurrent identical operations cost as much as one", async () => {
    await app.graph.query("{ clients(first: 1) { totalCount } }");
    app.kore.clearLog();
    const all = Array.from({ length: 2 }, () => app.graph.run(SimsDocument, { accountId: "acme", first: 5 }));
    const [one, other] = await Promise.all(all);
    expect(one?.data).toEqual(other?.data);
    expect(app.kore.requests().filter((line) => !line.endsWith("×1"))).toEqual([]);
  });

  test("the past states of a page of SIMs are read with the page", async () => {
    const { data } = await app.graph.query<{ subscriptions: { nodes: { stateHistory: unknown[] }[] } }>(
      `query ($with: Boolean!) { subscriptions(accountId: "acme", first: 100) { nodes { ...More } } }
       fragment More on SimSubscription { stateHistory @include(if: $with) { state startedAt endedAt } }`,
      { with: true },
    );
    expect(data?.subscriptions.nodes.some((sim) => sim.stateHistory.length > 1)).toBe(true);
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`]);
    expect(app.kore.log().at(-1)?.query["show-state-history"]).toBe("true");
  });

  test("past states that are not selected are not read", async () => {
    await app.graph.query(
      `query ($with: Boolean!) { subscriptions(accountId: "acme") { nodes { id stateHistory @include(if: $with) { state } } } }`,
      { with: false },
    );
    expect(app.kore.log().at(-1)?.query["show-state-history"]).toBeUndefined();
  });

  test("the past states of 150 SIMs by ICCID are two requests more", async () => {
    const iccids = app.kore.iccids("acme").slice(0, 150);
    await app.graph.query(
      `query ($iccids: [ICCID!]!) { subscriptionsByIccid(accountId: "acme", iccids: $iccids) { stateHistory { state } } }`,
      { iccids },
    );
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×4`]);
  });

  test("one SIM by its id is one request", async () => {
    const sim = app.kore.sim("acme", app.kore.iccids("acme")[0] ?? "");
    const { data } = await app.graph.query<{ subscription: { iccid: string } }>(
      `query ($id: ID!) { subscription(accountId: "acme", id: $id) { iccid } }`,
      { id: sim?.subscriptionId },
    );
    expect(data?.subscription.iccid).toBe(sim?.iccid);
    expect(app.kore.requests()).toEqual([`GET ${SIMS}/${sim?.subscriptionId ?? ""} ×1`]);
  });

  test("an account's id alone costs nothing, its name one request for all accounts", async () => {
    await app.graph.query(`{ account(id: "acme") { id } }`);
    expect(app.kore.requests()).toEqual([]);
    const { data } = await app.graph.query(
      `{ a: account(id: "acme") { name number } b: account(id: "small") { name } }`,
    );
    expect(data).toMatchObject({
      a: { name: expect.any(String) as string },
      b: { name: expect.any(String) as string },
    });
    expect(app.kore.requests()).toEqual(["GET /v1/accounts ×1"]);
  });
});

describe("References by subscription id", () => {
  const byId = (ids: string[]) =>
    app.graph.query<{ _entities: ({ iccid: string } | null)[] }>(
      "query ($of: [_Any!]!) { _entities(representations: $of) { ... on SimSubscription { iccid } } }",
      { of: ids.map((id) => ({ __typename: "SimSubscription", accountId: "acme", id })) },
    );
  const ids = (count: number) =>
    app.kore
      .iccids("acme")
      .slice(0, count)
      .map((iccid) => app.kore.sim("acme", iccid)?.subscriptionId ?? "");

  test("few are read one at a time, as KORE offers", async () => {
    const { data } = await byId(ids(3));
    expect(data?._entities.every((sim) => sim !== null)).toBe(true);
    expect(app.kore.requests()).toHaveLength(3);
  });

  test("many are read from the account's list, which takes fewer requests", async () => {
    const { data } = await byId([...ids(60), "cmp-no-such-sim"]);
    expect(data?._entities.filter((sim) => sim !== null)).toHaveLength(60);
    expect(data?._entities[60]).toBeNull();
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`]);
  });
});
