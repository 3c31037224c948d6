import { beforeEach, describe, expect, test } from "vitest";
import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { RequestKeyReused } from "../../../src/kore/idempotency/single-flight.ts";
import { type Held, MINUTE, Scene } from "./fixtures.ts";

const cut = () => {
  throw new KoreError("connection", "cut", { operation: "POST" });
};

let scene: Scene;
beforeEach(() => (scene = new Scene()));

describe("The ledger of texts", () => {
  test("records a text before its POST, as a hash, with its key as a hash", async () => {
    scene.kore.onSend = (make) => {
      expect(scene.store.text()).toContain("sending");
      return make();
    };
    expect(await scene.send()).toMatchObject({ outcome: "ACCEPTED", messageId: "m0", koreCode: 200 });
    expect(scene.store.text()).not.toContain("Report");
    expect(scene.store.text()).not.toContain('"key"');
  });

  test("sends nothing when the record fails, and sends it when the command is repeated", async () => {
    scene.store.onWrite = () => {
      throw new StoreUnavailable("The disk is full");
    };
    await expect(scene.send()).rejects.toThrow("disk is full");
    expect(scene.kore.asked).toEqual([]);
    scene.store.onWrite = () => undefined;
    expect(await scene.send()).toMatchObject({ outcome: "ACCEPTED" });
  });

  test("returns KORE's answer when it cannot be recorded, and finds the text again later", async () => {
    scene.kore.onSend = (make) => {
      scene.store.onWrite = () => {
        throw new StoreUnavailable("The disk is full");
      };
      return make();
    };
    expect(await scene.send()).toMatchObject({ outcome: "ACCEPTED" });
    expect(scene.notKept).not.toEqual([]);
    scene.store.onWrite = () => undefined;
    scene.texts = scene.start();
    await scene.texts.recover();
    expect(await scene.send()).toMatchObject({ outcome: "ADOPTED", messageId: "m0" });
    expect(scene.kore.sent()).toBe(1);
  });

  test("keeps request keys of accounts apart, and refuses another input under the same key", async () => {
    await scene.send();
    expect(await scene.send({ accountId: "other" })).toMatchObject({ outcome: "ACCEPTED" });
    await expect(scene.send({ text: "Other" })).rejects.toBeInstanceOf(RequestKeyReused);
    expect(scene.kore.sent()).toBe(2);
  });

  test("deletes old texts, after which their keys are new", async () => {
    await scene.send();
    await scene.texts.prune(scene.clock.time + 1);
    expect(scene.store.keys()).toEqual([]);
  });
});

describe("A process that ends while a text is sent", () => {
  test.each(["make", "lose"] as const)("never sends it again (KORE: %s)", async (does) => {
    await scene.crashWhileSending(does);
    await scene.texts.recover();
    const outcome = does === "make" ? "ADOPTED" : "OUTCOME_UNKNOWN";
    expect(scene.audited).toMatchObject([{ who: "recovery", isRecovery: true, outcome }]);
    expect(await scene.send()).toMatchObject({ outcome });
    expect(scene.kore.sent()).toBe(1);
  });

  test("between its record and its POST leaves it unknown: what was recorded may have been sent", async () => {
    scene.kore.apis.sms.send = async (_account, _body, beforeSending) => {
      await beforeSending?.();
      return new Promise(() => undefined);
    };
    void scene.send();
    while (!scene.store.text().includes("sending")) await scene.clock.sleep(0);
    Reflect.deleteProperty(scene.kore.apis.sms, "send");
    scene.texts = scene.start();
    expect(await scene.texts.takeOver()).toBeGreaterThanOrEqual(0);
    expect(await scene.send()).toMatchObject({ outcome: "OUTCOME_UNKNOWN" });
    expect(scene.kore.sent()).toBe(0);
  });

  test("before its record sends it when the command is repeated", async () => {
    const apis = scene.kore.apis;
    apis.sms.send = () => new Promise(() => undefined);
    void scene.send();
    while (!scene.store.text().includes("unsent")) await scene.clock.sleep(0);
    Reflect.deleteProperty(apis.sms, "send");
    scene.texts = scene.start();
    await scene.texts.takeOver();
    expect(await scene.send()).toMatchObject({ outcome: "ACCEPTED" });
    expect(scene.kore.sent()).toBe(1);
  });
});

describe("A text whose reply is lost", () => {
  test.each<[string, (make: () => unknown) => unknown]>([
    ["a closed connection", cut],
    ["a reply without a mid", (make) => ({ ...(make() as object), mid: "" })],
    [
      "an empty reply",
      (make) => {
        make();
        return null;
      },
    ],
    ["a 502", () => Promise.reject(new KoreError("unavailable", "502", { operation: "POST", status: 502 }))],
  ])("by %s is sent once", async (_, onSend) => {
    scene.kore.onSend = onSend;
    await scene.send();
    scene.kore.onSend = (make) => make();
    const { outcome } = await scene.send();
    expect(outcome).toMatch(/ADOPTED|OUTCOME_UNKNOWN/);
    expect(scene.kore.sent()).toBe(1);
  });

  test("becomes visible within the window, and is adopted", async () => {
    const sentAt = scene.clock.time;
    scene.kore.onSend = cut;
    scene.kore.onList = (messages) => {
      if (scene.clock.time >= sentAt + 5000 && messages.length === 0) scene.kore.hold({ detail: "Report" }, -5000);
      return { messages };
    };
    expect(await scene.send()).toMatchObject({ outcome: "ADOPTED", messageId: "m0" });
  });

  test.each<[string, Partial<Held>, number]>([
    ["another text", { detail: "Other" }, 0],
    ["no text", {}, 0],
    ["no date", { detail: "Report", "date-created": "" }, 0],
    ["a date without time", { detail: "Report", "date-created": "2025-01-15" }, 0],
  ])("is not proven by a message with %s", async (_, message, age) => {
    scene.kore.onSend = cut;
    scene.kore.hold(message, age);
    const { outcome, message: words } = await scene.send();
    expect(outcome).toBe("OUTCOME_UNKNOWN");
    expect(words).toContain("KORE lists messages that may be it: m0.");
  });

  test("is not proven by a message from before it was sent", async () => {
    scene.kore.onSend = cut;
    scene.kore.hold({ detail: "Report" }, -60 * MINUTE);
    expect((await scene.send()).message).toContain("KORE's list does not show it.");
  });

  test("is not proven by two messages with its text", async () => {
    scene.kore.onSend = cut;
    scene.kore.hold({ detail: "Report" });
    scene.kore.hold({ detail: "Report" });
    expect((await scene.send()).message).toContain("m0, m1");
  });

  test("stays unknown while KORE's list cannot be read", async () => {
    scene.kore.onSend = cut;
    scene.kore.onList = cut;
    expect((await scene.send()).message).toContain("KORE's list of messages could not be read.");
  });

  test("has one audit record", async () => {
    scene.kore.onSend = cut;
    await scene.send();
    expect(scene.audited).toMatchObject([{ who: "ops", outcome: "OUTCOME_UNKNOWN", parts: 1, messageId: null }]);
  });
});
