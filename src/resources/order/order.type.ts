import { Field, Int, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { Costs, Eid, listOf } from "../../graph/index.ts";
import { OrderCounts, SimWriteResult } from "./sim-write.type.ts";

@ObjectType({ description: "The outcome of changing one SIM.", simpleResolvers: true })
export class OrderResult extends SimWriteResult {
  @Field(() => Eid, {
    nullable: true,
    description: "The eSIM, in the resolution of an order of eSIM profiles; else null.",
  })
  eid!: string | null;
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
