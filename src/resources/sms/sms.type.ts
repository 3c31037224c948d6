import { Directive, Field, Float, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { DateTime, Iccid, connectionType } from "../../graph/index.ts";
import { KoreEvent } from "../event/index.ts";

export enum SmsStatus {
  ACCEPTED = "ACCEPTED",
  QUEUED = "QUEUED",
  IN_PROGRESS = "IN_PROGRESS",
  DELIVERED = "DELIVERED",
  FAILED = "FAILED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(SmsStatus, {
  name: "SmsStatus",
  description: "Delivery state of a text.",
  valuesConfig: {
    ACCEPTED: { description: "KORE's `Accepted`." },
    QUEUED: { description: "KORE's `Queued`: waits for the device; KORE tries for 48 hours." },
    IN_PROGRESS: { description: "KORE's `InProgress`." },
    DELIVERED: { description: "KORE's `Success`." },
    FAILED: { description: "KORE's `Failed`; see `errorCode`." },
    UNKNOWN: { description: "A status that this graph does not know; see `rawStatus`." },
  },
});

export enum SmsEncoding {
  GSM_7BIT = "GSM_7BIT",
  UCS_2 = "UCS_2",
}
registerEnumType(SmsEncoding, {
  name: "SmsEncoding",
  description: "How a text is written.",
  valuesConfig: {
    GSM_7BIT: { description: "GSM 03.38's alphabet: 160 characters in one part, 153 in each of several." },
    UCS_2: {
      description:
        "Taken when a character is not in that alphabet: 70 in one part, 67 in each of several. KORE does not state that it sends it.",
    },
  },
});

export enum SmsOutcome {
  ACCEPTED = "ACCEPTED",
  ADOPTED = "ADOPTED",
  WOULD_BE_SENT = "WOULD_BE_SENT",
  REJECTED = "REJECTED",
  OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN",
}
registerEnumType(SmsOutcome, {
  name: "SmsOutcome",
  description: "The outcome of sending a text.",
  valuesConfig: {
    ACCEPTED: { description: "KORE has accepted it, and charges it; `smsStatusChanged` shows its delivery." },
    ADOPTED: { description: "It was sent, KORE's reply was lost, and the text was found in KORE's list." },
    WOULD_BE_SENT: { description: "It would be sent, but this was a dry run (`dryRun`)." },
    REJECTED: { description: "Nothing was sent, or KORE refused; see `reason`." },
    OUTCOME_UNKNOWN: {
      description:
        "It was sent, and whether it arrived could not be found out; see `message`. It is never sent again by itself.",
    },
  },
});

export enum SmsReason {
  TOO_MANY_PARTS = "TOO_MANY_PARTS",
  NOT_FOUND = "NOT_FOUND",
  NOT_PERMITTED = "NOT_PERMITTED",
  KORE_REFUSED = "KORE_REFUSED",
  REPLY_LOST = "REPLY_LOST",
}
registerEnumType(SmsReason, {
  name: "SmsReason",
  description: "Why a text was not sent, or possibly not.",
  valuesConfig: {
    TOO_MANY_PARTS: { description: "It takes more parts than `maxParts`: nothing was sent." },
    NOT_FOUND: { description: "The account has no such SIM." },
    NOT_PERMITTED: { description: "KORE does not permit it to the credentials of kore-graph." },
    KORE_REFUSED: { description: "KORE refused the request; `message` has its words." },
    REPLY_LOST: { description: "KORE's reply was lost, and its list does not prove that the text was sent." },
  },
});

@ObjectType({ description: "The outcome of sending a text.", simpleResolvers: true })
export class SendSmsPayload {
  @Field(() => SmsOutcome, { description: "The outcome." })
  outcome!: SmsOutcome;

  @Field(() => SmsReason, { nullable: true, description: "Why it was not sent, or possibly not." })
  reason!: SmsReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words, and what to do." })
  message!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's mid, by which `smsStatusChanged` names the text." })
  messageId!: string | null;

  @Field(() => SmsEncoding, { description: "How the text is written." })
  encoding!: SmsEncoding;

  @Field(() => Int, {
    description:
      "Parts of the text by the standard, each of which is charged. KORE states 160 characters a part and may charge fewer.",
  })
  parts!: number;

  @Field(() => Int, {
    description:
      "Length of the text as it counts for parts: 7-bit characters, of which such as € and [ take two, or UTF-16 code units.",
  })
  units!: number;

  @Field(() => Boolean, { description: "Whether this was a dry run: nothing was sent." })
  isDryRun!: boolean;

  @Field(() => String, { nullable: true, description: "The status in KORE's reply, whose values KORE does not state." })
  koreStatus!: string | null;

  @Field(() => Float, { nullable: true, description: "The code in KORE's reply, whose values KORE does not state." })
  koreCode!: number | null;

  @Field(() => String, { nullable: true, description: "KORE's words in its reply, without numbers and addresses." })
  koreMessage!: string | null;
}

@Directive('@key(fields: "accountId id")')
@ObjectType({ description: "A text to or from a SIM.", simpleResolvers: true })
export class SmsMessage {
  @Field(() => ID, { description: "The account whose messages were read." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's mid." })
  id!: string;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid!: string | null;

  @Field(() => String, { nullable: true, description: "The SIM's telephone number, as KORE writes it." })
  msisdn!: string | null;

  @Field(() => String, { nullable: true, description: "The short code of the SIM's service type." })
  shortCode!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's action as it came; its values are not stated." })
  action!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's detail as it came; its meaning is not stated." })
  detail!: string | null;

  @Field(() => SmsStatus, { nullable: true, description: "Its status. KORE does not state the values in its list." })
  status!: SmsStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's status as it came." })
  rawStatus!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it was created." })
  createdAt!: Date | null;

  @Field(() => ID, { nullable: true, description: "KORE's id of the SIM's service type." })
  serviceTypeId!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's organization." })
  organization!: string | null;
}

export const SmsMessageConnection = connectionType("SmsMessage", SmsMessage);

@ObjectType({
  implements: KoreEvent,
  description: "A change of a text's delivery state, from a webhook of KORE's.",
  simpleResolvers: true,
})
export class SmsStatusChange extends KoreEvent {
  @Field(() => ID, { description: "KORE's mid, as `SendSmsPayload.messageId`." })
  messageId!: string;

  @Field(() => SmsStatus, { nullable: true, description: "The state now." })
  status!: SmsStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's status as it came." })
  rawStatus!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's error-code, such as 419: not delivered." })
  errorCode!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM." })
  iccid!: string | null;
}
