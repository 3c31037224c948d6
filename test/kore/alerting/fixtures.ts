import { expect } from "vitest";
import { AlertRules, type RuleAuditRecord } from "../../../src/kore/alerting/alert-rules.ts";
import { type RuleContent } from "../../../src/kore/alerting/rule.ts";
import { AlertingApi, type WireAlertRule } from "../../../src/kore/api/alerting.ts";
import { Fenced } from "../../../src/kore/idempotency/keyed-mutex.ts";
import { MemoryStore, SleepersClock } from "../provisioning/fakes.ts";

export const OWN_TOKEN = "the token of this deployment";
export const RULE: RuleContent = {
  name: "Night",
  eventName: "an.event",
  isEnabled: true,
  conditions: [],
  email: { to: "ops@acme.example", cc: null, bcc: null },
};

/** Alert rules before a minimal KORE, which lists what it has accepted. */
export class Scene {
  readonly clock = new SleepersClock(Date.UTC(2025, 0, 15, 9));
  readonly store = new MemoryStore();
  readonly held: WireAlertRule[] = [];
  readonly asked: string[] = [];
  readonly bodies: unknown[] = [];
  readonly audited: RuleAuditRecord[] = [];
  onList: () => void = () => undefined;
  onWrite: (make: () => unknown) => unknown = (make) => make();

  readonly api = new AlertingApi({
    get: async () => {
      await Promise.resolve();
      this.asked.push("GET");
      this.onList();
      return { rules: [...this.held] };
    },
    write: async (method, { path, beforeSending }, body) => {
      await beforeSending?.();
      this.asked.push(method);
      this.bodies.push(body);
      return this.onWrite(() => {
        const id = method === "PUT" ? path.split("/").at(-1) : String(this.held.length + 1);
        const rule = { ...(body as WireAlertRule), "rule-id": id ?? "" };
        const place = this.held.findIndex((one) => one["rule-id"] === id);
        if (place < 0) this.held.push(rule);
        else this.held[place] = rule;
        return { "rule-id": id, message: ["done"] };
      });
    },
  });
  rules = this.start();

  /** Starts another process on the store. */
  start(): AlertRules {
    const { store, clock } = this;
    store.restart();
    store.now = clock.now;
    return new AlertRules({
      kore: this.api,
      store,
      reconciliation: {
        visibilityWindow: 10_000,
        visibilityWindowAfterTimeout: 60_000,
        now: clock.now,
        monotonic: clock.monotonic,
        sleep: clock.sleep,
      },
      ownToken: OWN_TOKEN,
      audit: (record) => this.audited.push(record),
      onNotKept: (error) => {
        if (!(error instanceof Fenced)) expect.fail(String(error)); // A process that has ended is fenced.
      },
    });
  }

  readonly #context = () => ({ who: "ops", requester: { kore: this.api, requestId: "one" } });

  create(rule: RuleContent = RULE) {
    return this.rules.create("acme", rule, this.#context());
  }

  update(change: (present: RuleContent) => RuleContent, id = "1") {
    return this.rules.update({ accountId: "acme", id }, change, this.#context());
  }

  posts(): number {
    return this.asked.filter((method) => method === "POST").length;
  }
}
