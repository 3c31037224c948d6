import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import {
  Costs,
  type FieldCost,
  type Page,
  PageArgs,
  accountNamed,
  costOfPage,
  free,
  oncePerField,
  oncePerThing,
  unlessKnown,
} from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { ActivationProfile, activationProfileById, costOfProfileById } from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { MOST_SIMS_OF_REQUEST } from "../sizes.ts";
import { SimSubscription, callsByEither, simOf } from "../subscription/index.ts";
import { ProvisioningRequestFilter } from "./provisioning.inputs.ts";
import {
  eachLastProvisioningRequest,
  eachProvisioningRequest,
  listProvisioningRequests,
} from "./provisioning.loader.ts";
import { toProgress } from "./provisioning.mapper.ts";
import {
  EACH_REQUEST,
  ProvisioningProgress,
  ProvisioningRequest,
  ProvisioningRequestConnection,
  ProvisioningRequestSubscription,
} from "./provisioning.type.ts";

const costOfOutcomes: FieldCost = (site) => {
  unlessKnown("detail", oncePerThing(EACH_REQUEST))(site);
  return { count: site.parent.count * MOST_SIMS_OF_REQUEST };
};

export const costOfSim: FieldCost = ({ parent, asks }) => {
  asks.add("subscription", parent.key, callsByEither(parent));
  return { batches: 2 * parent.batches }; // Those by ICCID and those by id come apart.
};

@Resolver(() => ProvisioningRequest)
export class ProvisioningRequestResolver {
  @Costs((site) => {
    oncePerField(EACH_REQUEST)(site);
    return { accounts: accountNamed(site.args.accountId), known: ["detail"] };
  })
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

  @Costs(costOfOutcomes)
  @FieldResolver(() => [ProvisioningRequestSubscription], {
    nullable: true,
    description: "Its SIMs with their outcomes. For a request out of a list, one KORE call.",
  })
  subscriptions(@Root() request: ProvisioningRequest, @Ctx() context: Context) {
    return outcomesOf(request, context);
  }

  @Costs(unlessKnown("detail", oncePerThing(EACH_REQUEST)))
  @FieldResolver(() => ProvisioningProgress, {
    nullable: true,
    description: "Its SIMs counted by outcome. For a request out of a list, one KORE call.",
  })
  async progress(@Root() request: ProvisioningRequest, @Ctx() context: Context): Promise<ProvisioningProgress | null> {
    const outcomes = await outcomesOf(request, context);
    return outcomes && toProgress(outcomes);
  }

  @Costs(costOfProfileById)
  @FieldResolver(() => ActivationProfile, {
    nullable: true,
    description: "The activation profile that it uses. One KORE call for all requests of an account.",
  })
  activationProfile(
    @Root() { accountId, activationProfileId: id }: ProvisioningRequest,
    @Ctx() context: Context,
  ): Promise<ActivationProfile | null> | null {
    return id === null ? null : activationProfileById(context).load({ accountId, id });
  }
}

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

@Resolver(() => SimSubscription)
export class SubscriptionProvisioningResolver {
  @Costs(oncePerThing("provisioningRequest.eachLast"))
  @FieldResolver(() => ProvisioningRequest, {
    nullable: true,
    description: "The newest provisioning request that names the SIM; null when there is none. One KORE call per SIM.",
  })
  lastProvisioningRequest(@Root() sim: SimSubscription, @Ctx() context: Context): Promise<ProvisioningRequest | null> {
    return eachLastProvisioningRequest(context).load(sim);
  }
}

@Resolver(() => Account)
export class AccountProvisioningResolver {
  @Costs(costOfPage)
  @FieldResolver(() => ProvisioningRequestConnection, {
    nullable: true,
    description: "The account's provisioning requests, in KORE's order, which KORE does not state. One KORE call.",
  })
  provisioningRequests(
    @Root() account: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("filter", () => ProvisioningRequestFilter, { nullable: true, description: "Which requests." })
    filter?: ProvisioningRequestFilter | null,
  ): Promise<Page<ProvisioningRequest>> {
    return listProvisioningRequests(account.id, page, filter, context);
  }
}

async function outcomesOf(request: ProvisioningRequest, context: Context) {
  const whole = request.detail ? request : await eachProvisioningRequest(context).load(request);
  return whole?.detail?.subscriptions ?? null;
}
