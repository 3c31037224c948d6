import { Field, ID, Int, ObjectType } from "type-graphql";
import { Costs, Iccid, listOf } from "../../graph/index.ts";
import { OrderCounts, OrderOutcome, OrderReason } from "../order/index.ts";

@ObjectType({ description: "The outcome of resetting the connection of one SIM.", simpleResolvers: true })
export class ResetConnectionResult {
  accountId!: string;
  requestId!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's subscription-id; null when the SIM was not found." })
  subscriptionId!: string | null;

  @Field(() => Iccid, { nullable: true, description: "The number printed on the SIM, where it is known." })
  iccid!: string | null;

  @Field(() => OrderOutcome, { description: "The outcome." })
  outcome!: OrderOutcome;

  @Field(() => OrderReason, { nullable: true, description: "Why it was not written, or possibly not." })
  reason!: OrderReason | null;

  @Field(() => String, { nullable: true, description: "The part of the input that caused it." })
  field!: string | null;

  @Field(() => String, { nullable: true, description: "The reason in words." })
  message!: string | null;
}

@ObjectType({ description: "The outcome of resetting connections, for each SIM.", simpleResolvers: true })
export class ResetConnectionPayload {
  @Costs(listOf("sims"))
  @Field(() => [ResetConnectionResult], { description: "One result per different SIM, in the order of the input." })
  results!: ResetConnectionResult[];

  @Field(() => OrderCounts, { description: "The results, counted by outcome." })
  counts!: OrderCounts;

  @Field(() => Boolean, { description: "Whether this was a dry run: nothing was written." })
  isDryRun!: boolean;

  @Field(() => Int, {
    description: "Number of KORE's diagnostics requests of the order, or that a dry run would create.",
  })
  koreRequests!: number;
}
