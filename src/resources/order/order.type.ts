import { Field, ID, Int, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { Costs, Eid, Iccid, listOf } from "../../graph/index.ts";

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

@ObjectType({ description: "The outcome of changing one SIM.", simpleResolvers: true })
export class OrderResult {
  accountId!: string;
  requestId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id; null when the SIM was not found." })
  subscriptionId!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM, where it is known." })
  iccid!: string | null;

  @Field(() => Eid, {
    nullable: true,
    description: "The eSIM, in the resolution of an order of eSIM profiles; else null.",
  })
  eid!: string | null;

  @Field(() => OrderOutcome, { description: "The outcome." })
  outcome!: OrderOutcome;

  @Field(() => OrderReason, { nullable: true, description: "Why it was not written, or possibly not." })
  reason!: OrderReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words." })
  message!: string | null;
}

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

export enum ActivationRequirement {
  IMEI = "IMEI",
  SKU = "SKU",
  IMEI_OR_SKU = "IMEI_OR_SKU",
  IPND = "IPND",
}
registerEnumType(ActivationRequirement, {
  name: "ActivationRequirement",
  description: "A value that KORE requires for activations of some service types.",
  valuesConfig: {
    IMEI: { description: "The IMEI of the device, which KORE requires for APEX." },
    SKU: { description: "A SKU." },
    IMEI_OR_SKU: { description: "An IMEI or a SKU, one of which KORE requires for Verizon." },
    IPND: { description: "Details for Australia's number database, which KORE requires for KORE TELS2." },
  },
});

export enum RequirementBasis {
  EARLIER_FAILURE = "EARLIER_FAILURE",
  PRODUCT_OFFER = "PRODUCT_OFFER",
  NOT_KNOWN = "NOT_KNOWN",
}
registerEnumType(RequirementBasis, {
  name: "RequirementBasis",
  description: "The source of a requirement in a dry run.",
  valuesConfig: {
    EARLIER_FAILURE: {
      description:
        "KORE has failed an activation of a SIM of the same account and service type for lack of it, since the start of the server.",
    },
    PRODUCT_OFFER: { description: "The SIM's product offer is named after a network for which KORE requires it." },
    NOT_KNOWN: { description: "Whether KORE requires it is not known, and was not checked." },
  },
});

@ObjectType({ description: "A value that an activation lacks and KORE may require.", simpleResolvers: true })
export class UncheckedRequirement {
  @Field(() => ActivationRequirement, { description: "The value." })
  requirement!: ActivationRequirement;

  @Field(() => RequirementBasis, { description: "Why it may be required." })
  basis!: RequirementBasis;

  @Field(() => Int, { description: "Number of SIMs that lack it." })
  count!: number;

  @Field(() => String, { description: "The part of the input that lacks it, of the first such SIM." })
  field!: string;

  @Field(() => String, { description: "The requirement in words." })
  message!: string;
}

@InterfaceType({ description: "The outcome of an order, for each SIM. Each order has a payload of its own." })
export abstract class OrderPayload {
  accountId!: string;
  requestIds!: string[];

  @Costs(listOf("sims"))
  @Field(() => [OrderResult], { description: "One result per different SIM, in the order of the input." })
  results!: OrderResult[];

  @Field(() => OrderCounts, { description: "The results, counted by outcome." })
  counts!: OrderCounts;

  @Field(() => Boolean, { description: "Whether this was a dry run: nothing was written." })
  isDryRun!: boolean;

  @Field(() => Int, {
    description: "Number of KORE's provisioning requests of the order, or that a dry run would create.",
  })
  koreRequests!: number;

  @Field(() => [UncheckedRequirement], {
    description:
      "Values that SIMs of a dry run's activation lack and KORE may require: it would fail the SIMs after accepting them. Empty for other verbs, and where nothing was rehearsed. No KORE call.",
  })
  unchecked!: UncheckedRequirement[];
}

/** Of the payloads of orders. */
const ofOrder = (verb: string) =>
  ({ implements: OrderPayload, description: `The outcome of ${verb}, for each SIM.`, simpleResolvers: true }) as const;

@ObjectType(ofOrder("activating"))
export class ActivateSubscriptionsPayload extends OrderPayload {}

@ObjectType(ofOrder("suspending"))
export class SuspendSubscriptionsPayload extends OrderPayload {}

@ObjectType(ofOrder("reactivating"))
export class ReactivateSubscriptionsPayload extends OrderPayload {}

@ObjectType(ofOrder("deactivating"))
export class DeactivateSubscriptionsPayload extends OrderPayload {}

@ObjectType(ofOrder("changing to an activation profile"))
export class ChangeSubscriptionPlanPayload extends OrderPayload {}

@ObjectType(ofOrder("terminating"))
export class TerminateSubscriptionsPayload extends OrderPayload {}
