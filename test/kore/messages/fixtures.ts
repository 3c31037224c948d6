import { expect } from "vitest";
import { ConnectivityApi } from "../../../src/kore/api/connectivity.ts";
import { type Api } from "../../../src/kore/api/request-builder.ts";
import { SmsApi } from "../../../src/kore/api/sms.ts";
import { type TextAuditRecord, TextMessages } from "../../../src/kore/messages/text-messages.ts";
import { MemoryStore, SleepersClock } from "../provisioning/fakes.ts";

export const MINUTE = 60_000;

export interface Held {
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
  onSend: (make: () => unknown, text: string) => unknown = (make) => make();
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
      const make = () => ({ ...this.hold({ iccid, detail: message }), status: "Accepted", code: 200 });
      return this.onSend(make, message);
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

/** Real texts in a minimal environment. */
export class Scene {
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
