import { Field, ID, InputType, registerEnumType } from "type-graphql";
import { DateTime, EmailAddress } from "../../graph/index.ts";
import { AlertBatchingType, AlertOperator } from "./alert-rule.type.ts";

@InputType({ description: "A condition of an alert rule." })
export class AlertConditionInput {
  @Field(() => String, { description: "An attribute of the event, see `AlertEvent.attributes`." })
  attribute!: string;

  @Field(() => AlertOperator, { description: "The comparison; not UNKNOWN." })
  operator!: AlertOperator;

  @Field(() => [String], { description: "The value; several with IN and NOT_IN, which may hold no comma." })
  values!: string[];
}

@InputType({ description: "A webhook for a rule to send." })
export class AlertWebhookInput {
  @Field(() => String, { description: "Its address: HTTPS, since KORE sends to no other." })
  url!: string;

  @Field(() => String, {
    nullable: true,
    description: "KORE's access-token-key: the name under which the token is sent.",
  })
  accessTokenKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The token. When a rule is updated and its address and key stay, the token that it has is kept by default. No answer shows it.",
  })
  accessToken?: string | null;
}

@InputType({ description: "An e-mail for a rule to send." })
class AlertEmailInput {
  @Field(() => EmailAddress, { description: "Its recipient." })
  to!: string;

  @Field(() => EmailAddress, { nullable: true, description: "Recipient of its copy." })
  cc?: string | null;

  @Field(() => EmailAddress, { nullable: true, description: "Recipient of its blind copy." })
  bcc?: string | null;
}

@InputType({ description: "When to send a rule's alerts together." })
export class AlertBatchingInput {
  @Field(() => AlertBatchingType, { description: "Each hour, or at times of the day; not UNKNOWN." })
  type!: AlertBatchingType;

  @Field(() => [String], {
    nullable: true,
    description: "With DAILY: 1 to 10 times such as 08:30:00. KORE states no time zone.",
  })
  times?: string[] | null;
}

@InputType()
abstract class AlertRuleFields {
  @Field(() => [AlertConditionInput], { nullable: true, description: "Conditions, all of which must hold." })
  conditions?: AlertConditionInput[] | null;

  @Field(() => AlertWebhookInput, { nullable: true, description: "The webhook to send." })
  webhook?: AlertWebhookInput | null;

  @Field(() => AlertEmailInput, { nullable: true, description: "The e-mail to send." })
  email?: AlertEmailInput | null;

  @Field(() => String, {
    nullable: true,
    description: "The period for which to block usage; KORE does not state its values.",
  })
  usageBlockPeriod?: string | null;

  @Field(() => AlertBatchingInput, {
    nullable: true,
    description: "When to send alerts together. Default: each at once.",
  })
  batching?: AlertBatchingInput | null;
}

@InputType({ description: "A new alert rule. It takes at least one action." })
export class CreateAlertRuleInput extends AlertRuleFields {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => String, {
    description:
      "Its name, 1 to 200 characters without blanks at its ends. It identifies the rule in its account: a repetition creates no second one.",
  })
  name!: string;

  @Field(() => String, { description: "The event, see `Account.alertEvents`." })
  eventName!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: "Whether it reacts." })
  isEnabled?: boolean | null;
}

@InputType({
  description: "Changes of an alert rule. Omitted fields stay; an action, or `batching`, that is null is removed.",
})
export class UpdateAlertRuleInput extends AlertRuleFields {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's rule-id." })
  id!: string;

  @Field(() => String, { nullable: true, description: "A new name, 1 to 200 characters without blanks at its ends." })
  name?: string | null;

  @Field(() => String, { nullable: true, description: "Another event, see `Account.alertEvents`." })
  eventName?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Whether it reacts." })
  isEnabled?: boolean | null;
}

@InputType()
abstract class AlertRuleSelector {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's rule-id." })
  id!: string;
}

@InputType({ description: "An alert rule to enable." })
export class EnableAlertRuleInput extends AlertRuleSelector {}

@InputType({ description: "An alert rule to disable. KORE cannot delete rules." })
export class DisableAlertRuleInput extends AlertRuleSelector {}

export enum WebhookEvent {
  SUBSCRIPTION_STATE_CHANGED = "SUBSCRIPTION_STATE_CHANGED",
  PROVISIONING_REQUEST_STATUS_CHANGED = "PROVISIONING_REQUEST_STATUS_CHANGED",
  SMS_FROM_SIM = "SMS_FROM_SIM",
  SMS_STATUS_CHANGED = "SMS_STATUS_CHANGED",
}
registerEnumType(WebhookEvent, {
  name: "WebhookEvent",
  description: "Events of KORE's that live updates of this graph use.",
  valuesConfig: {
    SUBSCRIPTION_STATE_CHANGED: { description: "For `subscriptionStateChanged`." },
    PROVISIONING_REQUEST_STATUS_CHANGED: { description: "For `provisioningRequestUpdated`, which then polls at once." },
    SMS_FROM_SIM: { description: "For `accountEvents`." },
    SMS_STATUS_CHANGED: { description: "For `smsStatusChanged`." },
  },
});

@InputType({ description: "Rules by which KORE sends events to this graph." })
export class InstallWebhookRuleInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => [WebhookEvent], { nullable: true, description: "The events. Default: all." })
  events?: WebhookEvent[] | null;
}

@InputType({ description: "Filter of alerts. KORE keeps 15 days." })
export class AlertFilter {
  @Field(() => DateTime, { nullable: true, description: "Since the day of this instant in UTC: KORE filters by days." })
  since?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Until the day of this instant in UTC. KORE does not state whether that day counts.",
  })
  until?: Date | null;
}
