import { type GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  costOfPage,
  Eid,
  explainNotFound,
  type FieldCost,
  free,
  hint,
  Iccid,
  isSelected,
  Loads,
  type MaybePromise,
  ownCalls,
  type Page,
  userInputError,
  mapMaybePromise,
} from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import {
  ActivationProfile,
  activationProfilesByAccount,
  eachWholeActivationProfile,
} from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { CostCenter, costCentersByAccount } from "../cost-center/index.ts";
import { eachSimProfile, SimProfile } from "../sim-profile/index.ts";
import { ASSUMED_ACTIVATION_PROFILES } from "../assumed-sizes.ts";
import { subscriptionByEid } from "./esim.loader.ts";
import { costOfCounts, countSims } from "./sim-counts.loader.ts";
import { type SimSubscriptionFilter, SimSubscriptionListArgs } from "./subscription.inputs.ts";
import { type PageSelection, listSubscriptions } from "./subscription-list.loader.ts";
import {
  callsByIccid,
  subscriptionByIccid,
  subscriptionById,
  subscriptionHistoryByIccid,
} from "./subscription.loader.ts";
import {
  SimCount,
  SimProfileDate,
  SimProfilePeriod,
  SimState,
  SimStatePeriod,
  SimSubscription,
  SimSubscriptionConnection,
} from "./subscription.type.ts";

/** SIMs that one `subscriptionsByIccid` may ask for: ten calls to KORE. */
export const MAX_ICCIDS_PER_QUERY = 1000;

const costOfIccids: FieldCost = ({ parent, args: { iccids }, path, calls }) => {
  const count = Array.isArray(iccids) ? Math.min(iccids.length, MAX_ICCIDS_PER_QUERY) : 1;
  calls.add(subscriptionByIccid, path, callsByIccid({ ...parent, count }));
  return { count };
};

/** KORE adds the past states to a page where they are selected. Of several states each is a list of its own. */
const costOfList: FieldCost = (place) => {
  const { states } = (place.args.filter ?? {}) as Partial<SimSubscriptionFilter>;
  const lists = Array.isArray(states) ? new Set(states).size : 1;
  // After a cursor, the part of a list of which it is in the middle may be on two pages.
  const more = lists > 1 && typeof place.args.after === "string" ? lists : lists - 1;
  place.calls.addOwn(place.parent.count * more);
  return { preloaded: [subscriptionHistoryByIccid], ...costOfPage(place) };
};

/** Besides the account's list, each of its profiles in long form. */
const costOfEligible: FieldCost = ({ parent: { accounts, count }, calls }) => {
  calls.add(eachWholeActivationProfile, `all of ${accounts.key}`, accounts.count * ASSUMED_ACTIVATION_PROFILES);
  return { count: count * ASSUMED_ACTIVATION_PROFILES, preloaded: [eachWholeActivationProfile] };
};

interface OfProfile {
  accountId: string;
  profileId: string | null;
}

const profileKeyOf = ({ accountId, profileId: id }: OfProfile) => (id === null ? null : { accountId, id });

const ACCOUNT_ID = { description: "The account to look in." };

@Access({ role: "viewer" })
@Resolver(() => SimSubscription)
export class SubscriptionResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(ownCalls(1))
  @Query(() => SimSubscription, {
    nullable: true,
    description:
      "One SIM by exactly one of id, ICCID and EID; null when the account has none. One KORE call. Of an EID that holds several SIMs it is the one whose profile is enabled; where KORE shows none as enabled, the one whose state shows it in use; and where that is not clear, null with a hint that lists them.",
  })
  subscription(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg("id", () => ID, { nullable: true, description: "KORE's subscription-id." }) id?: string | null,
    @Arg("iccid", () => Iccid, { nullable: true, description: "The number printed on the SIM." }) iccid?: string | null,
    @Arg("eid", () => Eid, { nullable: true, description: "The number of the eSIM." }) eid?: string | null,
  ): Promise<SimSubscription | null> {
    const given = [id, iccid, eid].filter((selector) => typeof selector === "string");
    if (given.length !== 1) {
      throw userInputError(`subscription: give exactly one of id, iccid and eid; ${given.length} are given`);
    }
    if (typeof id === "string") return subscriptionById(context).load({ accountId, id });
    const absent = (why: string | undefined) => {
      if (why !== undefined) hint(context, info, why);
      return null;
    };
    return typeof iccid === "string"
      ? subscriptionByIccid(context)
          .load({ accountId, iccid })
          .then((sim) => sim ?? absent(explainNotFound("ICCID", iccid)))
      : subscriptionByEid(accountId, eid ?? "", context).then(
          ({ sim, why }) => sim ?? absent(why ?? explainNotFound("EID", eid ?? "")),
        );
  }

  @Access({ account: { argument: "accountId" } })
  @Costs(costOfList)
  @Query(() => SimSubscriptionConnection, {
    description:
      "An account's SIMs, by creation time unless ordered otherwise. A page from the start is one KORE call, of several states at most one per state.",
  })
  subscriptions(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Args(() => SimSubscriptionListArgs) args: SimSubscriptionListArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<SimSubscription>> {
    return listSubscriptions(accountId, args, selectionOf(info), context);
  }

  @Access({ account: { argument: "accountId" } })
  @Costs(costOfIccids)
  @Query(() => [SimSubscription], {
    nullable: "items",
    description: `The SIMs of up to ${MAX_ICCIDS_PER_QUERY} ICCIDs, in their order, null where the account has none. One KORE call per 100.`,
  })
  async subscriptionsByIccid(
    @Arg("accountId", () => ID, ACCOUNT_ID) accountId: string,
    @Arg("iccids", () => [Iccid], { description: "The numbers printed on the SIMs." }) iccids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(SimSubscription | Error | null)[]> {
    if (iccids.length > MAX_ICCIDS_PER_QUERY) {
      throw userInputError(`iccids: at most ${MAX_ICCIDS_PER_QUERY} at once; ${iccids.length} are given`);
    }
    const found = await subscriptionByIccid(context).loadMany(iccids.map((iccid) => ({ accountId, iccid })));
    for (const [index, iccid] of iccids.entries()) {
      const why = found[index] === null ? explainNotFound("ICCID", iccid) : undefined;
      if (why) hint(context, info, why, index);
    }
    return found;
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account that it belongs to." })
  account(@Root() { accountId }: SimSubscription): Account {
    return { id: accountId };
  }

  @Loads(subscriptionHistoryByIccid)
  @FieldResolver(() => [SimStatePeriod], {
    nullable: true,
    description: "All states so far. In a list it costs nothing; for single SIMs one KORE call per 100.",
  })
  async stateHistory(@Root() sim: SimSubscription, @Ctx() context: Context): Promise<SimStatePeriod[]> {
    const { accountId, iccid } = sim;
    if (sim.hasHistory || iccid === null) return sim.states;
    return (await subscriptionHistoryByIccid(context).load({ accountId, iccid }))?.states ?? sim.states;
  }

  @Loads(costCentersByAccount)
  @FieldResolver(() => CostCenter, {
    nullable: true,
    description: "Its cost center. One KORE call for all SIMs of an account.",
  })
  costCenter(
    @Root() { accountId, costCenterId: id }: SimSubscription,
    @Ctx() context: Context,
  ): MaybePromise<CostCenter | null> {
    if (id === null) return null;
    return mapMaybePromise(costCentersByAccount(context).peekOrLoad(accountId), (all) => all.get(id) ?? null);
  }

  @Loads(eachSimProfile, { keyOf: profileKeyOf })
  @FieldResolver(() => SimProfile, {
    nullable: true,
    description: "Its plans and features. One KORE call for all SIMs on the same profile.",
  })
  profile(@Root() sim: SimSubscription, @Ctx() context: Context): MaybePromise<SimProfile | null> {
    return profileOf(sim, context);
  }

  @Loads(activationProfilesByAccount, { isPartial: true })
  @Costs(costOfEligible)
  @FieldResolver(() => [ActivationProfile], {
    nullable: true,
    description:
      "The account's activation profiles for the SIM's service type and, where both name one, its product offer. KORE does not state which profiles fit a SIM; this is our reading. One KORE call per account and one per profile.",
  })
  async eligibleActivationProfiles(
    @Root() { accountId, serviceTypeId, productOffer }: SimSubscription,
    @Ctx() context: Context,
  ): Promise<ActivationProfile[]> {
    if (serviceTypeId === null) return [];
    const all = await activationProfilesByAccount(context).load(accountId);
    const whole = await Promise.all(all.map((profile) => eachWholeActivationProfile(context).load(profile)));
    return whole.filter((profile): profile is ActivationProfile => {
      const offer = profile?.detail?.productOffer ?? null;
      const fits = offer === null || productOffer === null || offer === productOffer;
      return profile?.detail?.serviceTypeId === serviceTypeId && fits;
    });
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimProfilePeriod)
export class SimProfilePeriodResolver {
  @Loads(eachSimProfile)
  @FieldResolver(() => SimProfile, { nullable: true, description: "The plans and features of that time." })
  profile(@Root() period: SimProfilePeriod, @Ctx() context: Context): MaybePromise<SimProfile | null> {
    return profileOf(period, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimProfileDate)
export class SimProfileDateResolver {
  @Loads(eachSimProfile)
  @FieldResolver(() => SimProfile, { nullable: true, description: "The plans and features of that time." })
  profile(@Root() date: SimProfileDate, @Ctx() context: Context): MaybePromise<SimProfile | null> {
    return profileOf(date, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountSubscriptionsResolver {
  @Costs(costOfList)
  @FieldResolver(() => SimSubscriptionConnection, {
    nullable: true,
    description:
      "The account's SIMs, by creation time unless ordered otherwise. A page from the start is one KORE call, of several states at most one per state.",
  })
  subscriptions(
    @Root() { id: accountId }: Account,
    @Args(() => SimSubscriptionListArgs) args: SimSubscriptionListArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<SimSubscription>> {
    return listSubscriptions(accountId, args, selectionOf(info), context);
  }

  @Costs(costOfCounts)
  @FieldResolver(() => [SimCount], {
    nullable: true,
    description:
      "The number of SIMs in each state. One KORE call per state; UNKNOWN, the rest of the account's SIMs, needs all states and one call more: 11 by default. Each is kept for CACHE_SECONDS, until a write or an event about SIMs.",
  })
  simCounts(
    @Root() { id: accountId }: Account,
    @Ctx() context: Context,
    @Arg("states", () => [SimState], { nullable: true, description: "The states to count. Default: all." })
    states?: SimState[] | null,
  ): Promise<SimCount[]> {
    return countSims(accountId, states, context);
  }
}

/** KORE adds past states to a list for the asking; asked later they would cost calls of their own. */
const selectionOf = (info: GraphQLResolveInfo): PageSelection => ({
  history: isSelected(info, "nodes", "stateHistory") || isSelected(info, "edges", "node", "stateHistory"),
  total: isSelected(info, "totalCount"),
});

function profileOf(item: OfProfile, context: Context): MaybePromise<SimProfile | null> {
  const key = profileKeyOf(item);
  return key && eachSimProfile(context).peekOrLoad(key);
}
