import { Field, Int, ObjectType, registerEnumType } from "type-graphql";

export enum DeploymentMode {
  LIVE = "LIVE",
  SIMULATOR = "SIMULATOR",
}
registerEnumType(DeploymentMode, {
  name: "DeploymentMode",
  description: "The KORE behind the graph.",
  valuesConfig: {
    LIVE: { description: "KORE: SIMs and their costs are real." },
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

  @Field(() => Int, { description: "The most bytes of a request body." })
  bodyBytes!: number;

  @Field(() => Int, { description: "The most tokens of a document." })
  tokens!: number;

  @Field(() => Int, { description: "The most levels of nested fields." })
  depth!: number;

  @Field(() => Int, { description: "The most aliases of an operation." })
  aliases!: number;

  @Field(() => Int, { description: "The most fields of an operation's outermost level." })
  rootFields!: number;

  @Field(() => Int, { description: "The most directives of an operation." })
  directives!: number;

  @Field(() => Int, {
    description: "The most fields and fragments of an operation, with fragments written out where they are used.",
  })
  selections!: number;

  @Field(() => Int, { description: "The most references of one `_entities`." })
  representations!: number;

  @Field(() => Int, {
    description: "The most requests to KORE that an operation may cost, at worst; of a subscription, one event.",
  })
  koreRequests!: number;

  @Field(() => Int, { description: "The most operations of one caller in a minute; 0: any number." })
  operationsPerMinute!: number;

  @Field(() => Int, {
    description:
      "The most requests to KORE that one caller's operations may cost in a minute, at worst; 0: any number.",
  })
  koreRequestsPerMinute!: number;
}

@ObjectType({ description: "Capabilities of this deployment.", simpleResolvers: true })
export class Capabilities {
  @Field(() => DeploymentMode, { description: "The KORE behind the graph." })
  mode!: DeploymentMode;

  @Field(() => Boolean, {
    description:
      "Whether operations on API clients are enabled that KORE documents without publishing an endpoint. If not, they answer NOT_PUBLISHED_BY_KORE; listing, reading and creating standard clients always works.",
  })
  unpublishedClientOperations!: boolean;

  @Field(() => DeploymentLimits, { description: "The sizes that it accepts." })
  limits!: DeploymentLimits;
}
