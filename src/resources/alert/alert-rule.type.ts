import { Directive, Field, ID, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { Costs, DateTime, listOf } from "../../graph/index.ts";

export enum AlertOperator {
  EQUAL = "EQUAL",
  NOT_EQUAL = "NOT_EQUAL",
  LESS = "LESS",
  LESS_OR_EQUAL = "LESS_OR_EQUAL",
  GREATER = "GREATER",
  GREATER_OR_EQUAL = "GREATER_OR_EQUAL",
  IN = "IN",
  NOT_IN = "NOT_IN",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(AlertOperator, {
  name: "AlertOperator",
  description: "How a condition compares an attribute of the event with a value.",
  valuesConfig: {
    EQUAL: { description: "KORE's `==`." },
    NOT_EQUAL: { description: "KORE's `!=`." },
    LESS: { description: "KORE's `<`." },
    LESS_OR_EQUAL: { description: "KORE's `<=`." },
    GREATER: { description: "KORE's `>`." },
    GREATER_OR_EQUAL: { description: "KORE's `>=`." },
    IN: { description: "KORE's `in`: one of several values, joined by commas." },
    NOT_IN: { description: "KORE's `not in`: none of several values, joined by commas." },
    UNKNOWN: { description: "An operator that this graph does not know; see `rawOperator`." },
  },
});

export enum AlertBatchingType {
  HOURLY = "HOURLY",
  DAILY = "DAILY",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(AlertBatchingType, {
  name: "AlertBatchingType",
  description: "When a rule's alerts are sent together.",
  valuesConfig: {
    HOURLY: { description: "Each hour." },
    DAILY: { description: "At the given times of each day." },
    UNKNOWN: { description: "A type that this graph does not know; see `rawType`." },
  },
});

@ObjectType({ description: "A condition of an alert rule.", simpleResolvers: true })
export class AlertCondition {
  @Field(() => String, { nullable: true, description: "An attribute of the event, see `AlertEvent.attributes`." })
  attribute!: string | null;

  @Field(() => AlertOperator, { nullable: true, description: "The comparison." })
  operator!: AlertOperator | null;

  @Field(() => String, { nullable: true, description: "KORE's condition-operator as it came." })
  rawOperator!: string | null;

  @Field(() => String, { nullable: true, description: "The value; several are joined by commas." })
  value!: string | null;
}

@ObjectType({ description: "A webhook that a rule sends. Its access token is no field of it.", simpleResolvers: true })
export class AlertWebhook {
  @Field(() => String, { description: "Its address." })
  url!: string;

  @Field(() => String, {
    nullable: true,
    description: "KORE's access-token-key: the name under which the token is sent.",
  })
  accessTokenKey!: string | null;

  @Field(() => Boolean, { description: "Whether it has an access token." })
  hasAccessToken!: boolean;
}

@ObjectType({ description: "An e-mail that a rule sends.", simpleResolvers: true })
export class AlertEmail {
  @Field(() => String, { description: "Recipients, as KORE writes them." })
  to!: string;

  @Field(() => String, { nullable: true, description: "Recipients of copies." })
  cc!: string | null;

  @Field(() => String, { nullable: true, description: "Recipients of blind copies." })
  bcc!: string | null;
}

@ObjectType({ description: "When a rule's alerts are sent together.", simpleResolvers: true })
export class AlertBatching {
  @Field(() => AlertBatchingType, { nullable: true, description: "Each hour, or at times of the day." })
  type!: AlertBatchingType | null;

  @Field(() => String, { nullable: true, description: "KORE's type as it came." })
  rawType!: string | null;

  @Field(() => [String], { description: "Times of the day, such as 08:30:00; KORE states no time zone." })
  times!: string[];
}

@Directive('@key(fields: "accountId id")')
@ObjectType({ description: "A rule by which KORE reacts to events of an account.", simpleResolvers: true })
export class AlertRule {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's rule-id." })
  id!: string;

  @Field(() => String, { nullable: true, description: "Its name." })
  name!: string | null;

  @Field(() => String, { nullable: true, description: "The event that it reacts to." })
  eventName!: string | null;

  @Field(() => Boolean, { nullable: true, description: "Whether it reacts." })
  isEnabled!: boolean | null;

  @Field(() => DateTime, { nullable: true, description: "When it was created. KORE states no time zone; read as UTC." })
  createdAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "When it was changed. KORE states no time zone; read as UTC." })
  updatedAt!: Date | null;

  @Costs(listOf(10))
  @Field(() => [AlertCondition], { description: "Conditions, all of which must hold." })
  conditions!: AlertCondition[];

  @Field(() => AlertWebhook, { nullable: true, description: "The webhook that it sends." })
  webhook!: AlertWebhook | null;

  @Field(() => AlertEmail, { nullable: true, description: "The e-mail that it sends." })
  email!: AlertEmail | null;

  @Field(() => String, {
    nullable: true,
    description: "The period for which it blocks usage; KORE does not state its values.",
  })
  usageBlockPeriod!: string | null;

  @Field(() => AlertBatching, { nullable: true, description: "When its alerts are sent together; null: each at once." })
  batching!: AlertBatching | null;
}

export enum AlertRuleOutcome {
  DONE = "DONE",
  ALREADY_SATISFIED = "ALREADY_SATISFIED",
  ADOPTED = "ADOPTED",
  REJECTED = "REJECTED",
  OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN",
}
registerEnumType(AlertRuleOutcome, {
  name: "AlertRuleOutcome",
  description: "The outcome of writing an alert rule.",
  valuesConfig: {
    DONE: { description: "It is done." },
    ALREADY_SATISFIED: { description: "The rule is as wanted: nothing was written." },
    ADOPTED: { description: "It was created, KORE's reply was lost, and the rule was found in KORE's list." },
    REJECTED: { description: "Nothing was written, or KORE refused; see `reason`." },
    OUTCOME_UNKNOWN: { description: "Whether it was written could not be found out; see `message`." },
  },
});

export enum AlertRuleReason {
  NAME_TAKEN = "NAME_TAKEN",
  NOT_FOUND = "NOT_FOUND",
  NOT_PERMITTED = "NOT_PERMITTED",
  TOKEN_NEEDED = "TOKEN_NEEDED",
  KORE_REFUSED = "KORE_REFUSED",
  REPLY_LOST = "REPLY_LOST",
}
registerEnumType(AlertRuleReason, {
  name: "AlertRuleReason",
  description: "Why an alert rule was not written, or possibly not.",
  valuesConfig: {
    NAME_TAKEN: { description: "The account has another rule of this name; `ruleId` names it." },
    NOT_FOUND: { description: "The account has no such rule." },
    NOT_PERMITTED: { description: "KORE does not permit it to the credentials of kore-graph." },
    TOKEN_NEEDED: { description: "KORE does not show the access token that the rule has: give it." },
    KORE_REFUSED: { description: "KORE refused the request; `message` has its words." },
    REPLY_LOST: { description: "KORE's reply was lost, and its list does not show whether it was done." },
  },
});

@InterfaceType({ description: "The outcome of writing an alert rule. Each mutation has a payload of its own." })
export abstract class AlertRulePayload {
  accountId!: string;

  @Field(() => AlertRuleOutcome, { description: "The outcome." })
  outcome!: AlertRuleOutcome;

  @Field(() => AlertRuleReason, { nullable: true, description: "Why it was not written, or possibly not." })
  reason!: AlertRuleReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words." })
  message!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's rule-id." })
  ruleId!: string | null;
}

/** Of the payloads of writes. */
const ofWrite = (description: string) =>
  ({ implements: AlertRulePayload, description, simpleResolvers: true }) as const;

@ObjectType(ofWrite("The outcome of creating an alert rule."))
export class CreateAlertRulePayload extends AlertRulePayload {}

@ObjectType(ofWrite("The outcome of updating an alert rule."))
export class UpdateAlertRulePayload extends AlertRulePayload {}

@ObjectType(ofWrite("The outcome of enabling an alert rule."))
export class EnableAlertRulePayload extends AlertRulePayload {}

@ObjectType(ofWrite("The outcome of disabling an alert rule."))
export class DisableAlertRulePayload extends AlertRulePayload {}

export enum WebhookRequirement {
  WEBHOOK_URL = "WEBHOOK_URL",
  HTTPS_URL = "HTTPS_URL",
  ACCESS_TOKEN = "ACCESS_TOKEN",
  EVENT_NOT_OFFERED = "EVENT_NOT_OFFERED",
  ACTION_NOT_OFFERED = "ACTION_NOT_OFFERED",
  RULE = "RULE",
  UNBATCHED_RULE = "UNBATCHED_RULE",
}
registerEnumType(WebhookRequirement, {
  name: "WebhookRequirement",
  description: "A requirement that is not met yet for KORE's webhooks to reach this graph.",
  valuesConfig: {
    WEBHOOK_URL: { description: "`KORE_WEBHOOK_URL` with a credential: without it this graph receives no webhooks." },
    HTTPS_URL: { description: "KORE sends webhooks to HTTPS addresses only, and `KORE_WEBHOOK_URL` is none." },
    ACCESS_TOKEN: {
      description:
        "`KORE_WEBHOOK_ACCESS_TOKEN_KEY` and `KORE_WEBHOOK_ACCESS_TOKENS`: KORE does not state that it signs the webhooks of rules.",
    },
    EVENT_NOT_OFFERED: { description: "KORE does not offer the event to rules of the account." },
    ACTION_NOT_OFFERED: { description: "KORE does not offer the action `webhook` for the event." },
    RULE: { description: "The rule was not written, or possibly not: see `reason` and `message`." },
    UNBATCHED_RULE: { description: "The rule collects its alerts by the hour or day, so that live updates come late." },
  },
});

@ObjectType(ofWrite("The rule by which KORE sends one kind of event to this graph."))
export class InstalledWebhookRule extends AlertRulePayload {
  @Field(() => String, { description: "The event." })
  eventName!: string;

  @Field(() => [WebhookRequirement], { description: "Requirements that are not met yet; empty when events can come." })
  stillNeeded!: WebhookRequirement[];
}

@ObjectType({ description: "The rules by which KORE sends events to this graph.", simpleResolvers: true })
export class InstallWebhookRulePayload {
  @Costs(listOf(10))
  @Field(() => [InstalledWebhookRule], { description: "One for each event." })
  rules!: InstalledWebhookRule[];
}
