import { Field, ID, InterfaceType, registerEnumType } from "type-graphql";
import { type CallerSignal } from "../../common/abort.ts";
import { DateTime } from "../../graph/index.ts";

export enum AccountEventType {
  SUBSCRIPTION_STATE_CHANGED = "SUBSCRIPTION_STATE_CHANGED",
  PROVISIONING_REQUEST_STATUS_CHANGED = "PROVISIONING_REQUEST_STATUS_CHANGED",
  SMS_FROM_SIM = "SMS_FROM_SIM",
  SMS_STATUS_CHANGED = "SMS_STATUS_CHANGED",
  OTHER = "OTHER",
}
registerEnumType(AccountEventType, {
  name: "AccountEventType",
  description: "The kind of an event.",
  valuesConfig: {
    SUBSCRIPTION_STATE_CHANGED: {
      description: "KORE's `connectivity.subscription.state.changed`, as `SimStateChange`.",
    },
    PROVISIONING_REQUEST_STATUS_CHANGED: {
      description: "KORE's `connectivity.provisioning.request.status.changed`, as `ProvisioningRequestStatusChange`.",
    },
    SMS_FROM_SIM: { description: "KORE's `connectivity.smsapi.mobileoriginated`, as `SmsFromSim`." },
    SMS_STATUS_CHANGED: { description: "KORE's `connectivity.smsapi.mobileterminated`, as `SmsStatusChange`." },
    OTHER: { description: "An alert of any other rule, or one whose data cannot be read, as `OtherEvent`." },
  },
});

@InterfaceType({ description: "An event that a webhook of one of KORE's alert rules has delivered." })
export abstract class KoreEvent {
  @Field(() => ID, { description: "The account that it is about." })
  accountId!: string;

  @Field(() => AccountEventType, { description: "Its kind." })
  type!: AccountEventType;

  @Field(() => String, { description: "KORE's event-name." })
  eventName!: string;

  @Field(() => ID, { nullable: true, description: "KORE's id of the event." })
  eventId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's alert-id, of the delivery; one may have many events." })
  alertId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's rule-id, of the alert rule." })
  ruleId!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's rule-name." })
  ruleName!: string | null;

  @Field(() => DateTime, { nullable: true, description: "KORE's alert-message-date, of the delivery." })
  sentAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "When it happened." })
  at!: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      "KORE's data of the event as JSON text, whole: KORE states the fields of `SimStateChange` alone. Null for an alert without events.",
  })
  data!: string | null;
}

/** Publish/subscribe for events, with one topic per account. */
export interface KoreEvents {
  publish(accountId: string, event: KoreEvent): void;
  /**
   * Subscribed before the first read, until `return()` or the signal's abort.
   *
   * @param wants events to receive. @default all
   */
  subscribe(
    accountId: string,
    signal: CallerSignal | undefined,
    wants?: (event: KoreEvent) => boolean,
  ): AsyncIterable<KoreEvent>;
}
