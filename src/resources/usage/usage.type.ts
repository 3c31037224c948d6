import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { BigInteger, CalendarDate, Iccid } from "../../graph/index.ts";
import { type SimSubscription } from "../subscription/index.ts";

export enum UsageUnit {
  BYTE = "BYTE",
  EVENT = "EVENT",
  SECOND = "SECOND",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(UsageUnit, {
  name: "UsageUnit",
  description: "The unit of an amount of usage.",
  valuesConfig: {
    BYTE: { description: "KORE's `byte`, of data." },
    EVENT: { description: "KORE's `event`: a text message." },
    SECOND: { description: "KORE's `sec`, of calls." },
    UNKNOWN: { description: "A unit that this graph does not know; see `rawUnit`." },
  },
});

@ObjectType({ description: "Usage of one day.", simpleResolvers: true })
export class DailyUsage {
  @Field(() => CalendarDate, {
    nullable: true,
    description: "The day; KORE states no time zone. Null when KORE's date has an unknown form.",
  })
  date!: string | null;

  @Field(() => BigInteger, { nullable: true, description: "The amount, in the unit." })
  total!: bigint | null;

  @Field(() => UsageUnit, { nullable: true, description: "The unit." })
  unit!: UsageUnit | null;

  @Field(() => String, { nullable: true, description: "KORE's unit as it came." })
  rawUnit!: string | null;
}

@ObjectType({ description: "Usage of one kind in a span of days.", simpleResolvers: true })
export class Usage {
  @Field(() => BigInteger, {
    nullable: true,
    description:
      "The amount of the whole span, in the unit. Null where KORE states none, or states parts of a long span in different units.",
  })
  total!: bigint | null;

  @Field(() => UsageUnit, { nullable: true, description: "The unit; null where parts of a long span differ in it." })
  unit!: UsageUnit | null;

  @Field(() => String, { nullable: true, description: "KORE's unit as it came, likewise." })
  rawUnit!: string | null;

  @Field(() => [DailyUsage], { description: "The days that KORE has records of, in order." })
  daily!: DailyUsage[];
}

@ObjectType({ description: "Usage of a SIM in a span of days.", simpleResolvers: true })
export class SimUsage {
  @Field(() => ID, { nullable: true, description: "KORE's subscription-id, as the reply states it." })
  subscriptionId!: string | null;

  @Field(() => CalendarDate, { description: "The first day." })
  from!: string;

  @Field(() => CalendarDate, { description: "The last day." })
  to!: string;

  @Field(() => String, { nullable: true, description: "KORE's source of the records, such as `cdr`." })
  source!: string | null;

  @Field(() => Boolean, { description: "False where KORE has no record of any usage in the span." })
  isRecorded!: boolean;

  @Field(() => Usage, { nullable: true, description: "Data, in bytes. Null when none is recorded." })
  data!: Usage | null;

  @Field(() => Usage, { nullable: true, description: "Text messages. Null when none is recorded." })
  sms!: Usage | null;

  @Field(() => Usage, { nullable: true, description: "Calls, in seconds. Null when none is recorded." })
  voice!: Usage | null;
}

@ObjectType({
  description: "Usage of one plan by an account's SIMs in a span of days. A plan meters one kind of usage.",
  simpleResolvers: true,
})
export class PlanUsage {
  @Field(() => ID, { nullable: true, description: "KORE's plan-id, as the reply states it." })
  planId!: string | null;

  @Field(() => CalendarDate, { description: "The first day." })
  from!: string;

  @Field(() => CalendarDate, { description: "The last day." })
  to!: string;

  @Field(() => String, { nullable: true, description: "KORE's source of the records, such as `cdr`." })
  source!: string | null;

  @Field(() => Usage, { nullable: true, description: "The usage. Null when none is recorded." })
  usage!: Usage | null;
}

@ObjectType({ description: "One SIM's usage out of several. Failures stay with their SIM.", simpleResolvers: true })
export class SimUsageResult {
  @Field(() => Iccid, { description: "The ICCID as it was given." })
  iccid!: string;

  // The found SIM, null where the account has none, or why it could not be read; and the asked span.
  found!: SimSubscription | Error | null;
  span!: { from: string; to: string };
}
