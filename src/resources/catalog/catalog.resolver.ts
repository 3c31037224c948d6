import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, type MaybePromise, free } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { features, planTypeOf, planTypesByAccount, plans, serviceTypeOf, serviceTypes } from "./catalog.loader.ts";
import { Feature, Plan, PlanType, ServiceType } from "./catalog.type.ts";

const ACCOUNT_ID = { description: "The account to read it for." };
const ACCOUNT = { description: "The account that it is read for." };
const SERVICE_TYPE = {
  nullable: true,
  description:
    "The service type of the SIMs that it is for. One KORE call per account, and one more for each that the account is no longer eligible for.",
};

@Access({ role: "viewer" })
@Resolver(() => ServiceType)
export class ServiceTypeResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(serviceTypes.byId)
  @Query(() => ServiceType, {
    nullable: true,
    description: "One service type; null when KORE knows none by this id for this account. One KORE call.",
  })
  serviceType(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Arg("id", () => ID, { description: "KORE's service-type-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<ServiceType | null> {
    return serviceTypes.byId(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, ACCOUNT)
  account(@Root() { accountId }: ServiceType): Account {
    return { id: accountId };
  }
}

@Access({ role: "viewer" })
@Resolver(() => PlanType)
export class PlanTypeResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(planTypesByAccount)
  @Query(() => PlanType, {
    nullable: true,
    description: "One plan type; null when KORE lists none by this id for this account. One KORE call.",
  })
  planType(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Arg("id", () => ID, { description: "KORE's plan-type-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<PlanType | null> {
    return planTypeOf({ accountId, id }, context);
  }

  @Costs(free)
  @FieldResolver(() => Account, ACCOUNT)
  account(@Root() { accountId }: PlanType): Account {
    return { id: accountId };
  }
}

@Access({ role: "viewer" })
@Resolver(() => Plan)
export class PlanResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(plans.byId)
  @Query(() => Plan, {
    nullable: true,
    description: "One plan; null when KORE knows none by this id for this account. One KORE call.",
  })
  plan(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Arg("id", () => ID, { description: "KORE's plan-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<Plan | null> {
    return plans.byId(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, ACCOUNT)
  account(@Root() { accountId }: Plan): Account {
    return { id: accountId };
  }

  @Loads(planTypesByAccount)
  @FieldResolver(() => PlanType, { nullable: true, description: "Its plan type. One KORE call per account." })
  async planType(@Root() { accountId, planTypeId: id }: Plan, @Ctx() context: Context): Promise<PlanType | null> {
    return id === null ? null : planTypeOf({ accountId, id }, context);
  }

  @Loads(serviceTypes.byAccount, { isPartial: true })
  @Costs(serviceTypes.costOfUnlisted)
  @FieldResolver(() => ServiceType, SERVICE_TYPE)
  serviceType(@Root() plan: Plan, @Ctx() context: Context): MaybePromise<ServiceType | null> {
    return serviceTypeOf(plan, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Feature)
export class FeatureResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(features.byId)
  @Query(() => Feature, {
    nullable: true,
    description: "One feature; null when KORE knows none by this id for this account. One KORE call.",
  })
  feature(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Arg("id", () => ID, { description: "KORE's feature-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<Feature | null> {
    return features.byId(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, ACCOUNT)
  account(@Root() { accountId }: Feature): Account {
    return { id: accountId };
  }

  @Loads(serviceTypes.byAccount, { isPartial: true })
  @Costs(serviceTypes.costOfUnlisted)
  @FieldResolver(() => ServiceType, SERVICE_TYPE)
  serviceType(@Root() feature: Feature, @Ctx() context: Context): MaybePromise<ServiceType | null> {
    return serviceTypeOf(feature, context);
  }
}
