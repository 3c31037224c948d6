import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  type FieldCost,
  Loads,
  type MaybePromise,
  type Page,
  PageArgs,
  costOfPage,
  free,
  listOf,
} from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { ActivationProfile, activationProfileById } from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { ASSUMED_SIMS_PER_REQUEST } from "../assumed-sizes.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import { ProvisioningRequestFilter } from "./provisioning-request.inputs.ts";
import {
  eachLastProvisioningRequest,
  eachProvisioningRequest,
  eachSource,
  listProvisioningRequests,
} from "./provisioning-request.loader.ts";
import { toProgress } from "./provisioning-request.mapper.ts";
import {
  ProvisioningProgress,
  ProvisioningRequest,
  ProvisioningRequestConnection,
  ProvisioningRequestSubscription,
} from "./provisioning-request.type.ts";

/** KORE's lists have the sources. */
const costOfList: FieldCost = (place) => ({ preloaded: [eachSource], ...costOfPage(place) });

@Access({ role: "viewer" })
@Resolver(() => ProvisioningRequest)
export class ProvisioningRequestResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(eachProvisioningRequest)
  @Query(() => ProvisioningRequest, {
    nullable: true,
    description: "One provisioning request; null when KORE knows none by this id in this account. One KORE call.",
  })
  provisioningRequest(
    @Arg("accountId", () => ID, { description: "The account whose SIMs it changes." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's provisioning-request-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<ProvisioningRequest | null> {
    return eachProvisioningRequest(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account whose SIMs it changes." })
  account(@Root() { accountId }: ProvisioningRequest): Account {
    return { id: accountId };
  }

  @Loads(eachSource)
  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Where it was created. In a list it costs nothing; for a request that was read by its id one KORE call.",
  })
  source(@Root() request: ProvisioningRequest, @Ctx() context: Context): MaybePromise<string | null> {
    return request.source === undefined ? eachSource(context).load(request) : request.source;
  }

  @Loads(eachProvisioningRequest)
  @Costs(listOf(ASSUMED_SIMS_PER_REQUEST))
  @FieldResolver(() => [ProvisioningRequestSubscription], {
    nullable: true,
    description: "Its SIMs with their outcomes. For a request out of a list, one KORE call.",
  })
  subscriptions(@Root() request: ProvisioningRequest, @Ctx() context: Context) {
    return outcomesOf(request, context);
  }

  @Loads(eachProvisioningRequest)
  @FieldResolver(() => ProvisioningProgress, {
    nullable: true,
    description: "Its SIMs counted by outcome. For a request out of a list, one KORE call.",
  })
  async progress(@Root() request: ProvisioningRequest, @Ctx() context: Context): Promise<ProvisioningProgress | null> {
    const outcomes = await outcomesOf(request, context);
    return outcomes && toProgress(outcomes);
  }

  @Loads(activationProfileById)
  @FieldResolver(() => ActivationProfile, {
    nullable: true,
    description: "Its activation profile. One KORE call for all requests of an account.",
  })
  activationProfile(
    @Root() { accountId, activationProfileId: id }: ProvisioningRequest,
    @Ctx() context: Context,
  ): Promise<ActivationProfile | null> | null {
    return id === null ? null : activationProfileById(context).load({ accountId, id });
  }
}

@Access({ role: "viewer" })
@Resolver(() => ProvisioningRequestSubscription)
export class ProvisioningRequestSubscriptionResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call per 100." })
  subscription(
    @Root() { accountId, iccid, subscriptionId: id }: ProvisioningRequestSubscription,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid }, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimSubscription)
export class SubscriptionProvisioningResolver {
  @Loads(eachLastProvisioningRequest)
  @Costs(() => ({ preloaded: [eachLastProvisioningRequest, eachSource] }))
  @FieldResolver(() => ProvisioningRequest, {
    nullable: true,
    description: "The newest provisioning request that names the SIM; null when there is none. One KORE call per SIM.",
  })
  lastProvisioningRequest(@Root() sim: SimSubscription, @Ctx() context: Context): Promise<ProvisioningRequest | null> {
    return eachLastProvisioningRequest(context).load(sim);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountProvisioningResolver {
  @Costs(costOfList)
  @FieldResolver(() => ProvisioningRequestConnection, {
    nullable: true,
    description: "The account's provisioning requests, in KORE's order, which KORE does not state. One KORE call.",
  })
  provisioningRequests(
    @Root() account: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("filter", () => ProvisioningRequestFilter, { nullable: true, description: "Filter. Default: all requests." })
    filter?: ProvisioningRequestFilter | null,
  ): Promise<Page<ProvisioningRequest>> {
    return listProvisioningRequests(account.id, page, filter, context);
  }
}

async function outcomesOf(request: ProvisioningRequest, context: Context) {
  const whole = request.detail ? request : await eachProvisioningRequest(context).load(request);
  return whole?.detail?.subscriptions ?? null;
}
