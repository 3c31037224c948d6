import { Field, ID, Int, ObjectType } from "type-graphql";
import { Costs, DateTime, Iccid, Msisdn, connectionType, listOf } from "../../graph/index.ts";

@ObjectType({ description: "A data session of a SIM, from RADIUS accounting at the carrier.", simpleResolvers: true })
export class SimSession {
  @Field(() => ID, { nullable: true, description: "KORE's session-id." })
  sessionId!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it began. Read as UTC where KORE states no time zone." })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it ended; null while it goes on. Read as UTC where KORE states no time zone.",
  })
  endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "The access point name." })
  apn!: string | null;
}

export const SimSessionConnection = connectionType("SimSession", SimSession);

@ObjectType({ description: "The data sessions of one of several SIMs.", simpleResolvers: true })
export class SimSessions {
  accountId!: string;

  @Field(() => Iccid, { description: "The number printed on the SIM." })
  iccid!: string;

  @Field(() => Msisdn, { nullable: true, description: "The SIM's phone number." })
  msisdn!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's subscription-urn, whose form KORE does not state." })
  subscriptionUrn!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Sessions in the requested time; null when KORE does not state it.",
  })
  count!: number | null;

  @Costs(listOf("page"))
  @Field(() => [SimSession], { description: "The newest sessions, as many as requested." })
  sessions!: SimSession[];
}
