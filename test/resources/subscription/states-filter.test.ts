import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const SIMS = "/v1/accounts/acme/subscriptions";
const STATES = ["SUSPENDED", "STOCK", "BARRED", "ACTIVE"];

interface PageData {
  subscriptions: {
    totalCount?: number;
    nodes: { iccid: string; state: string }[];
    edges: { cursor: string }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  };
}

const NODES = "nodes { iccid state } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }";
const pageOf = (fields: string) => `query ($first: Int, $after: String, $filter: SimSubscriptionFilter) {
  subscriptions(accountId: "acme", first: $first, after: $after, filter: $filter) { ${fields} }
}`;

describe("A filter by several states", () => {
  let app: TestApp;
  let expected: { iccid: string; state: string }[];
  beforeAll(async () => {
    app = await startApp({ accounts: { acme: { sims: 250 } } }, { LIMIT_KORE_REQUESTS: "11" });
    expected = [];
    for (const state of STATES) {
      expected.push(...((await page({ first: 1000, filter: { state } }, NODES))?.nodes ?? []));
    }
  });
  beforeEach(() => app.kore.clearLog());
  afterAll(() => app.stop());

  const page = async (variables: Record<string, unknown>, fields = `totalCount ${NODES}`) => {
    const filter = { states: STATES };
    const { data, errors } = await app.graph.query<PageData>(pageOf(fields), { filter, ...variables });
    expect(errors).toBeUndefined();
    return data?.subscriptions;
  };
  const asked = () =>
    app.kore.log().flatMap(({ query }) => ("sim-state" in query ? [[query["sim-state"], query["max-page-item"]]] : []));

  test("lists each state's SIMs after those of the one before, at one request a state", async () => {
    const all = await page({ first: 1000 });
    expect(expected.length).toBeGreaterThan(20);
    expect(all?.nodes).toEqual(expected);
    expect(all?.totalCount).toBe(expected.length);
    expect(all?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×4`]);
  });

  test.each([1, 7, 60, 1000])("pages of %d cover the list without gaps or repetitions", async (first) => {
    const seen: PageData["subscriptions"]["nodes"] = [];
    let after: string | null | undefined;
    do {
      const part = await page({ first, after }, NODES);
      seen.push(...(part?.nodes ?? []));
      expect(part?.pageInfo.hasPreviousPage).toBe(seen.length > (part?.nodes.length ?? 0));
      after = part?.pageInfo.hasNextPage ? part.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(seen).toEqual(expected);
  });

  test("may go on after the cursor of any item", async () => {
    const all = await page({ first: 1000 });
    for (let at = 0; at < expected.length; at += 5) {
      const rest = await page({ first: 9, after: all?.edges[at]?.cursor });
      expect(rest?.nodes).toEqual(expected.slice(at + 1, at + 10));
      expect(rest?.totalCount).toBe(expected.length);
    }
  });

  test("reads no state beyond a full page, and only totals of those where the total is selected", async () => {
    await page({ first: 2 }, "nodes { iccid }");
    expect(asked()).toEqual([["Suspend", "2"]]);
    app.kore.clearLog();
    await page({ first: 2 });
    expect(asked().sort()).toEqual([
      ["Active", "1"],
      ["Barred", "1"],
      ["Stock", "1"],
      ["Suspend", "2"],
    ]);
  });

  test("of no items shows the total, at one request a state", async () => {
    const none = await page({ first: 0 });
    expect(none).toMatchObject({ totalCount: expected.length, nodes: [], pageInfo: { endCursor: null } });
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×4`]);
  });

  test("with one state, or one named twice, is the filter by that state", async () => {
    const one = await page({ filter: { states: ["ACTIVE", "ACTIVE"] } });
    expect(one).toEqual(await page({ filter: { state: "ACTIVE" } }));
    expect(asked()).toEqual(Array(2).fill(["Active", "50"]));
  });

  test("refuses the cursor of another order of states", async () => {
    const cursor = (await page({ first: 5 }))?.pageInfo.endCursor;
    const filter = { states: [...STATES].reverse() };
    const { errors } = await app.graph.query(pageOf("totalCount"), { filter, after: cursor });
    expect(errors).toMatchObject([{ message: /^after: /, extensions: { code: "BAD_USER_INPUT" } }]);
  });

  test.each([
    [{ state: "ACTIVE", states: ["TEST"] }, "filter.states: give either state or states, not both"],
    [{ states: [] }, "filter.states: give at least one state, or leave it out for all"],
    [{ states: ["ACTIVE", "UNKNOWN"] }, "filter.states: KORE has no state UNKNOWN to list by"],
  ])("refuses %j without a request", async (filter, message) => {
    const { errors } = await app.graph.query(pageOf("totalCount"), { filter });
    expect(errors).toMatchObject([{ message, extensions: { code: "BAD_USER_INPUT" } }]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("costs a request a state, as counts do", async () => {
    const lists = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => `a${index}: subscriptions(accountId: "acme", filter: { states: [ACTIVE, TEST] }) { totalCount }`,
      );
    const two = await app.graph.query(`{ ${lists(6).join(" ")} }`);
    expect(two.errors?.[0]?.extensions).toEqual({ code: "COST_LIMIT_EXCEEDED", cost: 12, limit: 11 });
    const counts = (args: string) => app.graph.query(`{ account(id: "acme") { simCounts${args} { count } name } }`);
    expect((await counts("")).errors?.[0]?.extensions).toEqual({ code: "COST_LIMIT_EXCEEDED", cost: 12, limit: 11 });
    expect((await counts("(states: [ACTIVE, TEST])")).errors).toBeUndefined();
  });
});
