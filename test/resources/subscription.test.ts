import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";
import { SimsByIccidDocument, SimsDocument } from "../support/graphql/graphql.ts";

const SIMS = "/v1/accounts/acme/subscriptions";

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 250 }, small: { sims: 3 } } });
});
afterEach(() => app.stop());

describe("What a read costs at KORE", () => {
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

  test("an ICCID asked for twice is asked of KORE once", async () => {
    const [iccid = ""] = app.kore.iccids("acme");
    const { data } = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids: [iccid, iccid] });
    expect(data?.subscriptionsByIccid).toHaveLength(2);
    expect(app.kore.log().find(({ path }) => path.endsWith("/subscriptions"))?.query.iccid).toBe(iccid);
  });

  test("two identical operations at once cost as much as one", async () => {
    await app.graph.query("{ clients(first: 1) { totalCount } }");
    app.kore.clearLog();
    const all = Array.from({ length: 2 }, () => app.graph.run(SimsDocument, { accountId: "acme", first: 5 }));
    const [one, other] = await Promise.all(all);
    expect(one?.data).toEqual(other?.data);
    expect(app.kore.requests().filter((line) => !line.endsWith("×1"))).toEqual([]);
  });

  test("the past states of a page of SIMs come with the page", async () => {
    const { data } = await app.graph.query<{ subscriptions: { nodes: { stateHistory: unknown[] }[] } }>(
      `query ($with: Boolean!) { subscriptions(accountId: "acme", first: 100) { nodes { ...More } } }
       fragment More on SimSubscription { stateHistory @include(if: $with) { state startedAt endedAt } }`,
      { with: true },
    );
    expect(data?.subscriptions.nodes.some((sim) => sim.stateHistory.length > 1)).toBe(true);
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`]);
    expect(app.kore.log().at(-1)?.query["show-state-history"]).toBe("true");
  });

  test("past states that are not selected are not asked for", async () => {
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

  test("few are asked for one at a time, which is all that KORE offers", async () => {
    const { data } = await byId(ids(3));
    expect(data?._entities.every((sim) => sim !== null)).toBe(true);
    expect(app.kore.requests()).toHaveLength(3);
  });

  test("many are found in the account's list, which takes fewer requests", async () => {
    const { data } = await byId([...ids(60), "cmp-no-such-sim"]);
    expect(data?._entities.filter((sim) => sim !== null)).toHaveLength(60);
    expect(data?._entities[60]).toBeNull();
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`]);
  });
});

describe("Pages", () => {
  const PAGE = `query ($first: Int, $after: String, $filter: SimSubscriptionFilter) {
    subscriptions(accountId: "acme", first: $first, after: $after, filter: $filter) {
      totalCount nodes { iccid } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  interface PageData {
    subscriptions: {
      totalCount: number;
      nodes: { iccid: string }[];
      edges: { cursor: string }[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
    };
  }
  const page = async (variables: Record<string, unknown>) =>
    (await app.graph.query<PageData>(PAGE, variables)).data?.subscriptions;

  test("go through the whole list without a gap or a repetition, one request each", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const part = await page({ first: 60, after });
      seen.push(...(part?.nodes.map(({ iccid }) => iccid) ?? []));
      after = part?.pageInfo.hasNextPage ? part.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(seen).toEqual(app.kore.iccids("acme"));
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×5`]);
  });

  test("may start anywhere and be of any size", async () => {
    const all = app.kore.iccids("acme");
    const start = await page({ first: 37 });
    const middle = await page({ first: 41, after: start?.edges[30]?.cursor });
    expect(middle?.nodes.map(({ iccid }) => iccid)).toEqual(all.slice(31, 72));
    expect(middle?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×2`]);
  });

  test("of no items tell the total", async () => {
    expect(await page({ first: 0 })).toMatchObject({ totalCount: 250, nodes: [], pageInfo: { endCursor: null } });
  });

  test("end at the last item", async () => {
    const rest = await page({ first: 1000 });
    expect(rest?.nodes).toHaveLength(250);
    expect(rest?.pageInfo.hasNextPage).toBe(false);
  });

  test("refuse a cursor of another list, and one that nobody made", async () => {
    const cursor = (await page({ first: 10 }))?.pageInfo.endCursor;
    app.kore.clearLog();
    for (const variables of [{ after: cursor, filter: { state: "ACTIVE" } }, { after: "bm9uc2Vuc2U" }, { after: "" }]) {
      const { errors } = await app.graph.query(PAGE, variables);
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
      expect(errors?.[0]?.message).toMatch(/^after: /);
    }
    expect(app.kore.requests()).toEqual([]);
  });

  test("refuse a size that KORE cannot serve", async () => {
    for (const first of [5000, -1]) {
      const { errors } = await app.graph.query(PAGE, { first });
      expect(errors?.[0]).toMatchObject({
        message: "first: must be 0 to 1000",
        extensions: { code: "BAD_USER_INPUT" },
      });
    }
    expect(app.kore.requests()).toEqual([]);
  });
});

describe("Filters and order", () => {
  test("reach KORE in its own spelling", async () => {
    await app.graph.query(
      `query ($filter: SimSubscriptionFilter!) {
        subscriptions(accountId: "acme", filter: $filter, orderBy: { field: SERVICE_TYPE_ID, direction: DESC }) { totalCount }
      }`,
      {
        filter: {
          iccids: ["8901260882305063816", "8901260882305063817"],
          imsi: "310260123456789",
          imei: "356938035643809",
          eid: "89049032000001000000012345678901",
          msisdn: "+882390000000001",
          state: "SUSPENDED_WITH_CHARGE",
          modifiedFrom: "2024-01-01T01:00:00+01:00",
          modifiedTo: "2024-12-31T23:59:59.999Z",
        },
      },
    );
    expect(app.kore.log().at(-1)?.query).toEqual({
      "page-index": "0",
      "max-page-item": "50",
      iccid: "8901260882305063816,8901260882305063817",
      imsi: "310260123456789",
      imei: "356938035643809",
      eid: "89049032000001000000012345678901",
      msisdn: "+882390000000001",
      "sim-state": "Suspend With Charge",
      "last-modified-from": "2024-01-01T00:00:00.000Z",
      "last-modified-to": "2024-12-31T23:59:59.999Z",
      "sort-field": "service-type-id",
      "sort-direction": "Desc",
    });
  });

  test("list the SIMs of one state", async () => {
    const { data } = await app.graph.query<{ subscriptions: { totalCount: number; nodes: { state: string }[] } }>(
      `{ subscriptions(accountId: "acme", filter: { state: ACTIVE }) { totalCount nodes { state } } }`,
    );
    expect(data?.subscriptions.totalCount).toBeGreaterThan(0);
    expect(new Set(data?.subscriptions.nodes.map(({ state }) => state))).toEqual(new Set(["ACTIVE"]));
  });

  test("order by ICCID", async () => {
    const { data } = await app.graph.query<{ subscriptions: { nodes: { iccid: string }[] } }>(
      `{ subscriptions(accountId: "acme", first: 250, orderBy: { field: ICCID }) { nodes { iccid } } }`,
    );
    expect(data?.subscriptions.nodes.map(({ iccid }) => iccid)).toEqual([...app.kore.iccids("acme")].sort());
  });

  test.each([
    [{ state: "UNKNOWN" }, /^filter.state: /],
    [{ iccids: [] }, /^filter.iccids: /],
    [{ modifiedFrom: "2024-02-01T00:00:00Z", modifiedTo: "2024-01-01T00:00:00Z" }, /^filter.modifiedFrom: /],
  ])("refuse %j before KORE is asked", async (filter, rule) => {
    const { errors } = await app.graph.query(
      `query ($filter: SimSubscriptionFilter) { subscriptions(accountId: "acme", filter: $filter) { totalCount } }`,
      { filter },
    );
    expect(errors?.[0]?.message).toMatch(rule);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(app.kore.requests()).toEqual([]);
  });
});

describe("One SIM", () => {
  const ONE = `query ($account: ID!, $id: ID, $iccid: ICCID, $eid: EID) {
    subscription(accountId: $account, id: $id, iccid: $iccid, eid: $eid) { id iccid eid isEsim rspState state }
  }`;

  test("is found by its ICCID", async () => {
    const [iccid = ""] = app.kore.iccids("acme");
    const { data } = await app.graph.query(ONE, { account: "acme", iccid });
    expect(data).toMatchObject({ subscription: { iccid } });
  });

  test("is found by its EID; of several on one eSIM, the enabled one", async () => {
    const { data } = await app.graph.query<{
      subscriptions: { nodes: { eid: string | null; rspState: string; iccid: string }[] };
    }>(`{ subscriptions(accountId: "acme", first: 250) { nodes { eid rspState iccid } } }`);
    const nodes = data?.subscriptions.nodes ?? [];
    const shared = nodes
      .map(({ eid }) => nodes.filter((sim) => eid !== null && sim.eid === eid))
      .find((sims) => sims.length > 1 && sims.filter(({ rspState }) => rspState === "enabled").length === 1);
    const enabled = shared?.find(({ rspState }) => rspState === "enabled");
    const reply = await app.graph.query(ONE, { account: "acme", eid: enabled?.eid });
    expect(reply.data).toMatchObject({ subscription: { iccid: enabled?.iccid, isEsim: true, rspState: "enabled" } });
  });

  test("needs exactly one selector", async () => {
    const [iccid] = app.kore.iccids("acme");
    for (const selectors of [{}, { id: "1", iccid }]) {
      const { errors } = await app.graph.query(ONE, { account: "acme", ...selectors });
      expect(errors?.[0]?.message).toMatch(/^subscription: give exactly one of id, iccid and eid/);
      expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    }
    expect(app.kore.requests()).toEqual([]);
  });

  test("that does not exist is null, and a wrong check digit explains why", async () => {
    const [iccid = ""] = app.kore.iccids("acme");
    const mistyped = iccid.slice(0, -1) + String((Number(iccid.at(-1)) + 1) % 10);
    const reply = await app.graph.query(ONE, { account: "acme", iccid: mistyped });
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toEqual({ subscription: null });
    expect(reply.extensions?.hints).toEqual([
      { path: ["subscription"], message: "No SIM with this ICCID; its check digit is wrong: a typing error?" },
    ]);
    expect(JSON.stringify(reply)).not.toContain(mistyped);
  });

  test("in a list of ICCIDs has its hint at its place", async () => {
    const [iccid = "", other = ""] = app.kore.iccids("acme");
    const mistyped = iccid.slice(0, -1) + String((Number(iccid.at(-1)) + 1) % 10);
    const reply = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids: [other, mistyped] });
    expect(reply.data?.subscriptionsByIccid[1]).toBeNull();
    expect(reply.extensions?.hints?.[0]?.path).toEqual(["subscriptionsByIccid", 1]);
  });

  test("of an account that KORE does not know is null", async () => {
    const reply = await app.graph.query(ONE, { account: "nobody", id: "1" });
    expect(reply).toEqual({ data: { subscription: null } });
  });

  test("has no hint when its check digit is right", async () => {
    const reply = await app.graph.query(ONE, { account: "small", iccid: app.kore.iccids("acme")[0] });
    expect(reply).toEqual({ data: { subscription: null } });
  });
});

describe("Identifiers that cannot be", () => {
  test.each([
    [
      "signs",
      "89014103211118510-20",
      'Variable "$iccids[1]": ICCID must be 18 to 22 digits or letters; character 18 is none',
    ],
    ["12 digits", "890141032111", 'Variable "$iccids[1]": ICCID must be 18 to 22 digits or letters; this has 12'],
    ["a number", 8901, 'Variable "$iccids[1]": ICCID must be a text of 18 to 22 digits or letters'],
  ])("an ICCID of %s is refused by place and rule, without its value", async (_, bad, message) => {
    const reply = await app.graph.post({
      query: SimsByIccidDocument.toString(),
      variables: { accountId: "acme", iccids: [app.kore.iccids("acme")[0], bad] },
    });
    const body = await reply.text();
    expect(reply.status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] });
    expect(body).not.toContain(String(bad));
    expect(app.kore.requests()).toEqual([]);
  });

  test("an ICCID in the text of the query is refused likewise", async () => {
    const { errors } = await app.graph.query(`{ subscription(accountId: "acme", iccid: "12345abc") { id } }`);
    expect(errors?.[0]?.message).toBe("ICCID must be 18 to 22 digits or letters; this has 8");
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test.each(["", "..", "a/../b", "%2e%2e/b", "\ud800", "x".repeat(9000)])(
    "account id %j is refused before KORE is asked",
    async (id) => {
      const { errors } = await app.graph.query(`query ($id: ID!) { subscriptions(accountId: $id) { totalCount } }`, {
        id,
      });
      expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
      expect(errors?.[0]?.message).toMatch(/^accountId: must be /);
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test.each(["1/../2", "x".repeat(200_000)])(
    "a SIM's id in a filter is held to the same rule",
    async (subscriptionId) => {
      const { errors } = await app.graph.query(
        `query ($id: ID!) { account(id: "acme") { provisioningRequests(filter: { subscriptionId: $id }) { totalCount } } }`,
        { id: subscriptionId },
      );
      expect(errors?.[0]?.message).toMatch(/^filter\.subscriptionId: must be /);
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test("more ICCIDs than one query may hold are refused", async () => {
    const iccids = Array.from({ length: 1001 }, () => app.kore.iccids("acme")[0] ?? "");
    const { errors } = await app.graph.run(SimsByIccidDocument, { accountId: "acme", iccids });
    expect(errors?.[0]).toMatchObject({ message: "iccids: at most 1000 at once; 1001 are given" });
    expect(app.kore.requests()).toEqual([]);
  });

  test("an account that KORE does not know is a clear error of its list", async () => {
    const { data, errors } = await app.graph.query(
      `{ account(id: "nobody") { id name subscriptions { totalCount } costCenters { id } } }`,
    );
    expect(data).toEqual({ account: { id: "nobody", name: null, subscriptions: null, costCenters: null } });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [["account", "subscriptions"], "NOT_FOUND"],
      [["account", "costCenters"], "NOT_FOUND"],
    ]);
  });
});

test("a wrong check digit is refused where ID_CHECKS is strict", async () => {
  const strict = await startApp({ accounts: { acme: { sims: 2 } } }, { ID_CHECKS: "strict" });
  const [iccid = ""] = strict.kore.iccids("acme");
  const mistyped = iccid.slice(0, -1) + String((Number(iccid.at(-1)) + 1) % 10);
  const { errors } = await strict.graph.run(SimsByIccidDocument, { accountId: "acme", iccids: [mistyped] });
  expect(errors?.[0]?.message).toBe('Variable "$iccids[0]": ICCID check digit is wrong: a typing error?');
  expect(strict.kore.requests()).toEqual([]);
  await strict.stop();
});
