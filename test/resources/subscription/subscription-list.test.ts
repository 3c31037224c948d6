import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const SIMS = "/v1/accounts/acme/subscriptions";

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ accounts: { acme: { sims: 250 }, small: { sims: 3 } } });
});
afterEach(() => app.stop());

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

  test("cover the whole list without gaps or repetitions, one request each", async () => {
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

  test("may start at any item and have any size", async () => {
    const all = app.kore.iccids("acme");
    const start = await page({ first: 37 });
    const middle = await page({ first: 41, after: start?.edges[30]?.cursor });
    expect(middle?.nodes.map(({ iccid }) => iccid)).toEqual(all.slice(31, 72));
    expect(middle?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×2`]);
  });

  test("of no items show the total", async () => {
    expect(await page({ first: 0 })).toMatchObject({ totalCount: 250, nodes: [], pageInfo: { endCursor: null } });
  });

  test("end at the last item", async () => {
    const rest = await page({ first: 1000 });
    expect(rest?.nodes).toHaveLength(250);
    expect(rest?.pageInfo.hasNextPage).toBe(false);
  });

  test("refuse a cursor of another list, and a forged one", async () => {
    const cursor = (await page({ first: 10 }))?.pageInfo.endCursor;
    app.kore.clearLog();
    for (const variables of [{ after: cursor, filter: { state: "ACTIVE" } }, { after: "bm9uc2Vuc2U" }, { after: "" }]) {
      const { errors } = await app.graph.query(PAGE, variables);
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
      expect(errors?.[0]?.message).toMatch(/^after: /);
    }
    expect(app.kore.requests()).toEqual([]);
  });

  test.each(["last: 5", 'before: "x"'])("refuse %s, in words that say why, without a KORE call", async (backwards) => {
    const { errors } = await app.graph.query(`{ subscriptions(accountId: "acme", ${backwards}) { totalCount } }`);
    const [name] = backwards.split(":");
    expect(errors).toMatchObject([
      {
        message: `Unknown argument "${name}" on field "Query.subscriptions". Lists are read forwards only, as KORE gives them: page with first and after.`,
        extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
      },
    ]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("refuse an invalid size", async () => {
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
  test("are sent in KORE's spelling", async () => {
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
  ])("refuse %j without a KORE call", async (filter, rule) => {
    const { errors } = await app.graph.query(
      `query ($filter: SimSubscriptionFilter) { subscriptions(accountId: "acme", filter: $filter) { totalCount } }`,
      { filter },
    );
    expect(errors?.[0]?.message).toMatch(rule);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(app.kore.requests()).toEqual([]);
  });
});
