import { Field, Int, ObjectType } from "type-graphql";
import { Costs, listOf } from "../../graph/index.ts";
import { OrderCounts, SimWriteResult } from "../order/index.ts";

@ObjectType({ description: "The outcome of resetting the connection of one SIM.", simpleResolvers: true })
export class ResetConnectionResult extends SimWriteResult {}

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
