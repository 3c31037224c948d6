import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, type MaybePromise } from "../../graph/index.ts";
import { ActivationProfile, detailOf, eachWholeActivationProfile } from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { type SimProfile, eachSimProfile } from "../sim-profile/index.ts";
import { SimProfileDate, SimProfilePeriod, SimSubscription } from "../subscription/index.ts";
import { features, plans, serviceTypeOf, serviceTypes } from "./catalog.loader.ts";
import { Feature, Plan, ServiceType } from "./catalog.type.ts";

const OF_SIM =
  "One KORE call for all SIMs on the same profile, one per account, and one more for each that the account";
const PLANS = {
  nullable: "itemsAndList",
  description: `The plans of the profile, null where KORE knows none by the id. ${OF_SIM} is no longer eligible for.`,
} as const;
const FEATURES = {
  nullable: "itemsAndList",
  description: `The features of the profile, null where KORE knows none by the id. ${OF_SIM} is no longer eligible for.`,
} as const;

type Found<Item> = Promise<(Item | Error | null)[] | null>;

interface OfProfile {
  accountId: string;
  profileId: string | null;
}

/** Not fields of `SimProfile`, whose id accounts may share: KORE does not state it. */
@Access({ role: "viewer" })
@Resolver(() => SimSubscription)
export class SubscriptionCatalogResolver {
  @Loads(serviceTypes.byAccount, { isPartial: true })
  @Costs(serviceTypes.costOfUnlisted)
  @FieldResolver(() => ServiceType, {
    nullable: true,
    description:
      "Its service type. One KORE call for all SIMs of an account, and one more for each that the account is no longer eligible for.",
  })
  serviceType(@Root() sim: SimSubscription, @Ctx() context: Context): MaybePromise<ServiceType | null> {
    return serviceTypeOf(sim, context);
  }

  @Loads(eachSimProfile, { isPartial: true })
  @Costs(plans.costOfFindAll)
  @FieldResolver(() => [Plan], PLANS)
  plans(@Root() sim: SimSubscription, @Ctx() context: Context): Found<Plan> {
    return plansOf(sim, context);
  }

  @Loads(eachSimProfile, { isPartial: true })
  @Costs(features.costOfFindAll)
  @FieldResolver(() => [Feature], FEATURES)
  features(@Root() sim: SimSubscription, @Ctx() context: Context): Found<Feature> {
    return featuresOf(sim, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimProfilePeriod)
export class SimProfilePeriodCatalogResolver {
  @Loads(eachSimProfile, { isPartial: true })
  @Costs(plans.costOfFindAll)
  @FieldResolver(() => [Plan], PLANS)
  plans(@Root() period: SimProfilePeriod, @Ctx() context: Context): Found<Plan> {
    return plansOf(period, context);
  }

  @Loads(eachSimProfile, { isPartial: true })
  @Costs(features.costOfFindAll)
  @FieldResolver(() => [Feature], FEATURES)
  features(@Root() period: SimProfilePeriod, @Ctx() context: Context): Found<Feature> {
    return featuresOf(period, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimProfileDate)
export class SimProfileDateCatalogResolver {
  @Loads(eachSimProfile, { isPartial: true })
  @Costs(plans.costOfFindAll)
  @FieldResolver(() => [Plan], PLANS)
  plans(@Root() date: SimProfileDate, @Ctx() context: Context): Found<Plan> {
    return plansOf(date, context);
  }

  @Loads(eachSimProfile, { isPartial: true })
  @Costs(features.costOfFindAll)
  @FieldResolver(() => [Feature], FEATURES)
  features(@Root() date: SimProfileDate, @Ctx() context: Context): Found<Feature> {
    return featuresOf(date, context);
  }
}

const OF_ACTIVATION =
  "One KORE call for the profile unless it was read alone, one per account, and one more for each that the account is no longer eligible for.";

@Access({ role: "viewer" })
@Resolver(() => ActivationProfile)
export class ActivationProfileCatalogResolver {
  @Loads(eachWholeActivationProfile)
  @Costs(serviceTypes.costOfFind)
  @FieldResolver(() => ServiceType, {
    nullable: true,
    description: `The service type of the SIMs that it applies to. ${OF_ACTIVATION}`,
  })
  async serviceType(@Root() profile: ActivationProfile, @Ctx() context: Context): Promise<ServiceType | null> {
    const serviceTypeId = (await detailOf(profile, context))?.serviceTypeId ?? null;
    return serviceTypeOf({ accountId: profile.accountId, serviceTypeId }, context);
  }

  @Loads(eachWholeActivationProfile)
  @Costs(plans.costOfFindAll)
  @FieldResolver(() => [Plan], {
    nullable: "itemsAndList",
    description: `The plans that it gives a SIM, in the order of \`planIds\`, null where KORE knows none by the id. ${OF_ACTIVATION}`,
  })
  async plans(@Root() profile: ActivationProfile, @Ctx() context: Context): Found<Plan> {
    const detail = await detailOf(profile, context);
    return detail ? plans.findAll(profile.accountId, detail.planIds, context) : null;
  }

  @Loads(eachWholeActivationProfile)
  @Costs(features.costOfFindAll)
  @FieldResolver(() => [Feature], {
    nullable: "itemsAndList",
    description: `The features that it gives a SIM, in the order of \`featureIds\`, null where KORE knows none by the id. ${OF_ACTIVATION}`,
  })
  async features(@Root() profile: ActivationProfile, @Ctx() context: Context): Found<Feature> {
    const detail = await detailOf(profile, context);
    return detail ? features.findAll(profile.accountId, detail.featureIds, context) : null;
  }
}

async function profileOf({ accountId, profileId: id }: OfProfile, context: Context): Promise<SimProfile | null> {
  return id === null ? null : eachSimProfile(context).load({ accountId, id });
}

async function plansOf(item: OfProfile, context: Context): Found<Plan> {
  const profile = await profileOf(item, context);
  return profile && plans.findAll(item.accountId, idsOf(profile.plans), context);
}

async function featuresOf(item: OfProfile, context: Context): Found<Feature> {
  const profile = await profileOf(item, context);
  return profile && features.findAll(item.accountId, idsOf(profile.features), context);
}

const idsOf = (items: readonly { id: string | null }[]): string[] => items.flatMap(({ id }) => id ?? []);
