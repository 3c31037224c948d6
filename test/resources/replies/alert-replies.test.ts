import { describe, expect, test } from "vitest";
import { type Wire, app, beginScript, unknownFields } from "./scripted-sims.ts";

beginScript();

interface Shown {
  alertRules: Wire[];
  alerts: { nodes: Wire[] };
  smsMessages: { totalCount: number | null; nodes: Wire[] };
}

/** Fields of the account, where KORE gives these replies by the end of the path. */
async function shown(replies: Record<string, unknown>, fields: string) {
  app.answer((path) => Object.entries(replies).find(([end]) => path.endsWith(end))?.[1]);
  const { data, errors } = await app.graph.query<{ account: Shown }>(`{ account(id: "acme") { ${fields} } }`);
  return { account: data?.account, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
}

const RULE = "id name isEnabled webhook { url accessTokenKey hasAccessToken } email { to cc } usageBlockPeriod";
const BATCHING = "batching { type rawType times }";
const rule = (more: Wire) => ({ "rule-id": "18", "rule-name": "Night", enabled: true, ...more });

describe("A rule of KORE's", () => {
  const rulesOf = async (wire: Wire) => {
    const found = await shown({ "/rules": { rules: [wire] } }, `alertRules { ${RULE} }`);
    expect(found.codes).toEqual([]);
    return found.account?.alertRules[0];
  };

  test.each([
    ["empty texts", { webhook: "", email: "", "block-usage": "" }],
    ["null", { webhook: null, email: null, "block-usage": null }],
    ["empty objects", { webhook: {}, email: {}, "block-usage": {} }],
    ["blank members", { webhook: { "webhook-url": "" }, email: { to: " " }, "block-usage": { period: "" } }],
  ])("has no action where actions are %s", async (_, actions) => {
    expect(await rulesOf(rule({ actions }))).toMatchObject({ webhook: null, email: null, usageBlockPeriod: null });
  });

  test("has no action where actions are an empty text", async () => {
    expect(await rulesOf(rule({ actions: "", "alert-strategy": "" }))).toMatchObject({ webhook: null, email: null });
  });

  test("has no conditions and no times where they are an empty text", async () => {
    const strategy = { batching: { type: "hourly", times: "" } };
    const { account, codes } = await shown(
      { "/rules": { rules: [rule({ conditions: "", actions: {}, "alert-strategy": strategy })] } },
      "alertRules { conditions { attribute } batching { times } }",
    );
    expect([account?.alertRules, codes]).toEqual([[{ conditions: [], batching: { times: [] } }], []]);
  });

  test("may have a number as its id, an unused copy, and block-Usage with a capital", async () => {
    const actions = { email: { to: "a@b.example", cc: "" }, "block-Usage": { period: "month" } };
    expect(await rulesOf(rule({ "rule-id": 18, enabled: "true", actions }))).toEqual({
      ...{ id: "18", name: "Night", isEnabled: true, webhook: null },
      ...{ email: { to: "a@b.example", cc: null }, usageBlockPeriod: "month" },
    });
  });

  test("never shows its access token, and shows whether there is one", async () => {
    const webhook = { "webhook-url": "https://a.example", "access-token": "theirs", "access-token-key": 5 };
    const found = await rulesOf(rule({ actions: { webhook } }));
    expect(found).toMatchObject({ webhook: { accessTokenKey: "5", hasAccessToken: true } });
    expect(JSON.stringify([found, app.logged()])).not.toContain("theirs");
  });

  test("may name a batching that the graph does not know", async () => {
    const strategy = { batching: { type: "weekly", times: null } };
    const { account } = await shown(
      { "/rules": { rules: [rule({ actions: {}, "alert-strategy": strategy })] } },
      `alertRules { ${BATCHING} }`,
    );
    expect(account?.alertRules[0]).toEqual({ batching: { type: "UNKNOWN", rawType: "weekly", times: [] } });
    expect(unknownFields()).toContainEqual(["rules.alert-strategy.batching.type", "weekly"]);
  });

  test.each([[{ rules: "" }], [[]], [{}]])("is not read from %j, which breaks the contract", async (reply) => {
    const { codes } = await shown({ "/rules": reply }, "alertRules { id }");
    expect(codes).toEqual(["KORE_CONTRACT_BROKEN"]);
  });
});

test("an alert has ids as numbers or texts, empty details, and actions in either spelling", async () => {
  const actions = [
    { type: "block-usage", "event-ids": [7, "8"], success: "", details: "" },
    { type: "BLOCK-USAGE", details: { "request-id": 12 } },
    { type: "unblock-usage", details: { "subscription-id": "" } },
    { type: "fax", details: {} },
    { type: "webhook", details: { "access-token": "theirs", payload: { "alert-id": 5, "rule-id": 18, events: null } } },
  ];
  const { account, codes } = await shown(
    { "/alerts": { "total-records": "1", alerts: [{ id: 990, "rule-id": 18, "date-added": "2025-01-15", actions }] } },
    `alerts { nodes { id ruleId createdAt actions {
       type rawType eventIds isSuccessful requestId subscriptionId payload { alertId ruleId events { eventId } } } } }`,
  );
  expect(codes).toEqual([]);
  const none = { eventIds: [], isSuccessful: null, requestId: null, subscriptionId: null, payload: null };
  expect(account?.alerts.nodes).toEqual([
    {
      ...{ id: "990", ruleId: "18", createdAt: "2025-01-15T00:00:00.000Z" },
      actions: [
        { ...none, type: "BLOCK_USAGE", rawType: "block-usage", eventIds: ["7", "8"] },
        { ...none, type: "BLOCK_USAGE", rawType: "BLOCK-USAGE", requestId: "12" },
        { ...none, type: "UNBLOCK_USAGE", rawType: "unblock-usage" },
        { ...none, type: "UNKNOWN", rawType: "fax" },
        { ...none, type: "WEBHOOK", rawType: "webhook", payload: { alertId: "5", ruleId: "18", events: [] } },
      ],
    },
  ]);
  expect(JSON.stringify(app.logged())).not.toContain("theirs");
});

test("events and actions that rules may use have missing and empty members", async () => {
  const { account, codes } = await shown(
    {
      "/events": [{ "event-id": 3, "event-name": "e", category: "", "event-attributes": null, frequencies: [""] }],
      "/actions": [{ name: "webhook", attributes: [{ name: "", type: 1 }] }],
    },
    `alertEvents { eventId name category attributes { name } actions frequencies }
     alertActions { name description attributes { name description type } }`,
  );
  expect(codes).toEqual([]);
  expect(account).toEqual({
    alertEvents: [{ eventId: "3", name: "e", category: null, attributes: [], actions: [], frequencies: [] }],
    alertActions: [{ name: "webhook", description: null, attributes: [{ name: null, description: null, type: "1" }] }],
  });
});

describe("A text in KORE's list", () => {
  const FIELDS = "id iccid msisdn shortCode status rawStatus detail createdAt serviceTypeId";
  const list = (reply: unknown) => shown({ "/v1/messages": reply }, `smsMessages { totalCount nodes { ${FIELDS} } }`);

  test("has ids as numbers, blank members, and a status in any spelling or none that is known", async () => {
    const message = { mid: 7, iccid: "", msisdn: 15550001111, "short-code": 40012, status: "IN PROGRESS" };
    const odd = { mid: "8", status: "Bounced", "date-created": "soon", "service-type-id": "32", detail: " " };
    const { account, codes } = await list({ messages: [message, odd], "page-info-result": "" });
    expect(codes).toEqual([]);
    expect(account?.smsMessages).toEqual({
      totalCount: 2,
      nodes: [
        {
          ...{ id: "7", iccid: null, msisdn: "15550001111", shortCode: "40012", detail: null },
          ...{ status: "IN_PROGRESS", rawStatus: "IN PROGRESS", createdAt: null, serviceTypeId: null },
        },
        {
          ...{ id: "8", iccid: null, msisdn: null, shortCode: null, detail: null },
          ...{ status: "UNKNOWN", rawStatus: "Bounced", createdAt: null, serviceTypeId: "32" },
        },
      ],
    });
    expect(unknownFields()).toEqual(
      expect.arrayContaining([
        ["messages.status", "Bounced"],
        ["messages.date-created", "soon"],
      ]),
    );
  });

  test("is none in a 204 and in an empty list, and without an id it breaks the contract", async () => {
    expect((await list(null)).account?.smsMessages.nodes).toEqual([]);
    expect((await list({ messages: [] })).account?.smsMessages.nodes).toEqual([]);
    expect((await list({ messages: [{ mid: "" }] })).codes).toEqual(["KORE_CONTRACT_BROKEN"]);
  });
});
