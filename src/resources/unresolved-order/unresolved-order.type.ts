import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Costs, DateTime, Eid, Iccid, listOf } from "../../graph/index.ts";
import { type RequestKind } from "../../kore/index.ts";
import { OrderResult } from "../order/index.ts";

export enum OrderVerb {
  ACTIVATE = "ACTIVATE",
  SUSPEND = "SUSPEND",
  REACTIVATE = "REACTIVATE",
  DEACTIVATE = "DEACTIVATE",
  CHANGE_PLAN = "CHANGE_PLAN",
  TERMINATE = "TERMINATE",
  RESET_CONNECTION = "RESET_CONNECTION",
  SWITCH_ESIM_PROFILE = "SWITCH_ESIM_PROFILE",
  DOWNLOAD_ESIM_PROFILE = "DOWNLOAD_ESIM_PROFILE",
  ENABLE_ESIM_PROFILE = "ENABLE_ESIM_PROFILE",
  DELETE_ESIM_PROFILE = "DELETE_ESIM_PROFILE",
  SET_CUSTOM_FIELDS = "SET_CUSTOM_FIELDS",
  SET_CONNECTED_HARDWARE = "SET_CONNECTED_HARDWARE",
  ASSIGN_COST_CENTER = "ASSIGN_COST_CENTER",
  TRANSFER = "TRANSFER",
}
registerEnumType(OrderVerb, {
  name: "OrderVerb",
  description: "The mutation of an order.",
  valuesConfig: {
    ACTIVATE: { description: "`activateSubscriptions`." },
    SUSPEND: { description: "`suspendSubscriptions`." },
    REACTIVATE: { description: "`reactivateSubscriptions`." },
    DEACTIVATE: { description: "`deactivateSubscriptions`." },
    CHANGE_PLAN: { description: "`changeSubscriptionPlan`." },
    TERMINATE: { description: "`terminateSubscriptions`." },
    RESET_CONNECTION: { description: "`resetConnection`." },
    SWITCH_ESIM_PROFILE: { description: "`switchEsimProfiles`." },
    DOWNLOAD_ESIM_PROFILE: { description: "`downloadEsimProfiles`." },
    ENABLE_ESIM_PROFILE: { description: "`enableEsimProfiles`." },
    DELETE_ESIM_PROFILE: { description: "`deleteEsimProfiles`." },
    SET_CUSTOM_FIELDS: { description: "`setCustomFields`." },
    SET_CONNECTED_HARDWARE: { description: "`setConnectedHardware`." },
    ASSIGN_COST_CENTER: { description: "`assignCostCenter`." },
    TRANSFER: { description: "`transferSubscriptions`." },
  },
});

@ObjectType({ description: "A SIM of an unresolved order.", simpleResolvers: true })
export class UnresolvedOrderSim {
  @Field(() => ID, { description: "KORE's subscription-id; of an eSIM that of its current SIM." })
  subscriptionId!: string;

  @Field(() => Iccid, {
    nullable: true,
    description:
      "The number printed on the SIM, where it is known; of an eSIM that of the profile that the order names.",
  })
  iccid!: string | null;

  @Field(() => Eid, { nullable: true, description: "The eSIM whose profile the order changes; null for other orders." })
  eid!: string | null;
}

@ObjectType({ description: "A request of KORE's that may be an unresolved order.", simpleResolvers: true })
export class UnresolvedOrderCandidate {
  accountId!: string;
  kind!: RequestKind;

  @Field(() => ID, {
    description: "KORE's id of the request: what `resolveOrder` takes as `arrivedAs`.",
  })
  requestId!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: "True when it names exactly the order's SIMs; null while KORE names only some of them.",
  })
  hasSameSims!: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "True when its date fits the order's; null when clocks or zones leave it open.",
  })
  fitsInTime!: boolean | null;
}

@ObjectType({
  description:
    "One request to KORE whose reply was lost, so that it is unknown whether it arrived. Its SIMs are not written until it is resolved.",
  simpleResolvers: true,
})
export class UnresolvedOrder {
  @Field(() => ID, { description: "Its id for `resolveOrder`. An order of many SIMs may have several." })
  intentId!: string;

  @Field(() => ID, { description: "The account of its SIMs." })
  accountId!: string;

  @Field(() => OrderVerb, { description: "The ordered change." })
  verb!: OrderVerb;

  @Costs(listOf("sims"))
  @Field(() => [UnresolvedOrderSim], {
    description: "Its SIMs; their number is what `resolveOrder` takes as `confirm`.",
  })
  subscriptions!: UnresolvedOrderSim[];

  @Field(() => DateTime, { description: "When it was sent, by the clock of this server." })
  sentAt!: Date;

  @Field(() => String, { nullable: true, description: "Why it could not be resolved." })
  message!: string | null;

  @Field(() => String, { description: "Advice for resolving it." })
  advice!: string;
}

export enum ResolutionOutcome {
  ADOPTED = "ADOPTED",
  RELEASED = "RELEASED",
  REJECTED = "REJECTED",
}
registerEnumType(ResolutionOutcome, {
  name: "ResolutionOutcome",
  description: "The outcome of resolving an order.",
  valuesConfig: {
    ADOPTED: { description: "The order is KORE's request: it is `SUBMITTED`." },
    RELEASED: { description: "The order did not arrive: its SIMs can be written again." },
    REJECTED: { description: "Nothing was changed; see `reason`." },
  },
});

export enum ResolutionReason {
  NOT_FOUND = "NOT_FOUND",
  NOT_CONFIRMED = "NOT_CONFIRMED",
  REQUEST_NOT_FOUND = "REQUEST_NOT_FOUND",
  REQUEST_CLAIMED = "REQUEST_CLAIMED",
  REQUEST_DIFFERS = "REQUEST_DIFFERS",
  ARRIVED = "ARRIVED",
}
registerEnumType(ResolutionReason, {
  name: "ResolutionReason",
  description: "Why an order was not resolved.",
  valuesConfig: {
    NOT_FOUND: { description: "The account has no unresolved order by this id: it may have been resolved meanwhile." },
    NOT_CONFIRMED: { description: "`confirm` is not the number of the order's SIMs." },
    REQUEST_NOT_FOUND: { description: "KORE has no such request in this account." },
    REQUEST_CLAIMED: { description: "The request belongs to another order." },
    REQUEST_DIFFERS: { description: "The request is of other SIMs, another verb or another time." },
    ARRIVED: { description: "KORE's list shows that the order arrived, so it is not released." },
  },
});

@ObjectType({ description: "The outcome of resolving an order.", simpleResolvers: true })
export class ResolveOrderPayload {
  @Field(() => ResolutionOutcome, { description: "The outcome." })
  outcome!: ResolutionOutcome;

  @Field(() => ResolutionReason, { nullable: true, description: "Why nothing was changed." })
  reason!: ResolutionReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words." })
  message!: string | null;

  @Costs(listOf("sims"))
  @Field(() => [OrderResult], { description: "The order's SIMs after the resolution; empty when nothing was changed." })
  results!: OrderResult[];
}
