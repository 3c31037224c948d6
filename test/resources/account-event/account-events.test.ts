import { getOperationAST, parse } from "graphql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LOCAL_CALLER, buildGraphSchema, queryCost } from "../../../src/graph/index.ts";
import { graphParts } from "../../../src/resources/index.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { SIGNED, STATE_CHANGED, alert, deliver, signed } from "../../support/kore/webhook-deliveries.ts";
import { type Caller, TRANSPORTS } from "../../support/live/callers.ts";
import { WAIT } from "../../support/live/toy-graph.ts";

const REQUEST_CHANGED = "connectivity.provisioning.request.status.changed";
const SMS_FROM_SIM = "connectivity.smsapi.mobileoriginated";
const SMS_TO_SIM = "connectivity.smsapi.mobileterminated";
const OTHER = "connectivity.device.abducted";

const WATCH = `subscription ($types: [AccountEventType!]) {
  event: accountEvents(accountId: "acme", types: $types) {
    __typename
    ... on KoreEvent { accountId type eventName eventId alertId ruleId ruleName sentAt at data }
    ... on SimStateChange { subscriptionId oldState newState rawNewState }
    ... on ProvisioningRequestStatusChange { provisioningRequestId }
    ... on SmsFromSim { mid iccid msisdn shortCode detail }
    ... on SmsStatusChange { messageId status errorCode }
  }
}`;

const schema = await buildGraphSchema(graphParts, { idChecks: "explain" });

function costOf(selection: string): number {
  const document = parse(`subscription { accountEvents(accountId: "acme") { ${selection} } }`);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  const context = { kore: { credentials: [{ name: "default" }] }, caller: LOCAL_CALLER };
  return queryCost({ schema, document, operation, variables: {}, context });
}

let app: TestApp;
let callers: Caller[];
beforeEach(() => void (callers = []));
afterEach(async () => {
  for (const caller of callers) caller.leave();
  await app.stop();
});

const AT = "2026-01-31T12:00:00Z";
const RULE = { "alert-id": 881, "alert-message-date": new Date().toISOString(), "rule-id": 31, "rule-name": "All" };

async function send(eventName: string, events: unknown, more: Record<string, unknown> = {}): Promise<number> {
  const body = alert({ "event-name": eventName, events, ...more });
  return deliver(app, body, signed(body));
}
const event = (data: Record<string, unknown>, id: unknown = 7) => ({ id, data });
const eventsOf = (caller: Caller) =>
  caller.results.flatMap(({ data }) => (data?.event ? [data.event as Record<string, unknown>] : []));

/** Subscribes; events of the type OPEN show that the subscription is open, and are left out of the results. */
async function watch(
  variables: Record<string, unknown> = {},
  { query = WATCH, transport = TRANSPORTS[0] }: { query?: string; transport?: (typeof TRANSPORTS)[number] } = {},
) {
  const caller = transport?.call(app.url, { query, variables });
  if (!caller) throw new Error("no transport to test");
  callers.push(caller);
  const types = variables.types as string[] | undefined;
  const name = !types || types.includes("OTHER") ? "open" : STATE_CHANGED;
  await vi.waitFor(async () => {
    await send(name, [event({ "subscription-id": "open" })]);
    expect(caller.results.length).toBeGreaterThan(0);
  }, WAIT);
  const isOpening = ({ data }: Record<string, unknown>) => data === '{"subscription-id":"open"}';
  const got = async (count: number) => {
    await vi.waitFor(() => expect(eventsOf(caller).filter((found) => !isOpening(found))).toHaveLength(count), WAIT);
    return eventsOf(caller).filter((found) => !isOpening(found));
  };
  return { caller, got };
}

describe.each(TRANSPORTS)("over $name", (transport) => {
  test("every kind of event comes with its alert and its data, in order and without a KORE call", async () => {
    app = await startApp({ accounts: { acme: { sims: 1 } } }, SIGNED);
    const { got } = await watch({}, { transport });
    const state = { "subscription-id": "s1", "new-state": "Suspend", "old-state": "Active", "exact-date-time": AT };
    await send(STATE_CHANGED, [event(state)], RULE);
    await send(REQUEST_CHANGED, [event({ "provisioning-request-id": "p1", "new-status": "Completed" })]);
    await send(SMS_FROM_SIM, [event({ mid: 9, iccid: "89445385204117357883", "short-code": 17, detail: "on" })]);
    await send(SMS_TO_SIM, [event({ mid: "9", status: "Failed", "error-code": 419 })]);
    await send(OTHER, [event({ ufo: { size: 4 } }, null)]);
    const found = await got(5);
    expect(found[0]).toEqual({
      __typename: "SimStateChange",
      accountId: "acme",
      type: "SUBSCRIPTION_STATE_CHANGED",
      eventName: STATE_CHANGED,
      eventId: "7",
      alertId: "881",
      ruleId: "31",
      ruleName: "All",
      sentAt: RULE["alert-message-date"],
      at: "2026-01-31T12:00:00.000Z",
      data: JSON.stringify(state),
      subscriptionId: "s1",
      oldState: "ACTIVE",
      newState: "SUSPENDED",
      rawNewState: "Suspend",
    });
    expect(found.slice(1)).toMatchObject([
      {
        __typename: "ProvisioningRequestStatusChange",
        type: "PROVISIONING_REQUEST_STATUS_CHANGED",
        provisioningRequestId: "p1",
        ruleId: null,
        at: null,
        data: '{"provisioning-request-id":"p1","new-status":"Completed"}',
      },
      {
        __typename: "SmsFromSim",
        type: "SMS_FROM_SIM",
        ...{ mid: "9", iccid: "89445385204117357883", msisdn: null, shortCode: "17", detail: "on" },
      },
      { __typename: "SmsStatusChange", type: "SMS_STATUS_CHANGED", messageId: "9", status: "FAILED", errorCode: "419" },
      {
        __typename: "OtherEvent",
        type: "OTHER",
        eventName: OTHER,
        eventId: null,
        data: '{"ufo":{"size":4}}',
      },
    ]);
    expect(app.kore.requests()).toEqual([]);
  });
});

test("only the named kinds come, and a delivery that KORE repeats comes once", async () => {
  app = await startApp({ accounts: { acme: { sims: 1 } } }, SIGNED);
  const { got } = await watch({ types: ["SUBSCRIPTION_STATE_CHANGED", "SMS_FROM_SIM"] });
  await send(OTHER, [event({})]);
  await send(SMS_TO_SIM, [event({ mid: "1", status: "Queued" })]);
  const body = alert({ "event-name": SMS_FROM_SIM, events: [event({ mid: "2" })] });
  for (let copy = 0; copy < 3; copy++) expect(await deliver(app, body, signed(body))).toBe(200);
  await send(STATE_CHANGED, [event({ "subscription-id": "s2" })]);
  expect(await got(2)).toMatchObject([
    { __typename: "SmsFromSim", mid: "2" },
    { __typename: "SimStateChange", subscriptionId: "s2" },
  ]);
});

test("nothing that KORE delivers is lost: unreadable events, alerts without events, fields beside the data", async () => {
  app = await startApp({ accounts: { acme: { sims: 1 } } }, SIGNED);
  const { got } = await watch();
  await send(STATE_CHANGED, [event({ "new-state": "Active" }), event({ "subscription-id": "s1" }, 8)]);
  await send(OTHER, undefined, { "rule-id": 32, "rule-name": "No events" });
  await send(OTHER, [
    { id: 9, limit: "10 MB" },
    { id: 10, limit: "20 MB", data: { used: "21 MB" } },
  ]);
  expect(await got(5)).toMatchObject([
    { __typename: "OtherEvent", type: "OTHER", eventName: STATE_CHANGED, data: '{"new-state":"Active"}' },
    { __typename: "SimStateChange", eventId: "8" },
    { __typename: "OtherEvent", eventName: OTHER, eventId: null, ruleId: "32", ruleName: "No events", data: null },
    { __typename: "OtherEvent", eventId: "9", data: '{"limit":"10 MB"}' },
    { __typename: "OtherEvent", eventId: "10", data: '{"limit":"20 MB","used":"21 MB"}' },
  ]);
  const failed = app.logged().filter(({ msg }) => msg === "a webhook's handler failed");
  expect(failed).toHaveLength(1);
});

test("the SIM and the request of an event can be read, each by one KORE call", async () => {
  app = await startApp({ accounts: { acme: { sims: 1, states: "Active" } } }, SIGNED);
  const [iccid = ""] = app.kore.iccids("acme");
  const id = app.kore.sim("acme", iccid)?.subscriptionId ?? "";
  const query = `subscription { event: accountEvents(accountId: "acme") {
    ... on KoreEvent { data }
    ... on SimStateChange { subscription { iccid } }
    ... on SmsFromSim { sender: subscription { id } }
    ... on ProvisioningRequestStatusChange { provisioningRequest { id } }
  } }`;
  const { got } = await watch({}, { query });
  app.kore.clearLog();
  await send(STATE_CHANGED, [event({ "subscription-id": id })]);
  await send(SMS_FROM_SIM, [event({ iccid })]);
  await send(REQUEST_CHANGED, [event({ "provisioning-request-id": "none" }), event({})]);
  expect(await got(4)).toMatchObject([
    { subscription: { iccid } },
    { sender: { id } },
    { provisioningRequest: null },
    { provisioningRequest: null },
  ]);
  expect(app.kore.requests()).toEqual([
    `GET /v1/accounts/acme/subscriptions/${id} ×1`,
    "GET /v1/accounts/acme/subscriptions ×1",
    "GET /v1/accounts/acme/provisioning-requests/none ×1",
  ]);
});

test("an empty list of kinds is refused", async () => {
  app = await startApp({ accounts: { acme: { sims: 1 } } }, SIGNED);
  const caller = TRANSPORTS[0]?.call(app.url, { query: WATCH, variables: { types: [] } });
  if (!caller) throw new Error("no transport to test");
  callers.push(caller);
  await caller.ended;
  expect(caller.results).toMatchObject([
    {
      errors: [
        { message: "types: give at least one kind, or leave it out for all", extensions: { code: "BAD_USER_INPUT" } },
      ],
    },
  ]);
});

test("an event costs what the most costly of its kinds may", () => {
  expect(costOf("... on KoreEvent { type data }")).toBe(0);
  expect(costOf("... on SimStateChange { subscription { iccid } }")).toBe(1);
  expect(costOf("... on SimStateChange { subscription { costCenter { name } } }")).toBe(2);
  const both =
    "... on SmsFromSim { subscription { iccid } } ... on SimStateChange { subscription { costCenter { name } } }";
  expect(costOf(both)).toBe(2);
});
