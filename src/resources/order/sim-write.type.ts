import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Iccid } from "../../graph/index.ts";

export enum OrderOutcome {
  SUBMITTED = "SUBMITTED",
  FAILED = "FAILED",
  WOULD_BE_SUBMITTED = "WOULD_BE_SUBMITTED",
  ALREADY_SATISFIED = "ALREADY_SATISFIED",
  REJECTED = "REJECTED",
  OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN",
}
registerEnumType(OrderOutcome, {
  name: "OrderOutcome",
  description: "The outcome of changing one SIM.",
  valuesConfig: {
    SUBMITTED: {
      description:
        "KORE has a provisioning request for it, and is not known to have failed it. The request shows its progress.",
    },
    FAILED: {
      description:
        "KORE had a provisioning request for it and failed it: known where the request was waited for (`waitUpTo`) or watched. `message` has KORE's message.",
    },
    WOULD_BE_SUBMITTED: { description: "It would be written, but this was a dry run (`dryRun`)." },
    ALREADY_SATISFIED: {
      description:
        "It is in the wanted state, and no order of this deployment is unfinished for it: nothing was written.",
    },
    REJECTED: { description: "Nothing was written, or KORE refused; see `reason`." },
    OUTCOME_UNKNOWN: {
      description:
        "It is unknown whether it was written, or it is still to be written; see `reason`, and `message` for what to check.",
    },
  },
});

export enum OrderReason {
  NOT_FOUND = "NOT_FOUND",
  WRONG_STATE = "WRONG_STATE",
  ACTIVATION_PROFILE_NOT_FOUND = "ACTIVATION_PROFILE_NOT_FOUND",
  CONFLICTING_IMEI = "CONFLICTING_IMEI",
  REQUIREMENT_MISSING = "REQUIREMENT_MISSING",
  CONFLICTING_VALUES = "CONFLICTING_VALUES",
  COST_CENTER_NOT_FOUND = "COST_CENTER_NOT_FOUND",
  ORDER_IN_PROGRESS = "ORDER_IN_PROGRESS",
  KORE_REFUSED = "KORE_REFUSED",
  KORE_FAILED = "KORE_FAILED",
  NOT_SENT = "NOT_SENT",
  NOT_SENT_YET = "NOT_SENT_YET",
  REPLY_LOST = "REPLY_LOST",
  EARLIER_OUTCOME_UNKNOWN = "EARLIER_OUTCOME_UNKNOWN",
}
registerEnumType(OrderReason, {
  name: "OrderReason",
  description: "Why a SIM was not written, or possibly not.",
  valuesConfig: {
    NOT_FOUND: { description: "The account has no such SIM." },
    WRONG_STATE: { description: "The verb is impossible from the SIM's state." },
    ACTIVATION_PROFILE_NOT_FOUND: { description: "The account has no such activation profile." },
    CONFLICTING_IMEI: { description: "The SIM is named more than once, with different IMEIs." },
    REQUIREMENT_MISSING: {
      description: "KORE requires a value that the order for a profile lacks; `field` names it.",
    },
    CONFLICTING_VALUES: { description: "The SIM is named more than once, with different values." },
    COST_CENTER_NOT_FOUND: { description: "The account has no such cost center." },
    ORDER_IN_PROGRESS: {
      description:
        "A transfer excludes all other orders for the SIM, and one of them is not finished. Repeat it afterwards.",
    },
    KORE_REFUSED: { description: "KORE refused the request; `message` has its words." },
    KORE_FAILED: { description: "KORE accepted the order and failed it; `message` has its message." },
    NOT_SENT: { description: "KORE could not be reached or was rate limiting; repeating the order tries again." },
    NOT_SENT_YET: {
      description:
        "The server stopped while the order waited, or its store was unavailable. The next start or another replica continues it. Repeat the order for its outcome.",
    },
    REPLY_LOST: { description: "KORE's reply was lost, and its list does not show whether the request arrived." },
    EARLIER_OUTCOME_UNKNOWN: {
      description:
        "It is unknown whether an earlier order for the SIM arrived, or whether KORE has finished it. Repeating the order checks again.",
    },
  },
});

@ObjectType({ description: "SIMs of an order, counted by outcome.", simpleResolvers: true })
export class OrderCounts {
  @Field(() => Int, { description: "SUBMITTED; in a dry run WOULD_BE_SUBMITTED." })
  submitted!: number;

  @Field(() => Int, { description: "FAILED." })
  failed!: number;

  @Field(() => Int, { description: "ALREADY_SATISFIED." })
  alreadySatisfied!: number;

  @Field(() => Int, { description: "REJECTED." })
  rejected!: number;

  @Field(() => Int, { description: "OUTCOME_UNKNOWN." })
  unknown!: number;
}

/** Part of all results of writes that KORE acknowledges first and works on later. */
@ObjectType({ simpleResolvers: true })
export abstract class WriteResult {
  accountId!: string;
  requestId!: string | null;

  @Field(() => OrderOutcome, { description: "The outcome." })
  outcome!: OrderOutcome;

  @Field(() => OrderReason, { nullable: true, description: "Why it was not written, or possibly not." })
  reason!: OrderReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words." })
  message!: string | null;
}

/** Part of all results that are about SIMs. */
@ObjectType({ simpleResolvers: true })
export abstract class SimWriteResult extends WriteResult {
  @Field(() => ID, { nullable: true, description: "KORE's subscription-id; null when the SIM was not found." })
  subscriptionId!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM, where it is known." })
  iccid!: string | null;
}
