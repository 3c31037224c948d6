import { Field, ID, InputType, Int, registerEnumType } from "type-graphql";
import { DateTime, Iccid, Msisdn } from "../../graph/index.ts";

@InputType({ description: "The SIM that gets a text, by exactly one of its ids." })
export class SmsRecipient {
  @Field(() => ID, { nullable: true, description: "KORE's subscription-id." })
  id?: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid?: string | null;

  @Field(() => Msisdn, {
    nullable: true,
    description: "Its telephone number. KORE advises against it: it can change, and some service types have none.",
  })
  msisdn?: string | null;
}

@InputType({ description: "A text to send to one SIM." })
export class SendSmsInput {
  @Field(() => ID, { description: "The account that the SIM belongs to." })
  accountId!: string;

  @Field(() => SmsRecipient, { description: "The SIM." })
  to!: SmsRecipient;

  @Field(() => String, { description: "The text, not empty. KORE states no longest one; `maxParts` limits it." })
  text!: string;

  @Field(() => String, {
    nullable: true,
    description: "Originating address, 1 to 11 letters and digits. Default: the short code of the SIM's service type.",
  })
  from?: string | null;

  @Field(() => String, {
    description:
      "Idempotency key of yours, 1 to 200 characters, per account. A repetition with the same input never sends again, also after a restart or a lost reply, and returns the outcome; with another input it is refused as REQUEST_KEY_REUSED.",
  })
  requestKey!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 1,
    description: "The most parts that may be sent, 1 to 255; each is charged. A longer text is REJECTED.",
  })
  maxParts?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Check the input, count encoding and parts, and send nothing. No KORE call.",
  })
  dryRun?: boolean | null;
}

export enum SmsDirection {
  TO_SIM = "TO_SIM",
  FROM_SIM = "FROM_SIM",
}
registerEnumType(SmsDirection, {
  name: "SmsDirection",
  description: "Direction of a text.",
  valuesConfig: {
    TO_SIM: { description: "Sent to a SIM (mobile terminated)." },
    FROM_SIM: { description: "Sent by a SIM (mobile originated)." },
  },
});

export enum SmsOrder {
  NEWEST_FIRST = "NEWEST_FIRST",
  OLDEST_FIRST = "OLDEST_FIRST",
}
registerEnumType(SmsOrder, {
  name: "SmsOrder",
  description: "Order of texts by the date of sending or receiving.",
  valuesConfig: {
    NEWEST_FIRST: { description: "The newest first." },
    OLDEST_FIRST: { description: "The oldest first." },
  },
});

@InputType({ description: "Filter of texts. All conditions must hold." })
export class SmsMessageFilter {
  @Field(() => Iccid, { nullable: true, description: "Of this SIM. Not together with `msisdn`." })
  iccid?: string | null;

  @Field(() => Msisdn, { nullable: true, description: "To or from this telephone number. Not together with `iccid`." })
  msisdn?: string | null;

  @Field(() => SmsDirection, { nullable: true, description: "In this direction." })
  direction?: SmsDirection | null;

  @Field(() => DateTime, { nullable: true, description: "Since the day of this instant in UTC: KORE filters by days." })
  since?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Until the day of this instant in UTC. KORE does not state whether that day counts.",
  })
  until?: Date | null;
}
