import { Field, Int, InterfaceType, ObjectType } from "type-graphql";
import { Costs, listOf } from "../../graph/index.ts";
import { OrderCounts, OrderOutcome, SimWriteResult } from "../order/index.ts";

@ObjectType({ description: "The outcome of changing the record of one SIM.", simpleResolvers: true })
export class RecordChangeResult extends SimWriteResult {
  /** The account that the SIM's request is about; `accountId` is the one that has the SIM afterwards, as far as it is known. */
  requestAccountId!: string;

  @Field(() => OrderOutcome, {
    description:
      "The outcome. A change whose reply was lost is SUBMITTED without a `request` when the SIM shows it, else OUTCOME_UNKNOWN: KORE publishes no list of such requests.",
  })
  declare outcome: OrderOutcome;
}

@InterfaceType({ description: "The outcome of a change of SIM records, for each SIM." })
export abstract class RecordChangePayload {
  accountId!: string;
  requestIds!: string[];

  @Costs(listOf("sims"))
  @Field(() => [RecordChangeResult], { description: "One result per different SIM, in the order of the input." })
  results!: RecordChangeResult[];

  @Field(() => OrderCounts, { description: "The results, counted by outcome." })
  counts!: OrderCounts;

  @Field(() => Boolean, { description: "Whether this was a dry run: nothing was written." })
  isDryRun!: boolean;

  @Field(() => Int, {
    description: "Number of KORE's subscription requests of the order, or that a dry run would create.",
  })
  koreRequests!: number;
}

const of = (change: string) =>
  ({
    implements: RecordChangePayload,
    description: `The outcome of ${change}, for each SIM.`,
    simpleResolvers: true,
  }) as const;

@ObjectType(of("setting custom fields"))
export class SetCustomFieldsPayload extends RecordChangePayload {}

@ObjectType(of("recording devices"))
export class SetConnectedHardwarePayload extends RecordChangePayload {}

@ObjectType(of("assigning SIMs to a cost center"))
export class AssignCostCenterPayload extends RecordChangePayload {}

@ObjectType(of("transferring SIMs"))
export class TransferSubscriptionsPayload extends RecordChangePayload {}
