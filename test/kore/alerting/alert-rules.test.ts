import { beforeEach, describe, expect, test } from "vitest";
import { type RuleContent } from "../../../src/kore/alerting/rule.ts";
import { type WireAlertRule } from "../../../src/kore/api/alerting.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { OWN_TOKEN, RULE, Scene } from "./fixtures.ts";

const disabled = (rule: RuleContent): RuleContent => ({ ...rule, isEnabled: false });
const enabled = (rule: RuleContent): RuleContent => ({ ...rule, isEnabled: true });
const cut = () => {
  throw new KoreError("connection", "cut", { operation: "POST" });
};

let scene: Scene;
beforeEach(() => (scene = new Scene()));

const withWebhook = (webhook: Record<string, string>): WireAlertRule => ({
  ...{ "rule-id": "1", "rule-name": "Night", "event-name": "an.event", enabled: true, conditions: [] },
  // KORE's sample has unused actions as "".
  actions: { webhook: { "webhook-url": "https://a.example", ...webhook }, email: "", "block-usage": "" } as never,
});

describe("The access token of a rule that is changed", () => {
  test("is written back where KORE shows it; unused actions are left out", async () => {
    scene.held.push(withWebhook({ "access-token": "theirs", "access-token-key": "X-Token" }));
    expect(await scene.update(disabled)).toMatchObject({ outcome: "DONE" });
    expect(scene.bodies).toMatchObject([
      { enabled: false, actions: { webhook: { "access-token": "theirs", "access-token-key": "X-Token" } } },
    ]);
    expect(Object.keys((scene.bodies[0] as { actions: object }).actions)).toEqual(["webhook"]);
  });

  test.each([["****"], [""]])("is needed where KORE shows %j, and the mask is never written", async (shown) => {
    scene.held.push(withWebhook({ "access-token": shown, "access-token-key": "X-Token" }));
    expect(await scene.update(disabled)).toMatchObject({ outcome: "REJECTED", reason: "TOKEN_NEEDED" });
    expect(await scene.update(enabled)).toMatchObject({ outcome: "ALREADY_SATISFIED" });
    expect(scene.bodies).toEqual([]);
  });

  test("is this deployment's where replies have redacted it", async () => {
    scene.held.push(withWebhook({ "access-token": "[credential]", "access-token-key": "X-Token" }));
    expect(await scene.update(disabled)).toMatchObject({ outcome: "DONE" });
    expect(scene.bodies).toMatchObject([{ actions: { webhook: { "access-token": OWN_TOKEN } } }]);
  });
});

describe("A rule that is changed", () => {
  test("keeps actions that the graph does not know, and those in another spelling", async () => {
    const odd = { "send-fax": { to: "1" }, "block-Usage": { period: "month" }, email: "" };
    scene.held.push({ ...withWebhook({}), actions: odd as never });
    expect(await scene.update(disabled)).toMatchObject({ outcome: "DONE" });
    expect(scene.bodies).toMatchObject([
      { actions: { "send-fax": { to: "1" }, "block-usage": { period: "month" } }, enabled: false },
    ]);
  });
});

describe("A creation", () => {
  test.each<[string, (make: () => unknown) => unknown]>([
    [
      "an empty reply",
      (make) => {
        make();
        return null;
      },
    ],
    [
      "a reply without an id",
      (make) => {
        make();
        return {};
      },
    ],
    [
      "a closed connection",
      (make) => {
        make();
        return cut();
      },
    ],
  ])("with %s is found by its name", async (_, onWrite) => {
    scene.onWrite = onWrite;
    expect(await scene.create()).toMatchObject({ outcome: "ADOPTED", ruleId: "1" });
    expect(await scene.create()).toMatchObject({ outcome: "ALREADY_SATISFIED", ruleId: "1" });
    expect(scene.posts()).toBe(1);
  });

  test("that appears late is awaited by a repetition after a crash, and is not sent again", async () => {
    let make: () => unknown = () => undefined;
    scene.onWrite = (late) => {
      make = late;
      return new Promise(() => undefined);
    };
    void scene.create();
    while (scene.posts() === 0) await scene.clock.sleep(0);
    scene.rules = scene.start();
    const repeated = scene.create();
    await scene.clock.sleep(0);
    make();
    expect(await repeated).toMatchObject({ outcome: "ADOPTED", ruleId: "1" });
    expect(scene.posts()).toBe(1);
  });

  test("that never arrived is sent by a repetition, after the window", async () => {
    scene.onWrite = cut;
    const before = scene.clock.time;
    expect(await scene.create()).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(scene.clock.time - before).toBeGreaterThanOrEqual(10_000);
    scene.onWrite = (make) => make();
    expect(await scene.create()).toMatchObject({ outcome: "DONE" });
    expect(scene.held).toHaveLength(1);
  });

  test("whose token KORE masks is the rule of its name, and the answer names what is not known", async () => {
    const webhook = { url: "https://a.example", tokenKey: "X-Token", token: { kind: "given", value: "T" } } as const;
    scene.held.push(withWebhook({ "access-token": "****", "access-token-key": "X-Token" }));
    expect(await scene.create({ ...RULE, email: undefined, webhook })).toEqual({
      outcome: "ALREADY_SATISFIED",
      ruleId: "1",
      message: "KORE does not show the rule's access token: whether it is the given one is not known.",
    });
    const elsewhere = { ...webhook, url: "https://b.example" };
    expect(await scene.create({ ...RULE, email: undefined, webhook: elsewhere })).toMatchObject({
      reason: "NAME_TAKEN",
    });
    expect(scene.bodies).toEqual([]);
  });

  test("takes the rule that is as wanted among several of its name", async () => {
    const other = { ...withWebhook({}), "rule-id": "8" };
    await scene.create();
    scene.held.unshift(other);
    expect(await scene.create()).toMatchObject({ outcome: "ALREADY_SATISFIED", ruleId: "1" });
  });

  test("that is pending is deleted after the retention", async () => {
    scene.onWrite = cut;
    await scene.create();
    await scene.rules.prune(scene.clock.time + 1);
    expect(scene.store.keys()).toEqual([]);
  });
});
