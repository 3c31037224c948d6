import { auditNameOf, userInputError } from "../../graph/index.ts";
import { type RuleContent, WEBHOOK_EVENTS } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import {
  AlertBatchingType,
  AlertOperator,
  type AlertRule,
  AlertRuleOutcome,
  type AlertRulePayload,
  type InstallWebhookRulePayload,
  type InstalledWebhookRule,
  WebhookRequirement,
} from "./alert-rule.type.ts";
import {
  type AlertBatchingInput,
  type AlertConditionInput,
  type AlertWebhookInput,
  type CreateAlertRuleInput,
  type InstallWebhookRuleInput,
  type UpdateAlertRuleInput,
  WebhookEvent,
} from "./alert.inputs.ts";
import { alertEventsByAccount, alertRulesByAccount } from "./alert.loader.ts";
import { KORE_BATCHING, KORE_OPERATORS, toRulePayload } from "./alert.mapper.ts";

const MAX_CONDITIONS = 100;
const MAX_TIMES = 10;

export async function createAlertRule(input: CreateAlertRuleInput, context: Context): Promise<AlertRulePayload> {
  const { accountId, name, eventName, isEnabled, conditions, webhook, email, usageBlockPeriod, batching } = input;
  checkName(name);
  checkEvent(eventName);
  const rule: RuleContent = {
    ...{ name, eventName, isEnabled: isEnabled ?? true, conditions: toConditions(conditions ?? []) },
    ...(webhook && { webhook: toWebhook(webhook, undefined) }),
    ...(email && { email: { to: email.to, cc: email.cc ?? null, bcc: email.bcc ?? null } }),
    ...(usageBlockPeriod && { usageBlock: { period: usageBlockPeriod } }),
    ...(batching && { batching: toBatching(batching) }),
  };
  checkActions(rule);
  const result = await context.alertRules.create(accountId, rule, writeContextOf(context));
  return afterwards(toRulePayload(accountId, result), context);
}

export function updateAlertRule(input: UpdateAlertRuleInput, context: Context): Promise<AlertRulePayload> {
  const { name, eventName, isEnabled, conditions, webhook, email, usageBlockPeriod, batching } = input;
  if (typeof name === "string") checkName(name);
  if (typeof eventName === "string") checkEvent(eventName);
  if (webhook) toWebhook(webhook, undefined); // Refuses invalid ones before any KORE call.
  const wantedConditions = conditions ? toConditions(conditions) : undefined;
  const wantedBatching = batching ? toBatching(batching) : undefined;
  return changeRule(input, context, (present) => {
    const rule: RuleContent = {
      ...present,
      ...{ name: name ?? present.name, eventName: eventName ?? present.eventName },
      ...{ isEnabled: isEnabled ?? present.isEnabled, conditions: wantedConditions ?? present.conditions },
      ...(webhook !== undefined && { webhook: webhook ? toWebhook(webhook, present.webhook) : undefined }),
      ...(email !== undefined && {
        email: email ? { to: email.to, cc: email.cc ?? null, bcc: email.bcc ?? null } : undefined,
      }),
      ...(usageBlockPeriod !== undefined && {
        usageBlock: usageBlockPeriod ? { period: usageBlockPeriod } : undefined,
      }),
      ...(batching !== undefined && { batching: wantedBatching }),
    };
    checkActions(rule);
    return rule;
  });
}

export function enableAlertRule(
  ref: { accountId: string; id: string },
  isEnabled: boolean,
  context: Context,
): Promise<AlertRulePayload> {
  return changeRule(ref, context, (present) => ({ ...present, isEnabled }));
}

async function changeRule(
  { accountId, id }: { accountId: string; id: string },
  context: Context,
  change: (present: RuleContent) => RuleContent,
): Promise<AlertRulePayload> {
  const result = await context.alertRules.update({ accountId, id }, change, writeContextOf(context));
  return afterwards(toRulePayload(accountId, result), context);
}

const KORE_EVENTS = {
  [WebhookEvent.SUBSCRIPTION_STATE_CHANGED]: WEBHOOK_EVENTS.stateChanged,
  [WebhookEvent.PROVISIONING_REQUEST_STATUS_CHANGED]: WEBHOOK_EVENTS.provisioningStatusChanged,
  [WebhookEvent.SMS_FROM_SIM]: WEBHOOK_EVENTS.smsFromDevice,
  [WebhookEvent.SMS_STATUS_CHANGED]: WEBHOOK_EVENTS.smsToDevice,
} as const satisfies Record<WebhookEvent, string>;

/**
 * Installs the rules by which KORE sends events of an account to this graph: a rule for an event that sends to its address is
 * taken and enabled, whatever its name; where there is none, one is created.
 */
export async function installWebhookRule(
  { accountId, events }: InstallWebhookRuleInput,
  context: Context,
): Promise<InstallWebhookRulePayload> {
  const names = [...new Set(events ?? Object.values(WebhookEvent))].map((event) => KORE_EVENTS[event]);
  if (names.length === 0) throw userInputError("input.events: must name at least one");
  const offered = await alertEventsByAccount(context).load(accountId);
  const rules = [...(await alertRulesByAccount(context).load(accountId)).values()];
  const installed: InstalledWebhookRule[] = [];
  for (const eventName of names) {
    const event = offered.find(({ name }) => name === eventName);
    const missing = [...missingHere(context), ...missingAtKore(event)];
    const rule = bestOf(rules.filter((one) => one.eventName === eventName && isOwn(one, context)));
    const isPossible = !missing.some((requirement) => BLOCKING.has(requirement));
    const payload = isPossible
      ? await installOne(accountId, eventName, rule, context)
      : { ...nothingWritten(accountId), ruleId: rule?.id ?? null };
    const stillNeeded = [
      ...missing,
      ...(isPossible && !INSTALLED.has(payload.outcome) ? [WebhookRequirement.RULE] : []),
      ...(rule?.batching ? [WebhookRequirement.UNBATCHED_RULE] : []),
    ];
    const message = payload.message ?? elsewhereOf(rules, eventName, context);
    installed.push({ ...payload, message, eventName, stillNeeded });
  }
  return afterwards({ rules: installed }, context);
}

/** Requirements without which no rule is written. Without an access token the signature may prove webhooks. */
const BLOCKING: ReadonlySet<WebhookRequirement> = new Set([
  WebhookRequirement.WEBHOOK_URL,
  WebhookRequirement.HTTPS_URL,
  WebhookRequirement.EVENT_NOT_OFFERED,
  WebhookRequirement.ACTION_NOT_OFFERED,
]);

const INSTALLED: ReadonlySet<AlertRuleOutcome> = new Set([
  AlertRuleOutcome.DONE,
  AlertRuleOutcome.ALREADY_SATISFIED,
  AlertRuleOutcome.ADOPTED,
]);

/** Of several rules that send the same events, one that does so already: enabling another would send each event twice. */
const bestOf = (rules: readonly AlertRule[]): AlertRule | undefined =>
  rules.find(({ isEnabled, batching }) => isEnabled === true && !batching) ??
  rules.find(({ isEnabled }) => isEnabled === true) ??
  rules[0];

function missingHere({ settings: { webhook, mode } }: Context): WebhookRequirement[] {
  if (!webhook) return [WebhookRequirement.WEBHOOK_URL];
  const isReachable = webhook.url.startsWith("https:") || mode === "simulator";
  return [
    ...(isReachable ? [] : [WebhookRequirement.HTTPS_URL]),
    ...(webhook.tokenKey === null ? [WebhookRequirement.ACCESS_TOKEN] : []),
  ];
}

/** An event without a list of actions is taken to offer the webhook: KORE requires no field of its replies. */
function missingAtKore(event: { actions: readonly string[] } | undefined): WebhookRequirement[] {
  if (!event) return [WebhookRequirement.EVENT_NOT_OFFERED];
  const isOffered = event.actions.length === 0 || event.actions.some((name) => name.toLowerCase() === "webhook");
  return isOffered ? [] : [WebhookRequirement.ACTION_NOT_OFFERED];
}

/** Whether a rule sends each event of its kind to this graph. */
function isOwn({ webhook, conditions }: AlertRule, { settings }: Context): boolean {
  return webhook !== null && webhook.url === settings.webhook?.url && conditions.length === 0;
}

async function installOne(
  accountId: string,
  eventName: string,
  rule: AlertRule | undefined,
  context: Context,
): Promise<AlertRulePayload> {
  const { url = "", tokenKey = null } = context.settings.webhook ?? {};
  const webhook: RuleContent["webhook"] = { url, tokenKey, token: { kind: tokenKey === null ? "none" : "own" } };
  const writeContext = writeContextOf(context);
  if (rule) {
    const ref = { accountId, id: rule.id };
    const change = (present: RuleContent) => ({ ...present, isEnabled: true, webhook });
    return toRulePayload(accountId, await context.alertRules.update(ref, change, writeContext));
  }
  const content = { name: ownNameOf(eventName, url), eventName, isEnabled: true, conditions: [], webhook };
  return toRulePayload(accountId, await context.alertRules.create(accountId, content, writeContext));
}

/** It holds the address, since rules of other deployments must not have the same name. */
function ownNameOf(eventName: string, url: string): string {
  const { host, pathname } = new URL(url);
  return `${namePrefixOf(eventName)}${host}${pathname}`;
}

const namePrefixOf = (eventName: string) => `kore-graph: ${eventName} to `;

/** Names enabled rules that a graph has created for another address, be it a former one of this graph or another graph's. */
function elsewhereOf(rules: readonly AlertRule[], eventName: string, { settings }: Context): string | null {
  const prefix = namePrefixOf(eventName);
  const found = rules.filter(({ name, isEnabled, webhook }) => {
    const isElsewhere = webhook !== null && webhook.url !== settings.webhook?.url;
    return isEnabled === true && isElsewhere && name?.startsWith(prefix) === true;
  });
  if (found.length === 0) return null;
  const ids = found.map(({ id }) => id).join(", ");
  return `KORE also sends the event to another address, by rules named "${prefix}…": ${ids}. Disable those of a former \`KORE_WEBHOOK_URL\`.`;
}

const nothingWritten = (accountId: string): AlertRulePayload => ({
  ...{ accountId, outcome: AlertRuleOutcome.REJECTED, reason: null, field: null, ruleId: null },
  message: "Nothing was written: see `stillNeeded`.",
});

const writeContextOf = ({ caller, writer, instrumentation }: Context) => ({
  who: auditNameOf(caller),
  requester: { kore: writer.alerting, requestId: instrumentation.requestId },
});

/** Clears the loaders, so that later fields read after the write. */
function afterwards<Payload>(payload: Payload, context: Context): Payload {
  context.loaders.clear();
  return payload;
}

/** A name that KORE might normalize could not be found after a lost reply. */
function checkName(name: string): void {
  if (name !== "" && name.length <= 200 && name === name.trim()) return;
  throw userInputError("input.name: must be 1 to 200 characters, without blanks at its ends");
}

function checkEvent(name: string): void {
  if (name.trim() === "" || name.length > 200) throw userInputError("input.eventName: must be 1 to 200 characters");
}

function checkActions({ webhook, email, usageBlock }: RuleContent): void {
  if (!webhook && !email && !usageBlock) {
    throw userInputError("input: needs at least one of webhook, email and usageBlockPeriod");
  }
}

function toConditions(conditions: readonly AlertConditionInput[]): RuleContent["conditions"] {
  if (conditions.length > MAX_CONDITIONS) throw userInputError(`input.conditions: at most ${MAX_CONDITIONS}`);
  return conditions.map(({ attribute, operator, values }, place) => {
    const field = `input.conditions[${place}]`;
    if (attribute.trim() === "") throw userInputError(`${field}.attribute: must not be empty`);
    if (operator === AlertOperator.UNKNOWN) throw userInputError(`${field}.operator: UNKNOWN is no operator to give`);
    const isList = operator === AlertOperator.IN || operator === AlertOperator.NOT_IN;
    if (values.length === 0 || (values.length > 1 && !isList)) {
      throw userInputError(`${field}.values: must be one, or one or more with IN and NOT_IN`);
    }
    if (isList && values.some((value) => value.includes(","))) {
      throw userInputError(`${field}.values: may hold no comma with IN and NOT_IN, since KORE joins them by commas`);
    }
    return { attribute, operator: KORE_OPERATORS[operator], value: values.join(",") };
  });
}

function toWebhook(
  { url, accessTokenKey, accessToken }: AlertWebhookInput,
  present: RuleContent["webhook"],
): RuleContent["webhook"] & {} {
  if (!URL.canParse(url) || new URL(url).protocol !== "https:") {
    throw userInputError("input.webhook.url: must be an https address");
  }
  const tokenKey = accessTokenKey ?? null;
  if (accessToken === "") throw userInputError("input.webhook.accessToken: must not be empty");
  if (typeof accessToken === "string" && tokenKey === null) {
    throw userInputError("input.webhook.accessTokenKey: is needed with accessToken");
  }
  if (typeof accessToken === "string") return { url, tokenKey, token: { kind: "given", value: accessToken } };
  // A token is not kept for another address: its owner would get it.
  const isKept = present !== undefined && present.url === url && present.tokenKey === tokenKey;
  if (isKept) return present;
  return { url, tokenKey, token: { kind: tokenKey === null ? "none" : "hidden" } };
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

function toBatching({ type, times }: AlertBatchingInput): RuleContent["batching"] & {} {
  if (type === AlertBatchingType.UNKNOWN) throw userInputError("input.batching.type: UNKNOWN is no type to give");
  const given = times ?? [];
  const isDaily = type === AlertBatchingType.DAILY;
  if (isDaily ? given.length < 1 || given.length > MAX_TIMES : given.length > 0) {
    throw userInputError(`input.batching.times: must be 1 to ${MAX_TIMES} with DAILY, none with HOURLY`);
  }
  if (!given.every((time) => TIME.test(time))) {
    throw userInputError("input.batching.times: must be times of the day such as 08:30:00");
  }
  return { type: KORE_BATCHING[type], times: given };
}
