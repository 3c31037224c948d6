import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Reply, type TestApp, startApp } from "../../support/app.ts";
import { BY_TOKEN, CALLBACK, TOKEN } from "../../support/kore/webhook-deliveries.ts";

const SETTLE = { PROVISIONING_SETTLE_MS: "20", PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: "20" };
const WORLD = { accounts: { acme: { sims: 2, states: "Active" } }, clock: "real" } as const;
const RULES = "/v1/accounts/acme/rules";
const STATE_CHANGED = "connectivity.subscription.state.changed";
const EMAIL = { to: "ops@acme.example" };

interface Written {
  outcome: string;
  reason: string | null;
  field: string | null;
  message: string | null;
  ruleId: string | null;
}

type Mutation = "createAlertRule" | "updateAlertRule" | "enableAlertRule" | "disableAlertRule";

let app: TestApp;
afterEach(() => app.stop());

function write(mutation: Mutation, input: object): Promise<Reply<{ written: Written | null }>> {
  const type = mutation.replace(/^./, (first) => first.toUpperCase());
  const text = `mutation ($input: ${type}Input!) { written: ${mutation}(input: $input) { outcome reason field message ruleId } }`;
  return app.graph.query(text, { input: { accountId: "acme", ...input } });
}

async function written(mutation: Mutation, input: object): Promise<Written> {
  const { data, errors } = await write(mutation, input);
  if (!data?.written) throw new Error(JSON.stringify(errors));
  return data.written;
}

const create = (more: object = {}) =>
  written("createAlertRule", { name: "Night", eventName: STATE_CHANGED, email: EMAIL, ...more });

async function rules() {
  const fields =
    "id name eventName isEnabled conditions { attribute operator rawOperator value } webhook { url accessTokenKey hasAccessToken } email { to cc bcc } usageBlockPeriod batching { type times }";
  const { data, errors } = await app.graph.query<{ account: { alertRules: Record<string, unknown>[] } }>(
    `{ account(id: "acme") { alertRules { ${fields} } } }`,
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.account.alertRules;
}

describe("An alert rule", () => {
  beforeEach(async () => {
    app = await startApp(WORLD, SETTLE);
  });

  test("is created by a read and a write, with all its fields", async () => {
    const { outcome, ruleId } = await create({
      conditions: [
        { attribute: "old-state", operator: "EQUAL", values: ["Stock"] },
        { attribute: "new-state", operator: "NOT_IN", values: ["Active", "Test"] },
      ],
      webhook: { url: "https://a.example/hook", accessTokenKey: "X-Token", accessToken: "secret-of-theirs" },
      email: { to: "a@b.example", cc: "c@b.example", bcc: "d@b.example" },
      usageBlockPeriod: "month",
      batching: { type: "DAILY", times: ["08:30:00", "20:30:00"] },
    });
    expect(outcome).toBe("DONE");
    expect(app.kore.requests()).toEqual([`GET ${RULES} ×1`, `POST ${RULES} ×1`]);
    expect(await rules()).toEqual([
      {
        ...{ id: ruleId, name: "Night", eventName: STATE_CHANGED, isEnabled: true },
        conditions: [
          { attribute: "old-state", operator: "EQUAL", rawOperator: "==", value: "Stock" },
          { attribute: "new-state", operator: "NOT_IN", rawOperator: "not in", value: "Active,Test" },
        ],
        webhook: { url: "https://a.example/hook", accessTokenKey: "X-Token", hasAccessToken: true },
        email: { to: "a@b.example", cc: "c@b.example", bcc: "d@b.example" },
        usageBlockPeriod: "month",
        batching: { type: "DAILY", times: ["08:30:00", "20:30:00"] },
      },
    ]);
    expect(JSON.stringify(app.logged())).not.toContain("secret-of-theirs");
  });

  test("is created once by its name, also concurrently; another rule of the name is refused", async () => {
    const answers = await Promise.all([create(), create()]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(["ALREADY_SATISFIED", "DONE"]);
    expect(await create({ isEnabled: false })).toMatchObject({
      ...{ outcome: "REJECTED", reason: "NAME_TAKEN", field: "input.name", ruleId: answers[0].ruleId },
    });
    expect(app.kore.requests()).toEqual([`GET ${RULES} ×3`, `POST ${RULES} ×1`]);
  });

  test("is updated by a read and a write; omitted fields stay, its token included", async () => {
    const webhook = { url: "https://a.example/hook", accessTokenKey: "X-Token", accessToken: "secret-of-theirs" };
    const { ruleId: id } = await create({ webhook });
    app.kore.clearLog();
    expect(await written("updateAlertRule", { id, name: "Day", email: null })).toMatchObject({ outcome: "DONE" });
    expect(app.kore.requests()).toEqual([`GET ${RULES} ×1`, `PUT ${RULES}/${id} ×1`]);
    expect(await rules()).toMatchObject([{ name: "Day", email: null, webhook: { hasAccessToken: true } }]);
  });

  test("does not send its token to another address", async () => {
    const webhook = { url: "https://a.example/hook", accessTokenKey: "X-Token", accessToken: "secret-of-theirs" };
    const { ruleId: id } = await create({ webhook });
    const other = { url: "https://b.example/hook", accessTokenKey: "X-Token" };
    expect(await written("updateAlertRule", { id, webhook: other })).toMatchObject({
      ...{ outcome: "REJECTED", reason: "TOKEN_NEEDED", field: "input.webhook.accessToken" },
    });
    expect(await rules()).toMatchObject([{ webhook: { url: "https://a.example/hook" } }]);
  });

  test("is disabled and enabled, without a write where it already is", async () => {
    const { ruleId: id } = await create();
    app.kore.clearLog();
    expect(await written("enableAlertRule", { id })).toMatchObject({ outcome: "ALREADY_SATISFIED" });
    expect(await written("disableAlertRule", { id })).toMatchObject({ outcome: "DONE" });
    expect(await written("disableAlertRule", { id })).toMatchObject({ outcome: "ALREADY_SATISFIED" });
    expect(app.kore.requests()).toEqual([`GET ${RULES} ×3`, `PUT ${RULES}/${id} ×1`]);
    expect(await rules()).toMatchObject([{ isEnabled: false, email: { to: "ops@acme.example" } }]);
  });

  test("that KORE does not have is NOT_FOUND", async () => {
    expect(await written("disableAlertRule", { id: "1" })).toMatchObject({ outcome: "REJECTED", reason: "NOT_FOUND" });
    expect(app.kore.requests()).toEqual([`GET ${RULES} ×1`]);
  });

  test.each<[object, string]>([
    [{ email: undefined }, "input: needs at least one of webhook, email and usageBlockPeriod"],
    [{ name: " Night" }, "input.name: must be 1 to 200 characters, without blanks at its ends"],
    [{ webhook: { url: "http://a.example" } }, "input.webhook.url: must be an https address"],
    [
      { webhook: { url: "https://a.example", accessToken: "x" } },
      "input.webhook.accessTokenKey: is needed with accessToken",
    ],
    [
      { batching: { type: "HOURLY", times: ["08:00:00"] } },
      "input.batching.times: must be 1 to 10 with DAILY, none with HOURLY",
    ],
    [
      { batching: { type: "DAILY", times: ["8:00"] } },
      "input.batching.times: must be times of the day such as 08:30:00",
    ],
    [
      { conditions: [{ attribute: "new-state", operator: "EQUAL", values: ["a", "b"] }] },
      "input.conditions[0].values: must be one, or one or more with IN and NOT_IN",
    ],
    [
      { conditions: [{ attribute: "new-state", operator: "IN", values: ["a,b"] }] },
      "input.conditions[0].values: may hold no comma with IN and NOT_IN, since KORE joins them by commas",
    ],
    [
      { conditions: [{ attribute: "new-state", operator: "UNKNOWN", values: ["a"] }] },
      "input.conditions[0].operator: UNKNOWN is no operator to give",
    ],
  ])("with %j is refused without a KORE call", async (more, message) => {
    const input = { name: "Night", eventName: STATE_CHANGED, email: EMAIL, ...more };
    const { errors } = await write("createAlertRule", input);
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: "BAD_USER_INPUT" } });
    expect(app.kore.requests()).toEqual([]);
  });

  test("that KORE refuses is REJECTED with its words, and may be corrected under the same name", async () => {
    expect(await create({ eventName: "no.such.event" })).toMatchObject({ outcome: "REJECTED", reason: "KORE_REFUSED" });
    expect(await create()).toMatchObject({ outcome: "DONE" });
  });

  test("whose creation KORE answers with a 500 is searched for; its change may be repeated", async () => {
    const fail = (method: string) =>
      app.kore.faults.add({ effect: "status", status: 500, method, path: "/connectivity/**", times: 1, message: "no" });
    fail("POST");
    expect(await create()).toMatchObject({ outcome: "OUTCOME_UNKNOWN", reason: "REPLY_LOST" });
    const { ruleId: id } = await create();
    fail("PUT");
    expect(await written("disableAlertRule", { id })).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(await written("disableAlertRule", { id })).toMatchObject({ outcome: "DONE" });
    expect(await rules()).toMatchObject([{ id, isEnabled: false }]);
  });

  test("is not read, and KORE's words are shown, where KORE refuses the list", async () => {
    app.kore.faults.add({ effect: "status", status: 400, path: `/connectivity${RULES}`, message: "bad list" });
    const { errors } = await write("createAlertRule", { name: "Night", eventName: STATE_CHANGED, email: EMAIL });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "KORE_REFUSED", koreStatus: 400 });
    expect(app.kore.alertRules("acme")).toEqual([]);
  });

  test.each([
    ["after", "ADOPTED", 1],
    ["before", "OUTCOME_UNKNOWN", 0],
  ] as const)("whose reply is lost %s KORE wrote it is %s", async (when, outcome, held) => {
    app.kore.faults.add({ effect: "drop", when, method: "POST", path: `/connectivity${RULES}`, times: 1 });
    expect(await create()).toMatchObject({ outcome });
    expect(await rules()).toHaveLength(held);
    await app.restart();
    expect(await create()).toMatchObject({ outcome: held === 1 ? "ALREADY_SATISFIED" : "DONE" });
    expect(await rules()).toHaveLength(1);
  });

  test.each([
    ["after", "DONE"],
    ["before", "OUTCOME_UNKNOWN"],
  ] as const)("whose change loses its reply %s KORE wrote it is %s", async (when, outcome) => {
    const { ruleId: id } = await create();
    app.kore.faults.add({ effect: "drop", when, method: "PUT", path: "/connectivity/**", times: 1 });
    expect(await written("disableAlertRule", { id })).toMatchObject({ outcome });
    expect(await written("disableAlertRule", { id })).toMatchObject({
      outcome: when === "after" ? "ALREADY_SATISFIED" : "DONE",
    });
  });

  test("is audited without addresses", async () => {
    const { ruleId } = await create();
    const records = app.logged().flatMap(({ audit }) => (audit === undefined ? [] : [audit]));
    expect(records).toMatchObject([{ operation: "createAlertRule", accountId: "acme", ruleId, outcome: "DONE" }]);
    expect(JSON.stringify(records)).not.toContain("ops@acme.example");
  });
});

const INSTALL = `mutation ($input: InstallWebhookRuleInput!) {
  installWebhookRule(input: $input) { rules { eventName outcome message stillNeeded ruleId } }
}`;

async function install(more: object = {}) {
  const { data, errors } = await app.graph.query<{
    installWebhookRule: { rules: (Written & { eventName: string; stillNeeded: string[] })[] };
  }>(INSTALL, { input: { accountId: "acme", ...more } });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.installWebhookRule.rules;
}

describe("The graph's own webhook rules", () => {
  test("are one for each event, with its address and token, and are installed once", async () => {
    app = await startApp(WORLD, { ...SETTLE, ...BY_TOKEN });
    const first = await install();
    expect(first).toMatchObject(
      [
        STATE_CHANGED,
        "connectivity.provisioning.request.status.changed",
        "connectivity.smsapi.mobileoriginated",
        "connectivity.smsapi.mobileterminated",
      ].map((eventName) => ({ eventName, outcome: "DONE", stillNeeded: [] })),
    );
    expect(app.kore.requests()).toEqual(["GET /v1/accounts/acme/events ×1", `GET ${RULES} ×5`, `POST ${RULES} ×4`]);
    const held = app.kore.alertRules("acme");
    expect(held.map(({ actions }) => actions)).toEqual(
      Array.from({ length: 4 }, () => ({
        webhook: { "webhook-url": CALLBACK, "access-token": TOKEN, "access-token-key": "X-Rule-Token" },
      })),
    );
    const again = await install();
    expect(again.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => "ALREADY_SATISFIED"));
    expect(again.map(({ ruleId }) => ruleId)).toEqual(first.map(({ ruleId }) => ruleId));
    expect(app.kore.alertRules("acme")).toEqual(held);
    expect(JSON.stringify(app.logged())).not.toContain(TOKEN);
  });

  test("are enabled again, and get the token of this deployment", async () => {
    app = await startApp(WORLD, { ...SETTLE, ...BY_TOKEN });
    const webhook = { url: CALLBACK, accessTokenKey: "X-Rule-Token", accessToken: "an old one" };
    await create({ name: "Ours", email: undefined, webhook, isEnabled: false });
    expect(await install({ events: ["SUBSCRIPTION_STATE_CHANGED"] })).toMatchObject([{ outcome: "DONE" }]);
    expect(app.kore.alertRules("acme")).toMatchObject([
      { name: "Ours", enabled: true, actions: { webhook: { "access-token": TOKEN } } },
    ]);
  });

  test("are taken from those that send the events already", async () => {
    app = await startApp(WORLD, { ...SETTLE, ...BY_TOKEN });
    const webhook = { url: CALLBACK, accessTokenKey: "X-Rule-Token", accessToken: TOKEN };
    await create({ name: "Off", email: undefined, webhook, isEnabled: false });
    const { ruleId } = await create({ name: "On", email: undefined, webhook });
    expect(await install({ events: ["SUBSCRIPTION_STATE_CHANGED"] })).toMatchObject([
      { outcome: "ALREADY_SATISFIED", ruleId, stillNeeded: [] },
    ]);
  });

  test("are installed anew for another address, and those for the former one are named until they are disabled", async () => {
    app = await startApp(WORLD, { ...SETTLE, ...BY_TOKEN });
    const events = ["SUBSCRIPTION_STATE_CHANGED"];
    const former = { url: "https://former.example/webhooks/kore", accessTokenKey: "X-Rule-Token", accessToken: TOKEN };
    const name = `kore-graph: ${STATE_CHANGED} to former.example/webhooks/kore`;
    const { ruleId } = await create({ name, email: undefined, webhook: former });
    for (const outcome of ["DONE", "ALREADY_SATISFIED"]) {
      expect(await install({ events })).toMatchObject([
        { outcome, stillNeeded: [], message: expect.stringContaining(`: ${ruleId}. Disable`) as string },
      ]);
    }
    await app.graph.query(
      'mutation ($id: ID!) { disableAlertRule(input: { accountId: "acme", id: $id }) { outcome } }',
      { id: ruleId },
    );
    expect(await install({ events })).toMatchObject([{ outcome: "ALREADY_SATISFIED", message: null }]);
  });

  test("are named by the address, and are still needed where another rule has the name", async () => {
    app = await startApp(WORLD, { ...SETTLE, ...BY_TOKEN });
    const name = `kore-graph: ${STATE_CHANGED} to graph.example/webhooks/kore`;
    const { ruleId } = await create({ name });
    expect(await install({ events: ["SUBSCRIPTION_STATE_CHANGED"] })).toMatchObject([
      { outcome: "REJECTED", ruleId, stillNeeded: ["RULE"] },
    ]);
    expect(app.kore.alertRules("acme")).toMatchObject([{ name, actions: { email: EMAIL } }]);
  });

  test("are not written, and what is needed is named, where the graph receives no webhooks", async () => {
    app = await startApp(WORLD, SETTLE);
    expect(await install({ events: ["SMS_STATUS_CHANGED"] })).toMatchObject([
      { outcome: "REJECTED", stillNeeded: ["WEBHOOK_URL"], message: "Nothing was written: see `stillNeeded`." },
    ]);
    expect(app.kore.alertRules("acme")).toEqual([]);
  });
});
