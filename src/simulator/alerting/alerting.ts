import { type Alert, alertBody } from "../webhooks/alert.ts";
import { type Rule, fits, readRule } from "./rules.ts";

/** An alert: an event to which a rule has reacted. */
export interface RaisedAlert {
  readonly id: string;
  readonly rule: Rule;
  readonly at: number;
  readonly eventId: string;
  /** As a webhook delivers it. */
  readonly payload: Readonly<Record<string, unknown>>;
}

const FIRST_RULE = 4_001;
const FIRST_ALERT = 990_001;
/** KORE: history reaches back 15 days. */
const KEPT_MS = 15 * 24 * 3_600_000;

/** Event names that rules may name. OURS: their attributes, categories and frequencies, which KORE does not publish. */
export const EVENT_TYPES = [
  {
    name: "connectivity.subscription.state.changed",
    description: "A SIM has another state.",
    attributes: ["subscription-id", "old-state", "new-state"],
  },
  {
    name: "connectivity.provisioning.request.status.changed",
    description: "A provisioning request has another status.",
    attributes: ["provisioning-request-id", "old-status", "new-status"],
  },
  {
    name: "connectivity.smsapi.mobileoriginated",
    description: "A SIM has sent a text. No simulated SIM does.",
    attributes: ["mid", "iccid"],
  },
  {
    name: "connectivity.smsapi.mobileterminated",
    description: "A text to a SIM has another status.",
    attributes: ["mid", "iccid", "status"],
  },
] as const;

/**
 * Alert rules of all accounts, and the alerts that they raise. OURS: rules raise alerts and send nothing; webhooks go to the
 * simulator's one address, whatever the rules.
 */
export class Alerting {
  readonly #rules = new Map<string, Rule[]>();
  readonly #alerts = new Map<string, RaisedAlert[]>();
  #nextRule = FIRST_RULE;
  #nextAlert = FIRST_ALERT;

  /** Oldest first; KORE states no order. */
  rules(accountId: string): readonly Rule[] {
    return this.#rules.get(accountId) ?? [];
  }

  /** KORE has no idempotency: every accepted body is one more rule. */
  create(accountId: string, body: unknown, now: number): Rule {
    const input = readRule(body, EVENT_NAMES);
    const rule = { ...input, id: String(this.#nextRule++), addedAt: now, updatedAt: now };
    this.#rules.set(accountId, [...this.rules(accountId), rule]);
    return rule;
  }

  /** Undefined for an unknown rule. */
  replace(accountId: string, id: string, body: unknown, now: number): Rule | undefined {
    const present = this.rules(accountId).find((rule) => rule.id === id);
    if (!present) return undefined;
    const rule = { ...readRule(body, EVENT_NAMES), id, addedAt: present.addedAt, updatedAt: now };
    this.#rules.set(
      accountId,
      this.rules(accountId).map((one) => (one === present ? rule : one)),
    );
    return rule;
  }

  /** Newest first; KORE states no order. */
  alerts(accountId: string, now: number): readonly RaisedAlert[] {
    return (this.#alerts.get(accountId) ?? []).filter(({ at }) => now - at <= KEPT_MS);
  }

  /** Raises an alert for each rule that an event fits. */
  raise(event: Alert): void {
    for (const rule of this.rules(event.accountId)) {
      if (!rule.enabled || rule.eventName !== event.eventName || !fits(rule, event.data)) continue;
      const number = this.#nextAlert++;
      const body = JSON.parse(alertBody(event, number)) as Record<string, unknown>;
      delete body["version-id"]; // KORE's description of the history lacks it.
      const alert: RaisedAlert = {
        ...{ id: String(number), rule, at: event.at, eventId: String(number) },
        payload: { ...body, "alert-id": String(number), "rule-id": rule.id, "rule-name": rule.name },
      };
      this.#alerts.set(event.accountId, [alert, ...(this.#alerts.get(event.accountId) ?? [])]);
    }
  }
}

const EVENT_NAMES: readonly string[] = EVENT_TYPES.map(({ name }) => name);
