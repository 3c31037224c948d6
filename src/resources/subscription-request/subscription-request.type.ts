import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Costs, Iccid, listOf } from "../../graph/index.ts";
import { ASSUMED_SIMS_PER_REQUEST } from "../assumed-sizes.ts";

export enum SubscriptionRequestStatus {
  ACCEPTED = "ACCEPTED",
  REJECTED = "REJECTED",
  IN_PROGRESS = "IN_PROGRESS",
  FAILED = "FAILED",
  COMPLETED = "COMPLETED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(SubscriptionRequestStatus, {
  name: "SubscriptionRequestStatus",
  description: "Status of a request to change SIM records.",
  valuesConfig: {
    ACCEPTED: { description: "KORE's `Accepted (Sync)`: acknowledged." },
    REJECTED: { description: "KORE's `Rejected ( Sync )`: nothing was changed; see `errors`." },
    IN_PROGRESS: { description: "KORE's `In-Progress`." },
    FAILED: { description: "KORE's `Failed`; see `errors`. Each SIM has an outcome of its own." },
    COMPLETED: { description: "KORE's `Completed`." },
    UNKNOWN: { description: "A status that this graph does not know; see `rawStatus`." },
  },
});

export enum SubscriptionRequestOutcome {
  PENDING = "PENDING",
  SUCCEEDED = "SUCCEEDED",
  FAILED = "FAILED",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(SubscriptionRequestOutcome, {
  name: "SubscriptionRequestOutcome",
  description:
    "The outcome of one SIM of a request to change SIM records. KORE does not document the values; they are derived from KORE's status and error.",
  valuesConfig: {
    PENDING: { description: "Not finished." },
    SUCCEEDED: { description: "Done." },
    FAILED: { description: "Not done; see `message`." },
    UNKNOWN: { description: "KORE's status is unknown to this graph, or missing; see `rawOutcome`." },
  },
});

@ObjectType({ description: "One SIM of a request to change SIM records.", simpleResolvers: true })
export class SubscriptionRequestSubscription {
  accountId!: string;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id of the SIM, where KORE names it." })
  subscriptionId!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM, where KORE names it." })
  iccid!: string | null;

  @Field(() => SubscriptionRequestOutcome, { description: "The outcome." })
  outcome!: SubscriptionRequestOutcome;

  @Field(() => String, { nullable: true, description: "KORE's status as it came." })
  rawOutcome!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's error for this SIM." })
  message!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's subscription-identifier: the name of an identifier." })
  identifier!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-identifier-value." })
  identifierValue!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's property-type. KORE does not state its values." })
  propertyType!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "KORE's subscription-request-id of the item, which KORE may have exchanged with its subscription-id.",
  })
  itemRequestId!: string | null;
}

@ObjectType({ description: "Why KORE failed or rejected a request to change SIM records.", simpleResolvers: true })
export class SubscriptionRequestError {
  @Field(() => String, { nullable: true, description: "KORE's error-type. KORE does not state its values." })
  type!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's error-code. KORE does not state its values." })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's error-message, which may name ICCIDs." })
  message!: string | null;
}

@Directive('@key(fields: "accountId id")')
@ObjectType({
  description:
    "An order to KORE to change SIM records. KORE acknowledges it at once and processes it afterwards; it publishes no list of them.",
  simpleResolvers: true,
})
export class SubscriptionRequest {
  isFinal!: boolean;

  @Field(() => ID, { description: "The account whose SIMs it changes." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's subscription-request-id." })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: "KORE's subscription-request-type. KORE does not state its values.",
  })
  type!: string | null;

  @Field(() => SubscriptionRequestStatus, { nullable: true, description: "Its status." })
  status!: SubscriptionRequestStatus | null;

  @Field(() => String, { nullable: true, description: "KORE's status as it came." })
  rawStatus!: string | null;

  @Field(() => String, { nullable: true, description: "Where it was created." })
  source!: string | null;

  @Field(() => Int, { nullable: true, description: "Number of its SIMs." })
  totalSubscriptions!: number | null;

  @Field(() => ID, {
    nullable: true,
    description: "KORE's subscription-id of the request, which KORE may have exchanged with the id of its items.",
  })
  subscriptionId!: string | null;

  @Costs(listOf(ASSUMED_SIMS_PER_REQUEST))
  @Field(() => [SubscriptionRequestSubscription], { nullable: true, description: "Its SIMs with their outcomes." })
  subscriptions!: SubscriptionRequestSubscription[] | null;

  @Field(() => [SubscriptionRequestError], { nullable: true, description: "Why it failed or was rejected." })
  errors!: SubscriptionRequestError[] | null;
}
