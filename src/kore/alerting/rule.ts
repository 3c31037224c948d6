import { type WireAlertRule, type WireAlertRuleInput } from "../api/alerting.ts";
import { boolean, id, isRecord, requiredString, rows, list, string } from "../decoding/decode.ts";

/** An alert rule as it is written. Absent actions are not taken. */
export interface RuleContent {
  name: string;
  eventName: string;
  isEnabled: boolean;
  /** Joined by AND. */
  conditions: readonly { attribute: string; operator: string; value: string }[];
  webhook?: { url: string; tokenKey: string | null; token: Token } | undefined;
  email?: { to: string; cc: string | null; bcc: string | null } | undefined;
  usageBlock?: { period: string } | undefined;
  batching?: { type: string; times: readonly string[] } | undefined;
  /** Actions that this graph does not know, as they came: KORE replaces a rule as a whole, and they must stay. */
  otherActions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The access token of a rule's webhook. KORE does not state whether its list shows tokens; `own`: this deployment's, which
 * replies have redacted; `hidden`: KORE shows that there is one, and masks it.
 */
type Token = { kind: "none" | "own" | "hidden" } | { kind: "given"; value: string };

/** The mark of a redacted secret of ours, see `KnownSecrets`. */
const REDACTED = "[credential]";

function tokenOf(shown: string | null, key: string | null): Token {
  if (shown === null) return { kind: key === null ? "none" : "hidden" };
  if (shown.includes(REDACTED)) return { kind: "own" };
  return /^[*•xX.]+$/.test(shown) ? { kind: "hidden" } : { kind: "given", value: shown };
}

/** @throws KoreError `contract` */
export function contentOf(rule: WireAlertRule): RuleContent {
  // KORE's sample has an unused action as "" in place of an object, and its history spells block-Usage.
  const actions = Object.entries<unknown>(isRecord(rule.actions) ? rule.actions : {}).flatMap(([name, content]) =>
    isRecord(content) ? [[name, content] as const] : [],
  );
  const action = (wanted: string) => actions.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const [webhook, email, usageBlock] = [action("webhook"), action("email"), action("block-usage")];
  const otherActions = actions.filter(([name]) => !KNOWN_ACTIONS.has(name.toLowerCase()));
  const strategy: unknown = rule["alert-strategy"];
  const batching: unknown = isRecord(strategy) ? strategy.batching : undefined;
  const url = webhook && string(webhook["webhook-url"], "rules.actions.webhook.webhook-url");
  const to = email && string(email.to, "rules.actions.email.to");
  const period = usageBlock && string(usageBlock.period, "rules.actions.block-usage.period");
  const type = isRecord(batching) ? string(batching.type, "rules.alert-strategy.batching.type") : null;
  return {
    name: string(rule["rule-name"], "rules.rule-name") ?? "",
    eventName: string(rule["event-name"], "rules.event-name") ?? "",
    isEnabled: boolean(rule.enabled, "rules.enabled") ?? false,
    conditions: rows(rule.conditions, "rules.conditions").map((condition) => ({
      attribute: string(condition["attribute-name"], "rules.conditions.attribute-name") ?? "",
      operator: string(condition["condition-operator"], "rules.conditions.condition-operator") ?? "",
      value: string(condition["attribute-value"], "rules.conditions.attribute-value") ?? "",
    })),
    ...(webhook && url && { webhook: { url, ...tokenParts(webhook) } }),
    ...(email && to && { email: { to, ...copiesOf(email) } }),
    ...(period && { usageBlock: { period } }),
    ...(isRecord(batching) && type !== null && { batching: { type, times: timesOf(batching.times) } }),
    ...(otherActions.length > 0 && { otherActions: Object.fromEntries(otherActions) }),
  };
}

const KNOWN_ACTIONS: ReadonlySet<string> = new Set(["webhook", "email", "block-usage"]);

function tokenParts(webhook: Readonly<Record<string, unknown>>) {
  const tokenKey = id(webhook["access-token-key"], "rules.actions.webhook.access-token-key");
  const shown = string(webhook["access-token"], "rules.actions.webhook.access-token");
  return { tokenKey, token: tokenOf(shown, tokenKey) };
}

const copiesOf = (email: Readonly<Record<string, unknown>>) => ({
  cc: string(email.cc, "rules.actions.email.cc"),
  bcc: string(email.bcc, "rules.actions.email.bcc"),
});

function timesOf(times: unknown): string[] {
  return list(times as readonly unknown[] | null | undefined, "rules.alert-strategy.batching.times").map((time) =>
    requiredString(time, "rules.alert-strategy.batching.times"),
  );
}

/**
 * The rule in KORE's form.
 *
 * @param ownToken this deployment's access token
 * @returns undefined for a webhook whose token is not known
 */
export function bodyOf(rule: RuleContent, ownToken: string | undefined): WireAlertRuleInput | undefined {
  const { name, eventName, isEnabled, conditions, webhook, email, usageBlock, batching } = rule;
  const token = webhook && valueOf(webhook.token, ownToken);
  if (token === undefined && webhook) return undefined;
  return {
    "rule-name": name,
    "event-name": eventName,
    enabled: isEnabled,
    conditions: conditions.map(({ attribute, operator, value }) => ({
      "attribute-name": attribute,
      "condition-operator": operator,
      "attribute-value": value,
    })),
    actions: {
      ...rule.otherActions,
      ...(webhook && {
        webhook: {
          "webhook-url": webhook.url,
          ...(token && { "access-token": token }),
          ...(webhook.tokenKey !== null && { "access-token-key": webhook.tokenKey }),
        },
      }),
      ...(email && {
        email: { to: email.to, ...(email.cc && { cc: email.cc }), ...(email.bcc && { bcc: email.bcc }) },
      }),
      ...(usageBlock && { "block-usage": { period: usageBlock.period } }),
    },
    ...(batching && {
      "alert-strategy": {
        batching: {
          type: batching.type as "daily" | "hourly", // KORE's own, or validated as an enum.
          ...(batching.type === "daily" && { times: [...batching.times] }),
        },
      },
    }),
  };
}

/** null: there is none; undefined: it is not known. */
function valueOf(token: Token, ownToken: string | undefined): string | null | undefined {
  if (token.kind === "none") return null;
  if (token.kind === "own") return ownToken;
  return token.kind === "given" ? token.value : undefined;
}

/** Whether two rules are the same. A token that KORE hides is the same only where it was read once for both. */
export function isSameRule(one: RuleContent, other: RuleContent, ownToken: string | undefined): boolean {
  if (one.webhook?.token === other.webhook?.token) return isSameButForToken(one, other);
  const [first, second] = [bodyOf(one, ownToken), bodyOf(other, ownToken)];
  return first !== undefined && second !== undefined && JSON.stringify(first) === JSON.stringify(second);
}

/** Whether two rules are the same as far as KORE shows them. */
export const isSameButForToken = (one: RuleContent, other: RuleContent): boolean =>
  JSON.stringify(bodyOf(withoutToken(one), undefined)) === JSON.stringify(bodyOf(withoutToken(other), undefined));

export const hidesToken = ({ webhook }: RuleContent): boolean => webhook?.token.kind === "hidden";

const withoutToken = (rule: RuleContent): RuleContent =>
  rule.webhook ? { ...rule, webhook: { ...rule.webhook, token: { kind: "none" } } } : rule;
