import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Costs, DateTime, connectionType, listOf } from "../../graph/index.ts";

export enum AlertActionType {
  WEBHOOK = "WEBHOOK",
  EMAIL = "EMAIL",
  BLOCK_USAGE = "BLOCK_USAGE",
  UNBLOCK_USAGE = "UNBLOCK_USAGE",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(AlertActionType, {
  name: "AlertActionType",
  description: "Kind of an action that an alert has taken.",
  valuesConfig: {
    WEBHOOK: { description: "KORE's `webhook`." },
    EMAIL: { description: "KORE's `email`." },
    BLOCK_USAGE: { description: "KORE's `block-Usage`." },
    UNBLOCK_USAGE: { description: "KORE's `unblock-usage`." },
    UNKNOWN: { description: "A type that this graph does not know; see `rawType`." },
  },
});

@ObjectType({ description: "An attribute of an event or action.", simpleResolvers: true })
export class AlertAttribute {
  @Field(() => String, { nullable: true, description: "Its name, as conditions take it." })
  name!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's description." })
  description!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's type; its values are not stated." })
  type!: string | null;
}

@ObjectType({ description: "A kind of event that rules of an account may name.", simpleResolvers: true })
export class AlertEvent {
  @Field(() => ID, { nullable: true, description: "KORE's event-id." })
  eventId!: string | null;

  @Field(() => String, { description: "KORE's event-name, such as `connectivity.subscription.state.changed`." })
  name!: string;

  @Field(() => String, { nullable: true, description: "KORE's description." })
  description!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's category; its values are not stated." })
  category!: string | null;

  @Costs(listOf(20))
  @Field(() => [AlertAttribute], { description: "Attributes that conditions may compare." })
  attributes!: AlertAttribute[];

  @Field(() => [String], { description: "Names of the actions that a rule for it may take." })
  actions!: string[];

  @Field(() => String, { nullable: true, description: "KORE's default-frequency; its values are not stated." })
  defaultFrequency!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's frequency-attribute." })
  frequencyAttribute!: string | null;

  @Field(() => [String], { description: "KORE's frequencies." })
  frequencies!: string[];
}

@ObjectType({ description: "A kind of action that rules of an account may take.", simpleResolvers: true })
export class AlertAction {
  @Field(() => String, { description: "KORE's name, such as `webhook`." })
  name!: string;

  @Field(() => String, { nullable: true, description: "KORE's description." })
  description!: string | null;

  @Costs(listOf(20))
  @Field(() => [AlertAttribute], { description: "Its attributes." })
  attributes!: AlertAttribute[];
}

@ObjectType({ description: "An event in the body of a webhook, by KORE's sample.", simpleResolvers: true })
export class AlertPayloadEvent {
  @Field(() => ID, { nullable: true, description: "KORE's id of the event." })
  eventId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM." })
  subscriptionId!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's new-state, as it came." })
  newState!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's old-state, as it came." })
  oldState!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it happened." })
  at!: Date | null;
}

@ObjectType({ description: "The body of a webhook that an alert has sent.", simpleResolvers: true })
export class AlertPayload {
  @Field(() => ID, { nullable: true, description: "KORE's alert-id." })
  alertId!: string | null;

  @Field(() => DateTime, { nullable: true, description: "KORE's alert-message-date." })
  sentAt!: Date | null;

  @Field(() => ID, { nullable: true, description: "KORE's rule-id." })
  ruleId!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's rule-name." })
  ruleName!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's event-name." })
  eventName!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's account." })
  accountId!: string | null;

  @Costs(listOf(100))
  @Field(() => [AlertPayloadEvent], { description: "The events. KORE declares no fields of theirs." })
  events!: AlertPayloadEvent[];
}

@ObjectType({
  description: "An action that an alert has taken. KORE's access token is no field of it.",
  simpleResolvers: true,
})
export class AlertRun {
  @Field(() => AlertActionType, { nullable: true, description: "Its kind." })
  type!: AlertActionType | null;

  @Field(() => String, { nullable: true, description: "KORE's type as it came." })
  rawType!: string | null;

  @Field(() => [ID], { description: "Ids of the events." })
  eventIds!: string[];

  @Field(() => DateTime, { nullable: true, description: "KORE's fire-date." })
  firedAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: "KORE's success." })
  isSuccessful!: boolean | null;

  @Field(() => String, { nullable: true, description: "Address of a webhook." })
  url!: string | null;

  @Field(() => AlertPayload, { nullable: true, description: "Body of a webhook." })
  payload!: AlertPayload | null;

  @Field(() => String, { nullable: true, description: "Recipient of an e-mail." })
  to!: string | null;

  @Field(() => String, { nullable: true, description: "Recipient of its copy." })
  cc!: string | null;

  @Field(() => String, { nullable: true, description: "Recipient of its blind copy." })
  bcc!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's request-id of blocked or unblocked usage." })
  requestId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM whose usage is blocked." })
  subscriptionId!: string | null;
}

@Directive('@key(fields: "accountId id")')
@ObjectType({ description: "An alert: events to which a rule has reacted.", simpleResolvers: true })
export class Alert {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's id of the alert." })
  id!: string;

  @Field(() => ID, { nullable: true, description: "KORE's rule-id." })
  ruleId!: string | null;

  @Field(() => DateTime, { nullable: true, description: "KORE's date-added." })
  createdAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: "Whether all actions have ended." })
  areAllActionsComplete!: boolean | null;

  @Costs(listOf(10))
  @Field(() => [AlertRun], { description: "The actions that it has taken." })
  actions!: AlertRun[];
}

export const AlertConnection = connectionType("Alert", Alert);
