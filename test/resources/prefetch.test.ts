import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestApp, startApp } from "../support/app.ts";

/** Much longer than the rest of an operation, so that the duration shows the number of successive calls. */
const LATENCY = 300;

let app: TestApp;
let ids: { iccid: string; request: string };
beforeAll(async () => {
  app = await startApp({}, { CACHE_SECONDS: "0" }); // Cached replies would need no call.
  const [iccid = ""] = app.kore.iccids("cmp-pp-org-4100");
  ids = { iccid, request: app.kore.provisioningRequests("cmp-pp-org-4100")[0]?.id ?? "" };
  await app.graph.query("{ accounts { id } }"); // Fetches the token in advance.
  app.kore.faults.add({ effect: "latency", ms: LATENCY, method: "GET", path: "/connectivity/**" });
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const ACCOUNT = "GET /v1/accounts/cmp-pp-org-4100";
const SIMS = `${ACCOUNT}/subscriptions ×1`;
const COST_CENTERS = `${ACCOUNT}/cost-centers ×1`;
const ACCOUNTS = "GET /v1/accounts ×1";

test.each<[what: string, levels: number, query: string, requests: string[]]>([
  [
    "cost centers come beside the SIMs",
    1,
    `{ subscriptions(accountId: "cmp-pp-org-4100") { nodes { costCenter { name } } } }`,
    [SIMS, COST_CENTERS],
  ],
  [
    "also under edges",
    1,
    `{ subscriptions(accountId: "cmp-pp-org-4100") { edges { node { costCenter { name } } } } }`,
    [SIMS, COST_CENTERS],
  ],
  [
    "and beside one SIM",
    1,
    `query ($iccid: ICCID!) { subscription(accountId: "cmp-pp-org-4100", iccid: $iccid) { costCenter { name } } }`,
    [SIMS, COST_CENTERS],
  ],
  [
    "and beside those that a gateway asks for",
    1,
    `query ($iccid: String!) { _entities(representations: [{ __typename: "SimSubscription", accountId: "cmp-pp-org-4100", iccid: $iccid }]) { ...on SimSubscription { costCenter { name } } } }`,
    [SIMS, COST_CENTERS],
  ],
  [
    "the account's name comes beside its SIMs",
    1,
    `{ subscriptions(accountId: "cmp-pp-org-4100") { nodes { account { name } } } }`,
    [SIMS, ACCOUNTS],
  ],
  [
    "all of an account comes at once",
    1,
    `{ account(id: "cmp-pp-org-4100") { name activationProfiles { name } subscriptions { nodes { costCenter { name } } } } }`,
    [ACCOUNTS, `${ACCOUNT}/activation-profiles ×1`, SIMS, COST_CENTERS],
  ],
  [
    "what the SIMs of a request need comes beside the request",
    2,
    `query ($request: ID!) { provisioningRequest(accountId: "cmp-pp-org-4100", id: $request) { subscriptions { subscription { costCenter { name } } } } }`,
    [`${ACCOUNT}/provisioning-requests/request ×1`, COST_CENTERS, SIMS],
  ],
])("%s: %i successive call(s)", async (_what, levels, query, requests) => {
  const [{ errors }, took] = await timed(query);
  expect(errors).toBeUndefined();
  expect(Math.floor(took / LATENCY)).toBe(levels);
  const asked = app.kore.requests().map((line) => line.replace(ids.request, "request"));
  expect(asked.sort()).toEqual([...requests].sort());
});

test("reads that need the SIMs start with the SIMs, however long the rest takes", async () => {
  const slow = app.kore.faults.add({ effect: "latency", ms: 4 * LATENCY, path: "/connectivity/**/cost-centers" });
  const asked = () => app.kore.requests().filter((line) => line.includes("/profiles/"));
  const answer = app.graph.query(
    `{ subscriptions(accountId: "cmp-pp-org-4100") { nodes { costCenter { name } profile { id } } } }`,
  );
  await expect.poll(() => asked().length, { timeout: 3 * LATENCY, interval: 10 }).toBeGreaterThan(0);
  await answer;
  slow();
});

test.each<[what: string, query: string, requests: string[]]>([
  [
    "no items are wanted",
    `{ subscriptions(accountId: "cmp-pp-org-4100", first: 0) { totalCount nodes { costCenter { name } } } }`,
    [SIMS],
  ],
  [
    "no items are wanted of a list below",
    `{ provisioningRequest(accountId: "cmp-pp-org-4100", id: "none") { account { subscriptions(first: 0) { nodes { costCenter { name } } } } } }`,
    [`${ACCOUNT}/provisioning-requests/none ×1`],
  ],
  [
    "the arguments are refused",
    `{ subscriptions(accountId: "cmp-pp-org-4100", first: 5000) { nodes { costCenter { name } } } }`,
    [],
  ],
  [
    "there are two selectors",
    `query ($iccid: ICCID!) { subscription(accountId: "cmp-pp-org-4100", id: "1", iccid: $iccid) { costCenter { name } } }`,
    [],
  ],
  [
    "a reference is refused",
    `{ _entities(representations: [{ __typename: "SimSubscription", accountId: "cmp-pp-org-4100", iccid: "12" }]) { ...on SimSubscription { costCenter { name } } } }`,
    [],
  ],
  [
    "the field is left out",
    `query ($no: Boolean = false) { subscriptions(accountId: "cmp-pp-org-4100") { nodes { id costCenter @include(if: $no) { name } } } }`,
    [SIMS],
  ],
])("nothing is prefetched when %s", async (_what, query, requests) => {
  await timed(query);
  expect(app.kore.requests()).toEqual(requests);
});

test("the field is prefetched when its variable includes it", async () => {
  const query = `query ($yes: Boolean!) { subscriptions(accountId: "cmp-pp-org-4100") { nodes { id costCenter @include(if: $yes) { name } } } }`;
  await app.graph.query(query, { yes: false });
  expect(app.kore.requests()).toEqual([SIMS]);
  await app.graph.query(query, { yes: true });
  expect(app.kore.requests().sort()).toEqual([COST_CENTERS, SIMS.replace("×1", "×2")].sort());
});

test("the fields of a write's payload are read after it", async () => {
  const query = `mutation ($iccid: ICCID!) {
    suspendSubscriptions(input: { accountId: "cmp-pp-org-4100", dryRun: true, subscriptions: [{ iccid: $iccid }] }) {
      results { subscription { costCenter { name } } }
    }
  }`;
  await timed(query);
  expect(app.kore.requests().at(-1)).toBe(COST_CENTERS);
});

test("fields of a list below a SIM are not prefetched for the SIM", async () => {
  const below = "account { subscriptions(first: 0) { totalCount nodes { profile { features { name } } } } }";
  await app.graph.query(
    `query ($iccid: ICCID!) { subscription(accountId: "cmp-pp-org-4100", iccid: $iccid) { ${below} } }`,
    { iccid: ids.iccid },
  );
  expect(app.kore.requests()).toEqual([`${ACCOUNT}/subscriptions ×2`]); // The SIM, and the total.
});

test("a failing prefetch fails only the fields that need it, each with its path", async () => {
  const broken = app.kore.faults.add({ effect: "status", status: 500, path: "/connectivity/**/cost-centers" });
  const { data, errors } = await app.graph.query(
    `{ subscriptions(accountId: "cmp-pp-org-4100", first: 2) { nodes { accountId costCenter { name } } } }`,
  );
  broken();
  const node = { accountId: "cmp-pp-org-4100", costCenter: null };
  expect(data).toEqual({ subscriptions: { nodes: [node, node] } });
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [["subscriptions", "nodes", 0, "costCenter"], "KORE_UNAVAILABLE"],
    [["subscriptions", "nodes", 1, "costCenter"], "KORE_UNAVAILABLE"],
  ]);
});

/** Answer of an operation, and its duration in milliseconds. */
async function timed(query: string) {
  const start = performance.now();
  const { iccid, request } = ids;
  const variables = { ...(query.includes("$iccid") && { iccid }), ...(query.includes("$request") && { request }) };
  const reply = await app.graph.query(query, variables);
  return [reply, performance.now() - start] as const;
}
