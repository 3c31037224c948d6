import { Field, ID, ObjectType, registerEnumType } from "type-graphql";

export enum UsageType {
  DATA = "DATA",
  SMS = "SMS",
  VOICE = "VOICE",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(UsageType, {
  name: "UsageType",
  description: "The kind of usage that a plan meters.",
  valuesConfig: {
    DATA: { description: "Data volume." },
    SMS: { description: "Text messages." },
    VOICE: { description: "Calls." },
    UNKNOWN: { description: "A value of KORE's that this graph does not know; see `rawUsageType`." },
  },
});

@ObjectType({ description: "A rate plan.", simpleResolvers: true })
export class SimPlan {
  @Field(() => ID, { nullable: true, description: "KORE's plan-id." })
  id!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's plan-name." })
  name!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's plan-type. KORE does not state its values." })
  type!: string | null;

  @Field(() => UsageType, { nullable: true, description: "The metered usage." })
  usageType!: UsageType | null;

  @Field(() => String, { nullable: true, description: "KORE's usage-type as it came." })
  rawUsageType!: string | null;
}

@ObjectType({ description: "A feature, such as a private network or text messaging.", simpleResolvers: true })
export class SimFeature {
  @Field(() => ID, { nullable: true, description: "KORE's feature-id." })
  id!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's feature-name." })
  name!: string | null;
}

@ObjectType({
  description:
    "A combination of plans and features of SIMs. Not an activation profile, although KORE calls both profile.",
  simpleResolvers: true,
})
export class SimProfile {
  @Field(() => ID, { description: "KORE's profile-id." })
  id!: string;

  @Field(() => [SimPlan], { description: "The plans of the combination." })
  plans!: SimPlan[];

  @Field(() => [SimFeature], { description: "The features of the combination." })
  features!: SimFeature[];
}
