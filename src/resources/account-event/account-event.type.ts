import { Field, ID, ObjectType, createUnionType } from "type-graphql";
import { Iccid } from "../../graph/index.ts";
import { AccountEventType, KoreEvent } from "../event/index.ts";
import { SmsStatusChange } from "../sms/index.ts";
import { SimStateChange } from "../subscription/index.ts";

@ObjectType({
  implements: KoreEvent,
  description: "A change of a provisioning request's status.",
  simpleResolvers: true,
})
export class ProvisioningRequestStatusChange extends KoreEvent {
  @Field(() => ID, {
    nullable: true,
    description: "KORE's provisioning-request-id. KORE does not state the event's data; null where it lacks the id.",
  })
  provisioningRequestId!: string | null;
}

@ObjectType({
  implements: KoreEvent,
  description: "A text that a SIM has sent. KORE does not state the event's data: fields that it lacks are null.",
  simpleResolvers: true,
})
export class SmsFromSim extends KoreEvent {
  @Field(() => ID, { nullable: true, description: "KORE's mid, as `SmsMessage.id`." })
  mid!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid!: string | null;

  @Field(() => String, { nullable: true, description: "The SIM's telephone number, as KORE writes it." })
  msisdn!: string | null;

  @Field(() => String, { nullable: true, description: "The short code that it was sent to." })
  shortCode!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's detail as it came; its meaning is not stated." })
  detail!: string | null;
}

@ObjectType({
  implements: KoreEvent,
  description: "An alert of a rule whose data KORE does not state, or one that cannot be read; see `data`.",
  simpleResolvers: true,
})
class OtherEvent extends KoreEvent {}

const MEMBERS = {
  [AccountEventType.SUBSCRIPTION_STATE_CHANGED]: SimStateChange,
  [AccountEventType.PROVISIONING_REQUEST_STATUS_CHANGED]: ProvisioningRequestStatusChange,
  [AccountEventType.SMS_FROM_SIM]: SmsFromSim,
  [AccountEventType.SMS_STATUS_CHANGED]: SmsStatusChange,
  [AccountEventType.OTHER]: OtherEvent,
};

export const AccountEvent = createUnionType({
  name: "AccountEvent",
  description: "An event of any kind that KORE delivers. All are `KoreEvent`.",
  types: () => Object.values(MEMBERS),
  resolveType: ({ type }) => MEMBERS[type],
});
