import { beforeEach, describe, expect, test } from "vitest";
import { StoreUnavailable } from "../../src/common/store-errors.ts";
import { KoreError } from "../../src/kore/errors.ts";
import { RequestKeyReused } from "../../src/kore/idempotency/single-flight.ts";
import { ConnectivityApi } from "../../src/kore/api/connectivity.ts";
import { type Api } from "../../src/kore/api/request-builder.ts";
import { SmsApi } from "../../src/kore/api/sms.ts";
import { type TextAuditRecord, TextMessages } from "../../src/kore/messages/text-messages.ts";
import { MemoryStore, SleepersClock } from "./provisioning/fakes.ts";

const MINUTE = 60_000;

interface Held {
  mid: string;
  iccid: string;
  detail?: string;
  "date-created": string;
}

/** A minimal KORE for texts: accepts and lists them. */
class SmallMessagesKore {
  readonly held: Held[] = [];
  readonly asked: string[] = [];
  readonly #clock: SleepersClock;
  onSend: (make: () => unknown) => unknown = (make) => make();
  onList: (messages: readonly Held[]) => unknown = (messages) => ({
    messages,
    "page-info-result": { "total-count": messages.length },
  });

  constructor(clock: SleepersClock) {
    this.#clock = clock;
  }

  readonly #api: Api = {
    get: async ({ path }) => {
      await Promise.resolve();
      this.asked.push(`GET ${path.split("?")[0]}`);
      return path.includes("/subscriptions/") ? { iccid: "8901" } : this.onList(this.held);
    },
    write: async (method, { path, beforeSending }, body) => {
      await beforeSending?.();
      this.asked.push(`${method} ${path.split("?")[0]}`);
      const { message, iccid = "8901" } = body as { message: string; iccid?: string };
      return this.onSend(() => ({ ...this.hold({ iccid, detail: message }), status: "Accepted", code: 200 }));
    },
  };

  readonly apis = { sms: new SmsApi(this.#api), connectivity: new ConnectivityApi(this.#api) };

  hold(message: Partial<Held>, age = 0): Held {
    const created = new Date(this.#clock.time + age).toISOString().slice(0, 19);
    const held = { mid: `m${this.held.length}`, iccid: "8901", "date-created": created, ...message };
    this.held.push(held);
    return held;
  }

  sent(): number {
    return this.asked.filter((line) => line === "POST /v1/messages/send").length;
  }
}

class Scene {
  readonly clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly kore = new SmallMessagesKore(this.clock);
  readonly store = new MemoryStore();
  readonly audited: TextAuditRecord[] = [];
  readonly notKept: unknown[] = [];
  texts = this.start();

  /** Starts another process on the store. */
  start(): TextMessages {
    const { kore, store, clock } = this;
    store.restart();
    store.now = clock.now;
    return new TextMessages({
      kore: kore.apis,
      store,
      reconciliation: {
        visibilityWindow: 10_000,
        visibilityWindowAfterTimeout: MINUTE,
        now: clock.now,
        monotonic: clock.monotonic,
        sleep: clock.sleep,
      },
      audit: (record) => this.audited.push(record),
      onRecoveryFailed: (error) => expect.fail(String(error)),
      onNotKept: (error) => this.notKept.push(error),
    });
  }

  send(more: { requestKey?: string; text?: string; accountId?: string } = {}) {
    const command = { accountId: "acme", requestKey: "key", recipient: { iccid: "8901" }, text: "Report", ...more };
    return this.texts.send(command, { who: "ops" });
  }

  /** Ends the process while a text is being sent; KORE accepts it or not. */
  async crashWhileSending(does: "make" | "lose"): Promise<void> {
    const before = this.kore.sent();
    this.kore.onSend = (make) => {
      if (does === "make") make();
      return new Promise(() => undefined);
    };
    void this.send();
    while (this.kore.sent() === before) await this.clock.sleep(0);
    this.kore.onSend = (make) => make();
    this.texts = this.start();
  }
}

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
    ["an empty reply", (make) => (make(), null)],
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
