import {
  type RuleResult,
  type UnknownEnumValues,
  type WireAlert,
  type WireAlertAction,
  type WireAlertEvent,
  type WireAlertRule,
  contentOf,
  decode,
} from "../../kore/index.ts";
import {
  AlertBatchingType,
  type AlertOperator,
  type AlertRule,
  AlertRuleOutcome,
  type AlertRulePayload,
  AlertRuleReason,
} from "./alert-rule.type.ts";
import {
  type Alert,
  type AlertAction,
  AlertActionType,
  type AlertEvent,
  type AlertPayload,
  type AlertRun,
} from "./alert.type.ts";

/** KORE's spelling of each operator. */
export const KORE_OPERATORS = {
  EQUAL: "==",
  NOT_EQUAL: "!=",
  LESS: "<",
  LESS_OR_EQUAL: "<=",
  GREATER: ">",
  GREATER_OR_EQUAL: ">=",
  IN: "in",
  NOT_IN: "not in",
} as const satisfies Record<Exclude<AlertOperator, "UNKNOWN">, string>;

const OPERATORS = Object.fromEntries(
  Object.entries(KORE_OPERATORS).map(([name, spelling]) => [spelling, name as AlertOperator]),
);

/** KORE's spelling of each kind of batching. */
export const KORE_BATCHING = { HOURLY: "hourly", DAILY: "daily" } as const;

const BATCHING = { hourly: AlertBatchingType.HOURLY, daily: AlertBatchingType.DAILY };

/** KORE spells `block-Usage` with a capital; both are read. */
const RUN_TYPES = {
  webhook: AlertActionType.WEBHOOK,
  email: AlertActionType.EMAIL,
  "block-usage": AlertActionType.BLOCK_USAGE,
  "unblock-usage": AlertActionType.UNBLOCK_USAGE,
};

type Attributes = WireAlertEvent["event-attributes"];

const attributesOf = (attributes: Attributes, field: string) =>
  decode.rows(attributes, field).map(({ name, description, type }) => ({
    name: decode.string(name, `${field}.name`),
    description: decode.string(description, `${field}.description`),
    type: decode.string(type, `${field}.type`),
  }));

const textsOf = (texts: readonly string[] | undefined, field: string) =>
  decode.list(texts, field).flatMap((text) => decode.string(text, field) ?? []);

export function toAlertEvent(wire: WireAlertEvent): AlertEvent {
  return {
    eventId: decode.id(wire["event-id"], "events.event-id"),
    name: decode.requiredString(wire["event-name"], "events.event-name"),
    description: decode.string(wire["event-description"], "events.event-description"),
    category: decode.string(wire.category, "events.category"),
    attributes: attributesOf(wire["event-attributes"], "events.event-attributes"),
    actions: textsOf(wire.actions, "events.actions"),
    defaultFrequency: decode.string(wire["default-frequency"], "events.default-frequency"),
    frequencyAttribute: decode.string(wire["frequency-attribute"], "events.frequency-attribute"),
    frequencies: textsOf(wire.frequencies, "events.frequencies"),
  };
}

export function toAlertAction(wire: WireAlertAction): AlertAction {
  return {
    name: decode.requiredString(wire.name, "actions.name"),
    description: decode.string(wire.description, "actions.description"),
    attributes: attributesOf(wire.attributes, "actions.attributes"),
  };
}

export function toAlertRule(accountId: string, wire: WireAlertRule, unknown: UnknownEnumValues): AlertRule {
  const content = contentOf(wire);
  const { webhook, email, usageBlock, batching } = content;
  const field = "rules.alert-strategy.batching.type";
  return {
    accountId,
    id: decode.requiredString(wire["rule-id"], "rules.rule-id"),
    name: decode.string(wire["rule-name"], "rules.rule-name"),
    eventName: decode.string(wire["event-name"], "rules.event-name"),
    isEnabled: decode.boolean(wire.enabled, "rules.enabled"),
    createdAt: decode.date(wire["date-added"], "rules.date-added", unknown),
    updatedAt: decode.date(wire["date-updated"], "rules.date-updated", unknown),
    conditions: content.conditions.map(({ attribute, operator, value }) => ({
      attribute: attribute || null,
      operator: decode.enumValue(operator, OPERATORS, "rules.conditions.condition-operator", unknown) as AlertOperator,
      rawOperator: operator || null,
      value: value || null,
    })),
    webhook: webhook
      ? { url: webhook.url, accessTokenKey: webhook.tokenKey, hasAccessToken: webhook.token.kind !== "none" }
      : null,
    email: email ?? null,
    usageBlockPeriod: usageBlock?.period ?? null,
    batching: batching
      ? {
          type: decode.enumValue(batching.type, BATCHING, field, unknown) as AlertBatchingType,
          rawType: batching.type,
          times: [...batching.times],
        }
      : null,
  };
}

export function toAlert(accountId: string, wire: WireAlert, unknown: UnknownEnumValues): Alert {
  return {
    accountId,
    id: decode.requiredString(wire.id, "alerts.id"),
    ruleId: decode.id(wire["rule-id"], "alerts.rule-id"),
    createdAt: decode.date(wire["date-added"], "alerts.date-added", unknown),
    areAllActionsComplete: decode.boolean(wire["all-actions-complete"], "alerts.all-actions-complete"),
    actions: decode.rows(wire.actions, "alerts.actions").map((action) => toRun(action as Loose, unknown)),
  };
}

/** The three kinds of actions differ in `details` only; each member is decoded where it is. */
type Loose = Readonly<Record<string, unknown>>;

function toRun(action: Loose, unknown: UnknownEnumValues): AlertRun {
  const details: Loose = decode.isRecord(action.details) ? action.details : {};
  const detail = (name: string) => decode.string(details[name], `alerts.actions.details.${name}`);
  return {
    type: decode.enumValue(action.type, RUN_TYPES, "alerts.actions.type", unknown) as AlertActionType | null,
    rawType: decode.string(action.type, "alerts.actions.type"),
    eventIds: decode
      .list(action["event-ids"] as readonly unknown[] | undefined, "alerts.actions.event-ids")
      .flatMap((id) => decode.id(id, "alerts.actions.event-ids") ?? []),
    firedAt: decode.date(action["fire-date"], "alerts.actions.fire-date", unknown),
    isSuccessful: decode.boolean(action.success, "alerts.actions.success"),
    url: detail("url"),
    payload: decode.isRecord(details.payload) ? toPayload(details.payload, unknown) : null,
    ...{ to: detail("to"), cc: detail("cc"), bcc: detail("bcc") },
    ...{ requestId: detail("request-id"), subscriptionId: detail("subscription-id") },
  };
}

function toPayload(payload: Loose, unknown: UnknownEnumValues): AlertPayload {
  const at = (name: string) => `alerts.actions.details.payload.${name}`;
  return {
    alertId: decode.id(payload["alert-id"], at("alert-id")),
    sentAt: decode.date(payload["alert-message-date"], at("alert-message-date"), unknown),
    ruleId: decode.id(payload["rule-id"], at("rule-id")),
    ruleName: decode.string(payload["rule-name"], at("rule-name")),
    eventName: decode.string(payload["event-name"], at("event-name")),
    accountId: decode.id(payload.account, at("account")),
    events: decode.rows(payload.events as readonly Loose[] | undefined, at("events")).map((event) => {
      const data: Loose = decode.isRecord(event.data) ? event.data : {};
      return {
        eventId: decode.id(event.id, at("events.id")),
        subscriptionId: decode.id(data["subscription-id"], at("events.data.subscription-id")),
        newState: decode.string(data["new-state"], at("events.data.new-state")),
        oldState: decode.string(data["old-state"], at("events.data.old-state")),
        at: decode.date(data["exact-date-time"], at("events.data.exact-date-time"), unknown),
      };
    }),
  };
}

export function toRulePayload(accountId: string, result: RuleResult): AlertRulePayload {
  return {
    accountId,
    outcome: AlertRuleOutcome[result.outcome],
    reason: result.reason === undefined ? null : AlertRuleReason[result.reason],
    field: result.field ?? null,
    message: result.message ?? null,
    ruleId: result.ruleId ?? null,
  };
}
