import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, free, listOf } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { ASSUMED_ACTIVATION_PROFILES } from "../assumed-sizes.ts";
import {
  activationProfileById,
  activationProfilesByAccount,
  detailOf,
  eachWholeActivationProfile,
} from "./activation-profile.loader.ts";
import { ActivationProfile } from "./activation-profile.type.ts";

@Access({ role: "viewer" })
@Resolver(() => ActivationProfile)
export class ActivationProfileResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(activationProfileById)
  @Query(() => ActivationProfile, {
    nullable: true,
    description: "One activation profile; null when KORE knows none by this id in this account. One KORE call.",
  })
  activationProfile(
    @Arg("accountId", () => ID, { description: "The account that it belongs to." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's activation-profile-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<ActivationProfile | null> {
    return activationProfileById(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account that it belongs to." })
  account(@Root() { accountId }: ActivationProfile): Account {
    return { id: accountId };
  }

  @Loads(eachWholeActivationProfile)
  @FieldResolver(() => String, { nullable: true, description: "Description by its creator." })
  async description(@Root() profile: ActivationProfile, @Ctx() context: Context): Promise<string | null> {
    return (await detailOf(profile, context))?.description ?? null;
  }

  @Loads(eachWholeActivationProfile)
  @FieldResolver(() => ID, { nullable: true, description: "KORE's service-type-id, of the SIMs that it applies to." })
  async serviceTypeId(@Root() profile: ActivationProfile, @Ctx() context: Context): Promise<string | null> {
    return (await detailOf(profile, context))?.serviceTypeId ?? null;
  }

  @Loads(eachWholeActivationProfile)
  @FieldResolver(() => String, {
    nullable: true,
    description: "KORE's product-offer: a mix of plans, features and SIM formats.",
  })
  async productOffer(@Root() profile: ActivationProfile, @Ctx() context: Context): Promise<string | null> {
    return (await detailOf(profile, context))?.productOffer ?? null;
  }

  @Loads(eachWholeActivationProfile)
  @FieldResolver(() => [ID], { nullable: true, description: "KORE's ids of the plans that it gives a SIM." })
  async planIds(@Root() profile: ActivationProfile, @Ctx() context: Context): Promise<string[] | null> {
    return (await detailOf(profile, context))?.planIds ?? null;
  }

  @Loads(eachWholeActivationProfile)
  @FieldResolver(() => [ID], { nullable: true, description: "KORE's ids of the features that it gives a SIM." })
  async featureIds(@Root() profile: ActivationProfile, @Ctx() context: Context): Promise<string[] | null> {
    return (await detailOf(profile, context))?.featureIds ?? null;
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountActivationProfilesResolver {
  @Loads(activationProfilesByAccount)
  @Costs(listOf(ASSUMED_ACTIVATION_PROFILES))
  @FieldResolver(() => [ActivationProfile], {
    nullable: true,
    description:
      "All activation profiles of the account. One KORE call, and one more per profile for its description, service type, product offer, plans or features.",
  })
  activationProfiles(@Root() account: Account, @Ctx() context: Context): Promise<ActivationProfile[]> {
    return activationProfilesByAccount(context).load(account.id);
  }
}
