import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";

const STATE_CHANGED = "connectivity.subscription.state.changed";

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ accounts: { acme: { sims: 3, states: "Active" } } });
  await app.graph.query("mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { outcome } }", {
    input: {
      ...{ accountId: "acme", name: "Suspended", eventName: STATE_CHANGED },
      conditions: [{ attribute: "old-state", operator: "EQUAL", values: ["Active"] }],
      ...{ webhook: { url: "https://a.example/hook" }, email: { to: "ops@acme.example" }, usageBlockPeriod: "month" },
    },
  });
  const subscriptions = app.kore.iccids("acme").map((iccid) => ({ iccid }));
  await app.graph.query(
    "mutation ($input: SuspendSubscriptionsInput!) { suspendSubscriptions(input: $input) { koreRequests } }",
    {
      input: { accountId: "acme", subscriptions },
    },
  );
  app.kore.clock.advance(60_000);
  app.kore.clearLog();
});
afterEach(() => app.kore.clearLog());
afterAll(() => app.stop());

const queries = () =>
  app.kore
    .log()
    .filter(({ path }) => path.includes("/alerts"))
    .map(({ path, query }) => `${path.split("/acme")[1]}?${new URLSearchParams({ ...query }).toString()}`);

const list = (args: string, fields = "id") =>
  app.graph.query<{
    account: {
      alerts: {
        totalCount: number;
        nodes: Record<string, unknown>[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
  }>(`{ account(id: "acme") { alerts${args} { totalCount nodes { ${fields} } pageInfo { endCursor hasNextPage } } } }`);

test("alerts are pages of one KORE call each, whose first has no number", async () => {
  const { data } = await list("(first: 2)");
  expect(data?.account.alerts).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
  const after = data?.account.alerts.pageInfo.endCursor ?? "";
  expect((await list(`(first: 2, after: "${after}")`)).data?.account.alerts.nodes).toHaveLength(1);
  expect(queries()).toEqual(["/alerts?page-size=2", "/alerts?page-index=2&page-size=2"]);
});

test("alerts are filtered by KORE, by days", async () => {
  await list('(filter: { since: "2025-01-14T23:00:00Z", until: "2025-01-16T00:00:00Z" })');
  expect(queries()).toEqual(["/alerts?start-date=2025-01-14&end-date=2025-01-16&page-size=50"]);
});

test("an alert shows its rule and each of its actions, of which KORE's capital U is one", async () => {
  const fields = `ruleId areAllActionsComplete rule { name } actions { type rawType isSuccessful firedAt url to requestId
    payload { eventName accountId ruleName events { oldState newState } } }`;
  const { data, errors } = await list("(first: 1)", fields);
  expect(errors).toBeUndefined();
  const common = {
    isSuccessful: true,
    firedAt: "2025-01-15T00:00:00.000Z",
    url: null,
    to: null,
    requestId: null,
    payload: null,
  };
  expect(data?.account.alerts.nodes).toEqual([
    {
      ...{ ruleId: expect.any(String) as string, areAllActionsComplete: true, rule: { name: "Suspended" } },
      actions: [
        {
          ...common,
          ...{ type: "WEBHOOK", rawType: "webhook", url: "https://a.example/hook" },
          payload: {
            ...{ eventName: STATE_CHANGED, accountId: "acme", ruleName: "Suspended" },
            events: [{ oldState: "Active", newState: expect.stringMatching(/^Suspend/) as string }],
          },
        },
        { ...common, type: "EMAIL", rawType: "email", to: "ops@acme.example" },
        { ...common, type: "BLOCK_USAGE", rawType: "block-Usage", requestId: expect.any(String) as string },
      ],
    },
  ]);
});

test("one alert is read by its id; an unknown one is null", async () => {
  const id = String((await list("(first: 1)")).data?.account.alerts.nodes[0]?.id);
  app.kore.clearLog();
  const text = `{ one: alert(accountId: "acme", id: "${id}") { id } none: alert(accountId: "acme", id: "0") { id } }`;
  expect((await app.graph.query(text)).data).toEqual({ one: { id }, none: null });
  expect(queries().sort()).toEqual(["/alerts/0?", `/alerts/${id}?`].sort());
});

test("events and actions that rules may use are lists of one KORE call each", async () => {
  const { data } = await app.graph.query(
    '{ account(id: "acme") { alertEvents { name attributes { name } actions } alertActions { name attributes { name } } } }',
  );
  expect(data).toMatchObject({
    account: {
      alertEvents: expect.arrayContaining([expect.objectContaining({ name: STATE_CHANGED })]) as unknown[],
      alertActions: [{ name: "webhook" }, { name: "email" }, { name: "block-usage" }],
    },
  });
  expect(app.kore.requests().sort()).toEqual(["GET /v1/accounts/acme/actions ×1", "GET /v1/accounts/acme/events ×1"]);
});
