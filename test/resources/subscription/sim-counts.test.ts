import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { SimCountsDocument } from "../../support/graphql/graphql.ts";
import { type ScriptedApp, startScripted } from "../../support/kore/scripted-kore.ts";

const KORE_STATES = [
  ...["Stock", "Test", "Ready", "Active", "Suspend", "Suspend With Charge"],
  ...["Deactivated", "Pending Scrap", "Scrapped", "Barred"],
];
const SIMS = "/v1/accounts/acme/subscriptions";

interface Counts {
  account: { simCounts: { state: string; count: number | null }[] };
}

const COUNTS = `query ($states: [SimState!]) {
  account(id: "acme") { simCounts(states: $states) { state count } }
}`;

describe("Counts of SIMs by state", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ accounts: { acme: { sims: 250 } } });
  });
  beforeEach(() => app.kore.clearLog());
  afterAll(() => app.stop());

  const counts = async (states?: string[]) => {
    const { data } = await app.graph.query<Counts>(COUNTS, { states });
    return Object.fromEntries((data?.account.simCounts ?? []).map(({ state, count }) => [state, count]));
  };

  test("are one row a state, each of one request for the shortest page, and are kept until a write", async () => {
    const { data } = await app.graph.run(SimCountsDocument, { accountId: "acme" });
    const rows = data?.account?.simCounts ?? [];
    const states = [undefined, ...KORE_STATES].map((state) => ({
      "page-index": "0",
      "max-page-item": "1",
      ...(state !== undefined && { "sim-state": state }),
    }));
    const byState = (query: Record<string, string>) => query["sim-state"] ?? "";
    const asked = app.kore.log().flatMap(({ path, query }) => (path.endsWith("/subscriptions") ? [query] : []));
    expect(asked.sort((a, b) => byState(a).localeCompare(byState(b)))).toEqual(
      states.sort((a, b) => byState(a).localeCompare(byState(b))),
    );
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×11`]);
    expect(rows.map(({ state }) => state)).toEqual([
      ...["STOCK", "TEST", "READY", "ACTIVE", "SUSPENDED", "SUSPENDED_WITH_CHARGE"],
      ...["DEACTIVATED", "PENDING_SCRAP", "SCRAPPED", "BARRED", "UNKNOWN"],
    ]);
    expect(rows.reduce((sum, { count }) => sum + (count ?? Number.NaN), 0)).toBe(250);
    expect(rows.at(-1)).toEqual({ state: "UNKNOWN", count: 0 });

    app.kore.clearLog();
    const before = await counts(["ACTIVE", "STOCK", "ACTIVE"]);
    expect(Object.keys(before)).toEqual(["ACTIVE", "STOCK"]);
    expect(app.kore.requests()).toEqual([]);

    const { data: found } = await app.graph.query<{ subscriptions: { nodes: { id: string }[] } }>(
      `{ subscriptions(accountId: "acme", first: 1, filter: { state: ACTIVE }) { nodes { id } } }`,
    );
    await app.graph.query(
      `mutation ($id: ID!) { suspendSubscriptions(input: { accountId: "acme", subscriptions: [{ id: $id }] }) { isDryRun } }`,
      { id: found?.subscriptions.nodes[0]?.id },
    );
    app.kore.clock.advance(60_000);
    app.kore.clearLog();
    expect(await counts(["ACTIVE"])).toEqual({ ACTIVE: (before.ACTIVE ?? 0) - 1 });
    expect(app.kore.requests()).toEqual([`GET ${SIMS} ×1`]);
  });

  test("of an empty list of states are refused without a request", async () => {
    const { errors } = await app.graph.query(COUNTS, { states: [] });
    expect(errors).toMatchObject([{ message: /^states: give at least one/, extensions: { code: "BAD_USER_INPUT" } }]);
    expect(app.kore.requests()).toEqual([]);
  });

  test("of an account that KORE does not have are an error", async () => {
    const { errors } = await app.graph.query(`{ account(id: "nobody") { simCounts(states: [ACTIVE]) { count } } }`);
    expect(errors?.[0]?.extensions.code).toBe("NOT_FOUND");
  });
});

describe("Counts of SIMs, where KORE's replies", () => {
  let app: ScriptedApp;
  beforeAll(async () => {
    app = await startScripted({ CACHE_SECONDS: "0" });
  });
  afterAll(() => app.stop());

  const page = (total: number | undefined, state?: string) => ({
    "page-info-result": { "total-count": total },
    subscriptions: state === undefined ? [] : [{ "subscription-id": "1", states: [{ state, "is-current": true }] }],
  });
  const counts = async (states?: string[]) => {
    const { data, errors } = await app.graph.query<Counts>(COUNTS, { states });
    expect(errors).toBeUndefined();
    return Object.fromEntries((data?.account.simCounts ?? []).map(({ state, count }) => [state, count]));
  };

  test("have SIMs in a state that KORE never named, are the rest", async () => {
    app.answer((_, query) =>
      query["sim-state"] === undefined
        ? page(7, "Hibernated")
        : query["sim-state"] === "Active"
          ? page(4, "Active")
          : page(0),
    );
    expect(await counts()).toMatchObject({ ACTIVE: 4, STOCK: 0, UNKNOWN: 3 });
  });

  test("ignore the filter, are null", async () => {
    app.answer(() => page(7, "Active"));
    expect(await counts()).toMatchObject({ ACTIVE: 7, STOCK: null, UNKNOWN: null });
  });

  test("state no total, are null", async () => {
    app.answer(() => page(undefined));
    expect(await counts(["ACTIVE", "UNKNOWN"])).toEqual({ ACTIVE: null, UNKNOWN: null });
  });

  test("state fewer SIMs in all than in a state, are null for UNKNOWN", async () => {
    app.answer((_, query) => (query["sim-state"] === "Active" ? page(5, "Active") : page(0)));
    expect(await counts(["ACTIVE", "UNKNOWN"])).toEqual({ ACTIVE: 5, UNKNOWN: null });
  });

  test("are a 404 for a search without results, are 0", async () => {
    app.answer((_, query) => (query["sim-state"] === "Active" ? page(5, "Active") : undefined));
    expect(await counts(["ACTIVE", "STOCK"])).toEqual({ ACTIVE: 5, STOCK: 0 });
  });
});
