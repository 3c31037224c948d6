import { getOperationAST, parse } from "graphql";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { LOCAL_CALLER, buildGraphSchema, queryCost } from "../../../src/graph/index.ts";
import { graphParts } from "../../../src/resources/index.ts";
import { type TestApp, startApp } from "../../support/app.ts";

const SIMS = "/v1/accounts/acme/subscriptions";
const MONTH = `from: "2024-12-01", to: "2024-12-30"`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ accounts: { acme: { sims: 30, states: "Active" } } });
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });

function costOf(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  const context = { kore: { credentials: [{ name: "default" }] }, caller: LOCAL_CALLER };
  return queryCost({ schema, document, operation, variables, context });
}

const requests = () => app.kore.log().filter(({ path }) => !path.endsWith("/token"));

test("a page of SIMs with a month's usage is one request and one for each SIM, four at once at most", async () => {
  const text = `{ subscriptions(accountId: "acme", first: 20) { nodes { usage(${MONTH}) { isRecorded } } } }`;
  const remove = app.kore.faults.add({ path: "/connectivity/**/usage-records", effect: "latency", ms: 20 });
  const { data, errors } = await app.graph.query<{ subscriptions: { nodes: { usage: { isRecorded: boolean } }[] } }>(
    text,
  );
  remove();
  expect(errors).toBeUndefined();
  expect(data?.subscriptions.nodes.every(({ usage }) => usage.isRecorded)).toBe(true);
  expect(requests().filter(({ path }) => path === `/connectivity${SIMS}`)).toHaveLength(1);
  const usage = requests().filter(({ path }) => path.endsWith("/usage-records"));
  expect(new Set(usage.map(({ path }) => path)).size).toBe(20);
  expect(usage).toHaveLength(20);
  const atOnce = Math.max(...usage.map(({ inFlight }) => inFlight));
  expect(atOnce).toBeGreaterThan(1);
  expect(atOnce).toBeLessThanOrEqual(4);
  expect(costOf(text)).toBe(21);
});

test("usage of 30 SIMs by ICCID is one request and one for each SIM", async () => {
  const iccids = app.kore.iccids("acme");
  const text = `query ($iccids: [ICCID!]!) {
    usageBySim(accountId: "acme", iccids: $iccids, ${MONTH}) { iccid usage { data { total unit } } } }`;
  const { errors } = await app.graph.query(text, { iccids });
  expect(errors).toBeUndefined();
  expect(requests()).toHaveLength(31);
  expect(costOf(text, { iccids })).toBe(31);
});

test("four months of a simulated SIM are the sum of their days", async () => {
  const [iccid = ""] = app.kore.iccids("acme");
  const { data } = await app.graph.query<{
    subscription: { usage: { data: { total: string; daily: { date: string; total: string }[] } } };
  }>(
    `query ($iccid: ICCID!) { subscription(accountId: "acme", iccid: $iccid) {
      usage(from: "2024-09-01", to: "2024-12-31") { data { total daily { date total } } } } }`,
    { iccid },
  );
  const { total = "", daily = [] } = data?.subscription.usage.data ?? {};
  expect(BigInt(total)).toBe(daily.reduce((sum, { total: amount }) => sum + BigInt(amount), 0n));
  expect(BigInt(total)).toBeGreaterThan(2n ** 32n);
  expect(new Set(daily.map(({ date }) => date)).size).toBe(daily.length);
  expect(requests().filter(({ path }) => path.endsWith("/usage-records"))).toHaveLength(3);
});

test.each([
  [`from: "2026-01-01", to: "2026-01-01"`, 1],
  [`from: "2026-01-01", to: "2026-03-01"`, 1],
  [`from: "2026-01-01", to: "2026-03-02"`, 2],
  [`from: "2024-01-01", to: "2024-12-31"`, 7],
  [`from: "0001-01-01", to: "9999-12-31"`, 7], // Refused later.
  [`from: "2026-03-01", to: "2026-01-01"`, 1],
  [`from: "x", to: 5`, 1],
])("the price of a span %s is that of its parts: %i", (span, calls) => {
  expect(costOf(`{ subscription(accountId: "acme", id: "s") { usage(${span}) { source } } }`)).toBe(1 + calls);
  expect(costOf(`{ plan(accountId: "acme", id: "p") { usage(${span}) { source } } }`)).toBe(1 + calls);
});

test("usage that two fields ask for is priced once, of different spans twice", () => {
  const sim = (fields: string) => costOf(`{ subscription(accountId: "acme", id: "s") { ${fields} } }`);
  const other = `from: "2025-12-01", to: "2025-12-30"`;
  expect(sim(`a: usage(${MONTH}) { source } b: usage(${MONTH}) { source }`)).toBe(2);
  expect(sim(`a: usage(${MONTH}) { source } b: usage(${other}) { source }`)).toBe(3);
});
