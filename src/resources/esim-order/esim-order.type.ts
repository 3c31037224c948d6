import { Field, Int, InterfaceType, ObjectType } from "type-graphql";
import { Costs, Eid, Iccid, listOf } from "../../graph/index.ts";
import { OrderCounts, WriteResult } from "../order/index.ts";

@ObjectType({ description: "The outcome of changing the profile of one eSIM.", simpleResolvers: true })
export class EsimOrderResult extends WriteResult {
  @Field(() => Eid, { description: "The number of the eSIM." })
  eid!: string;

  @Field(() => Iccid, { nullable: true, description: "The ICCID of the named profile; null for a switch or download." })
  iccid!: string | null;
}

@InterfaceType({ description: "The outcome of an order for profiles, for each eSIM. Each has a payload of its own." })
export abstract class EsimOrderPayload {
  accountId!: string;
  requestIds!: string[];

  @Costs(listOf("sims"))
  @Field(() => [EsimOrderResult], { description: "One result per different eSIM, in the order of the input." })
  results!: EsimOrderResult[];

  @Field(() => OrderCounts, { description: "The results, counted by outcome." })
  counts!: OrderCounts;

  @Field(() => Boolean, { description: "Whether this was a dry run: nothing was written." })
  isDryRun!: boolean;

  @Field(() => Int, {
    description:
      "Number of KORE's eSIM requests of the order, or that a dry run would create: one for each product offer of the eSIMs' SIMs.",
  })
  koreRequests!: number;
}

const ofOrder = (verb: string) =>
  ({
    implements: EsimOrderPayload,
    description: `The outcome of ${verb} profiles, for each eSIM.`,
    simpleResolvers: true,
  }) as const;

@ObjectType(ofOrder("switching"))
export class SwitchEsimProfilesPayload extends EsimOrderPayload {}

@ObjectType(ofOrder("downloading"))
export class DownloadEsimProfilesPayload extends EsimOrderPayload {}

@ObjectType(ofOrder("enabling"))
export class EnableEsimProfilesPayload extends EsimOrderPayload {}

@ObjectType(ofOrder("deleting"))
export class DeleteEsimProfilesPayload extends EsimOrderPayload {}
