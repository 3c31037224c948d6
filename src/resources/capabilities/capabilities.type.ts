import { Field, Int, ObjectType, registerEnumType } from "type-graphql";

export enum DeploymentMode {
  LIVE = "LIVE",
  SIMULATOR = "SIMULATOR",
}
registerEnumType(DeploymentMode, {
  name: "DeploymentMode",
  description: "What stands behind the graph.",
  valuesConfig: {
    LIVE: { description: "KORE: SIMs are real, and so is what they cost." },
    SIMULATOR: { description: "The built-in simulator: nothing is real." },
  },
});

@ObjectType({ description: "The sizes that this deployment accepts.", simpleResolvers: true })
export class DeploymentLimits {
  @Field(() => Int, { description: "The most that `first` may ask for." })
  pageSize!: number;

  @Field(() => Int, { description: "The most ICCIDs of one `subscriptionsByIccid`." })
  iccidsPerQuery!: number;

  @Field(() => Int, { description: "The most ICCIDs of one filter." })
  iccidsPerFilter!: number;

  @Field(() => Int, { description: "The most SIMs of one mutation." })
  simsPerMutation!: number;

  @Field(() => Int, { description: "The most seconds that `waitUpTo` waits." })
  waitSeconds!: number;
}

@ObjectType({ description: "What this deployment can do.", simpleResolvers: true })
export class Capabilities {
  @Field(() => DeploymentMode, { description: "What stands behind the graph." })
  mode!: DeploymentMode;

  @Field(() => Boolean, {
    description:
      "Whether the operations on API clients are offered that KORE documents without publishing an endpoint. Where not, they answer NOT_PUBLISHED_BY_KORE; listing, reading and plainly creating clients always works.",
  })
  unpublishedClientOperations!: boolean;

  @Field(() => DeploymentLimits, { description: "The sizes that it accepts." })
  limits!: DeploymentLimits;
}
