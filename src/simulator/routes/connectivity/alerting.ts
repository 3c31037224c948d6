import { type Alerting, EVENT_TYPES, type RaisedAlert } from "../../alerting/alerting.ts";
import { type Rule } from "../../alerting/rules.ts";
import { type Backend } from "../../backend.ts";
import { withoutZone } from "../../fixtures/sim-json.ts";
import { Query } from "../../http/query.ts";
import { Refusal, type Reply, ok } from "../../http/reply.ts";
import { type Call, type Router } from "../../http/router.ts";
import { accountOf, jsonBody } from "../access.ts";

const ACCOUNT = "/connectivity/v1/accounts/{account-id}";
const DAY = 24 * 3_600_000;
const DEFAULT_SIZE = 10; // Not stated by KORE.

/** KORE's alerting. */
export function addAlertingRoutes(router: Router, backend: Backend): void {
  router.add("GET", `${ACCOUNT}/events`, (call) => {
    accountOf(backend, call);
    return ok(EVENT_TYPES.map(eventJson));
  });
  router.add("GET", `${ACCOUNT}/actions`, (call) => {
    accountOf(backend, call);
    return ok(ACTIONS.map(actionJson));
  });
  router.add("GET", `${ACCOUNT}/rules`, (call) => {
    const { account } = accountOf(backend, call);
    return ok({ "account-id": account.id, rules: alerting(backend).rules(account.id).map(ruleJson) });
  });
  router.add("POST", `${ACCOUNT}/rules`, (call) => {
    const { account } = accountOf(backend, call);
    const rule = alerting(backend).create(account.id, jsonBody(call), now(backend));
    return ok({ "rule-id": rule.id, message: ["Rule has been created"] });
  });
  router.add("PUT", `${ACCOUNT}/rules/{rule-id}`, (call) => {
    const { account } = accountOf(backend, call);
    const id = call.params["rule-id"] ?? "";
    const rule = alerting(backend).replace(account.id, id, jsonBody(call), now(backend));
    if (!rule) throw new Refusal(404, "Rule not found");
    return ok({ "rule-id": rule.id, message: ["Rule has been updated"] });
  });
  router.add("GET", `${ACCOUNT}/alerts`, (call) => alerts(backend, call));
  router.add("GET", `${ACCOUNT}/alerts/{alert-id}`, (call) => {
    const { account } = accountOf(backend, call);
    const found = alerting(backend)
      .alerts(account.id, now(backend))
      .find(({ id }) => id === call.params["alert-id"]);
    if (!found) throw new Refusal(404, "Alert not found");
    return ok(alertJson(found));
  });
}

const alerting = ({ webhooks }: Backend): Alerting => webhooks.alerting;
const now = ({ clock }: Backend): number => clock.now().getTime();

function alerts(backend: Backend, call: Call): Reply {
  const { account } = accountOf(backend, call);
  const query = new Query(call.query, ["start-date", "end-date", "page-index", "page-size"]);
  const index = query.integer("page-index", { min: 1 }) ?? 1;
  const size = query.integer("page-size", { min: 1 }) ?? DEFAULT_SIZE;
  const [from, to] = [day(query, "start-date") ?? -Infinity, day(query, "end-date") ?? Infinity];
  const found = alerting(backend)
    .alerts(account.id, now(backend))
    .filter(({ at }) => at >= from && at < to + DAY); // OURS: the last day counts.
  return ok({
    "page-index": index,
    "page-size": size,
    "total-records": found.length,
    alerts: found.slice((index - 1) * size, index * size).map(alertJson),
  });
}

function day(query: Query, name: string): number | undefined {
  const value = query.text(name);
  if (value === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) throw new Refusal(400, `${name} must look like 2023-02-23`);
  return at;
}

const ACTIONS = [
  { name: "webhook", description: "Sends a webhook.", attributes: ["webhook-url", "access-token", "access-token-key"] },
  { name: "email", description: "Sends an e-mail.", attributes: ["to", "cc", "bcc"] },
  { name: "block-usage", description: "Blocks usage for a period.", attributes: ["period"] },
] as const;

const attribute = (name: string) => ({ name, description: name, type: "string" });

function eventJson({ name, description, attributes }: (typeof EVENT_TYPES)[number], position: number) {
  return {
    "event-id": String(position + 1),
    "event-name": name,
    "event-description": description,
    category: "connectivity",
    "event-attributes": attributes.map(attribute),
    actions: ACTIONS.map((action) => action.name),
    "default-frequency": "immediate",
    "frequency-attribute": "",
    frequencies: ["immediate"],
  };
}

const actionJson = ({ name, description, attributes }: (typeof ACTIONS)[number]) => ({
  ...{ name, description },
  attributes: attributes.map(attribute),
});

/** OURS: tokens are shown as they were written, and unused actions are left out; KORE's sample has "" for them. */
function ruleJson(rule: Rule): Record<string, unknown> {
  return {
    "rule-id": rule.id,
    "rule-name": rule.name,
    "event-name": rule.eventName,
    enabled: rule.enabled,
    "date-added": withoutZone(rule.addedAt),
    "date-updated": withoutZone(rule.updatedAt),
    conditions: rule.conditions,
    actions: rule.actions,
    ...(rule.strategy && { "alert-strategy": rule.strategy }),
  };
}

function alertJson({ id, rule, at, eventId, payload }: RaisedAlert): Record<string, unknown> {
  const date = new Date(at).toISOString().slice(0, "2026-01-01".length);
  const common = { "event-ids": [eventId], "fire-date": date, success: true };
  const { webhook, email, "block-usage": blockUsage } = rule.actions;
  return {
    id,
    "rule-id": rule.id,
    "date-added": date,
    "all-actions-complete": true,
    actions: [
      ...(webhook ? [{ ...common, type: "webhook", details: { url: webhook["webhook-url"], payload } }] : []),
      ...(email ? [{ ...common, type: "email", details: email }] : []),
      ...(blockUsage ? [{ ...common, type: "block-Usage", details: { "request-id": `block-${id}` } }] : []),
    ],
  };
}
