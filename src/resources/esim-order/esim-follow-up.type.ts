import { Field, InterfaceType, ObjectType } from "type-graphql";
import { Costs, listOf } from "../../graph/index.ts";
import { OrderCounts } from "../order/index.ts";
import { EsimOrderResult } from "./esim-order.type.ts";

@InterfaceType({ description: "The outcome of retrying or cancelling an eSIM request, for each eSIM." })
export abstract class EsimFollowUpPayload {
  accountId!: string;
  requestId!: string;

  @Costs(listOf("sims"))
  @Field(() => [EsimOrderResult], { description: "One result per different eSIM." })
  results!: EsimOrderResult[];

  @Field(() => OrderCounts, { description: "The results, counted by outcome." })
  counts!: OrderCounts;

  @Field(() => Boolean, { description: "Whether this was a dry run: nothing was written." })
  isDryRun!: boolean;
}

const ofFollowUp = (verb: string) =>
  ({
    implements: EsimFollowUpPayload,
    description: `The outcome of ${verb} an eSIM request, for each eSIM.`,
    simpleResolvers: true,
  }) as const;

@ObjectType(ofFollowUp("retrying"))
export class RetryEsimRequestPayload extends EsimFollowUpPayload {}

@ObjectType(ofFollowUp("cancelling"))
export class CancelEsimRequestPayload extends EsimFollowUpPayload {}
