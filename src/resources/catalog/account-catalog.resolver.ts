import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, listOf } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { ASSUMED_CATALOG } from "../assumed-sizes.ts";
import { type Context } from "../context.ts";
import { features, planTypesByAccount, plans, serviceTypes } from "./catalog.loader.ts";
import { Feature, Plan, PlanType, ServiceType } from "./catalog.type.ts";

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountCatalogResolver {
  @Loads(serviceTypes.byAccount)
  @Costs(listOf(ASSUMED_CATALOG))
  @FieldResolver(() => [ServiceType], {
    nullable: true,
    description: "All service types that the account is eligible for. One KORE call.",
  })
  async serviceTypes(@Root() { id }: Account, @Ctx() context: Context): Promise<ServiceType[]> {
    return [...(await serviceTypes.byAccount(context).load(id)).values()];
  }

  @Loads(planTypesByAccount)
  @Costs(listOf(ASSUMED_CATALOG))
  @FieldResolver(() => [PlanType], { nullable: true, description: "All plan types of the account. One KORE call." })
  async planTypes(@Root() { id }: Account, @Ctx() context: Context): Promise<PlanType[]> {
    return [...(await planTypesByAccount(context).load(id)).values()];
  }

  @Loads(plans.byAccount)
  @Costs(listOf(ASSUMED_CATALOG))
  @FieldResolver(() => [Plan], {
    nullable: true,
    description: "All plans that the account is eligible for. One KORE call.",
  })
  async plans(@Root() { id }: Account, @Ctx() context: Context): Promise<Plan[]> {
    return [...(await plans.byAccount(context).load(id)).values()];
  }

  @Loads(features.byAccount)
  @Costs(listOf(ASSUMED_CATALOG))
  @FieldResolver(() => [Feature], {
    nullable: true,
    description: "All features that the account is eligible for. One KORE call.",
  })
  async features(@Root() { id }: Account, @Ctx() context: Context): Promise<Feature[]> {
    return [...(await features.byAccount(context).load(id)).values()];
  }
}
