import { InvalidInput, list, object, oneOf, onlyKeys, requiredText, text } from "../http/json-fields.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An alert rule as it was written. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly eventName: string;
  readonly enabled: boolean;
  readonly conditions: readonly Condition[];
  readonly actions: { readonly webhook?: Fields; readonly email?: Fields; readonly "block-usage"?: Fields };
  readonly strategy: Fields | null;
  readonly addedAt: number;
  readonly updatedAt: number;
}

interface Condition {
  readonly "attribute-name": string;
  readonly "condition-operator": Operator;
  readonly "attribute-value": string;
}

const OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"] as const;
type Operator = (typeof OPERATORS)[number];

type RuleInput = Omit<Rule, "id" | "addedAt" | "updatedAt">;

const KEYS = ["rule-name", "event-name", "enabled", "conditions", "actions", "alert-strategy"];

/** Reads a rule's body. OURS: unknown keys are refused, so that a misspelt one is noticed. */
export function readRule(body: unknown, eventNames: readonly string[]): RuleInput {
  const outer = object(body, "the body");
  onlyKeys(outer, KEYS, "the body");
  if (typeof outer["enabled"] !== "boolean") throw new InvalidInput("enabled must be true or false");
  const actions = object(outer["actions"], "actions");
  onlyKeys(actions, ["webhook", "email", "block-usage"], "actions");
  const webhook = action(actions, "webhook", ["webhook-url", "access-token", "access-token-key"]);
  if (webhook && !requiredText(webhook, "webhook-url").startsWith("http")) {
    throw new InvalidInput("webhook-url must be an address"); // OURS: http as well, for receivers on this machine.
  }
  const email = action(actions, "email", ["to", "cc", "bcc"]);
  if (email) requiredText(email, "to");
  const blockUsage = action(actions, "block-usage", ["period"]);
  if (blockUsage) requiredText(blockUsage, "period");
  const strategy = outer["alert-strategy"];
  return {
    name: requiredText(outer, "rule-name"),
    eventName: oneOf(outer["event-name"], eventNames, "event-name"),
    enabled: outer["enabled"],
    conditions: list(outer["conditions"], "conditions").map(condition),
    actions: { ...(webhook && { webhook }), ...(email && { email }), ...(blockUsage && { "block-usage": blockUsage }) },
    strategy: strategy === undefined ? null : object(strategy, "alert-strategy"),
  };
}

function action(actions: Record<string, unknown>, name: string, keys: readonly string[]) {
  if (actions[name] === undefined) return undefined;
  const found = object(actions[name], name);
  onlyKeys(found, keys, name);
  return found;
}

function condition(value: unknown): Condition {
  const given = object(value, "a condition");
  onlyKeys(given, ["attribute-name", "condition-operator", "attribute-value"], "a condition");
  return {
    "attribute-name": requiredText(given, "attribute-name"),
    "condition-operator": oneOf(given["condition-operator"], OPERATORS, "condition-operator"),
    "attribute-value": text(given, "attribute-value") ?? "",
  };
}

/** Whether an event's data fit all conditions. OURS: < and > compare numbers, and an attribute that is absent fits none. */
export function fits(rule: Rule, data: Readonly<Record<string, string>>): boolean {
  return rule.conditions.every((one) => {
    const actual = data[one["attribute-name"]];
    if (actual === undefined) return false;
    const wanted = one["attribute-value"];
    const values = wanted.split(",").map((value) => value.trim());
    switch (one["condition-operator"]) {
      case "==":
        return actual === wanted;
      case "!=":
        return actual !== wanted;
      case "in":
        return values.includes(actual);
      case "not in":
        return !values.includes(actual);
      case "<":
        return Number(actual) < Number(wanted);
      case "<=":
        return Number(actual) <= Number(wanted);
      case ">":
        return Number(actual) > Number(wanted);
      case ">=":
        return Number(actual) >= Number(wanted);
    }
  });
}
