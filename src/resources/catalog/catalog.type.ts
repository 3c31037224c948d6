import { Directive, Field, ID, ObjectType } from "type-graphql";
import { UsageType } from "../sim-profile/index.ts";

/*
 * KORE's ids of these are shared by accounts, and `id` means identity for client caches, so each is named by its kind.
 */

@Directive('@key(fields: "accountId serviceTypeId")')
@ObjectType({ description: "A network service of an account's SIMs, such as OmniSIM.", simpleResolvers: true })
export class ServiceType {
  @Field(() => ID, { description: "The account that it is read for." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's service-type-id, which SIMs carry." })
  serviceTypeId!: string;

  @Field(() => String, { nullable: true, description: "KORE's service-type-name." })
  name!: string | null;
}

@Directive('@key(fields: "accountId planTypeId")')
@ObjectType({ description: "A kind of rate plans.", simpleResolvers: true })
export class PlanType {
  @Field(() => ID, { description: "The account that it is read for." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's plan-type-id, which plans carry." })
  planTypeId!: string;

  @Field(() => String, { nullable: true, description: "KORE's plan-type-name." })
  name!: string | null;
}

@Directive('@key(fields: "accountId planId")')
@ObjectType({ description: "A rate plan of an account. It meters one kind of usage.", simpleResolvers: true })
export class Plan {
  @Field(() => ID, { description: "The account that it is read for." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's plan-id." })
  planId!: string;

  @Field(() => String, { nullable: true, description: "KORE's plan-name." })
  name!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's plan-type-id." })
  planTypeId!: string | null;

  @Field(() => UsageType, { nullable: true, description: "The metered usage." })
  usageType!: UsageType | null;

  @Field(() => String, { nullable: true, description: "KORE's usage-type as it came." })
  rawUsageType!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's service-type-id, of the SIMs that it is for." })
  serviceTypeId!: string | null;
}

@Directive('@key(fields: "accountId featureId")')
@ObjectType({ description: "A feature of an account's SIMs, such as a private network.", simpleResolvers: true })
export class Feature {
  @Field(() => ID, { description: "The account that it is read for." })
  accountId!: string;

  @Field(() => ID, { description: "KORE's feature-id." })
  featureId!: string;

  @Field(() => String, { nullable: true, description: "KORE's feature-name." })
  name!: string | null;

  @Field(() => String, { nullable: true, description: "KORE's description of it." })
  description!: string | null;

  @Field(() => UsageType, { nullable: true, description: "The usage that it is about." })
  usageType!: UsageType | null;

  @Field(() => String, { nullable: true, description: "KORE's usage-type as it came." })
  rawUsageType!: string | null;

  @Field(() => ID, { nullable: true, description: "KORE's service-type-id, of the SIMs that it is for." })
  serviceTypeId!: string | null;
}
