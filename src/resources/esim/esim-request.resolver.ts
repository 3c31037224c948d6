import { type GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  Eid,
  type FieldCost,
  Loads,
  type Page,
  PageArgs,
  costOfPage,
  free,
  hint,
  listOf,
  selectsOnly,
} from "../../graph/index.ts";
import { KoreError } from "../../kore/index.ts";
import { Account } from "../account/index.ts";
import { ActivationProfile, activationProfileById } from "../activation-profile/index.ts";
import { ASSUMED_ESIMS_PER_REQUEST } from "../assumed-sizes.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { SimSubscription, callsById, simOf, subscriptionById } from "../subscription/index.ts";
import { eachEsimRequest, listEsimRequests } from "./esim-request.loader.ts";
import { acknowledgedEsimRequest } from "./esim-request.mapper.ts";
import { EsimRequest, EsimRequestConnection, EsimRequestItem } from "./esim-request.type.ts";
import { Esim } from "./esim.type.ts";

/** Fields of a request that need no read after its acknowledgement. */
const KNOWN_OF_REQUEST = ["__typename", "nodeId", "id", "accountId", "account"];

/** Bounded by the number of the order's requests, not by its eSIMs. */
export const costOfEsimRequest: FieldCost = ({ parent, path, selected, calls }) => {
  const isKnown = selected().every((name) => KNOWN_OF_REQUEST.includes(name));
  const { requests: count = parent.count } = parent.listSizes;
  if (!isKnown) calls.add(eachEsimRequest, path, count);
  return { preloaded: [eachEsimRequest], count };
};

/** An item names two SIMs. */
const costOfItsSim: FieldCost = ({ parent, path, calls }) => {
  calls.add(subscriptionById, path, callsById(parent));
  return undefined;
};

@Access({ role: "viewer" })
@Resolver(() => EsimRequest)
export class EsimRequestResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(eachEsimRequest)
  @Query(() => EsimRequest, {
    nullable: true,
    description: "One eSIM request; null when KORE knows none by this id in this account. One KORE call.",
  })
  esimRequest(
    @Arg("accountId", () => ID, { description: "The account whose eSIMs it changes." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's esim-profile-switch-request-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<EsimRequest | null> {
    return eachEsimRequest(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account whose eSIMs it changes." })
  account(@Root() { accountId }: EsimRequest): Account {
    return { id: accountId };
  }

  @Loads(activationProfileById)
  @FieldResolver(() => ActivationProfile, {
    nullable: true,
    description: "The activation profile that it names. One KORE call for those of an account.",
  })
  activationProfile(
    @Root() { accountId, activationProfileId: id }: EsimRequest,
    @Ctx() context: Context,
  ): Promise<ActivationProfile | null> | null {
    return id === null ? null : activationProfileById(context).load({ accountId, id });
  }

  @Loads(eachEsimRequest)
  @Costs(listOf(ASSUMED_ESIMS_PER_REQUEST))
  @FieldResolver(() => [EsimRequestItem], {
    nullable: true,
    description: "Its eSIMs with their outcomes. For a request out of a list, one KORE call.",
  })
  async esims(@Root() request: EsimRequest, @Ctx() context: Context): Promise<EsimRequestItem[] | null> {
    const whole = request.detail ? request : await eachEsimRequest(context).load(request);
    return whole?.detail?.items ?? null;
  }
}

@Access({ role: "viewer" })
@Resolver(() => EsimRequestItem)
export class EsimRequestItemResolver {
  @Costs(free)
  @FieldResolver(() => Esim, { nullable: true, description: "The eSIM." })
  esim(@Root() { accountId, eid }: EsimRequestItem): Esim | null {
    return eid === null ? null : { accountId, eid };
  }

  @Costs(costOfItsSim)
  @FieldResolver(() => SimSubscription, {
    nullable: true,
    description:
      "The SIM whose profile it gets: after a switch the device's new ICCID, IMSI and MSISDN. One KORE call each.",
  })
  newSubscription(
    @Root() { accountId, newSubscriptionId: id }: EsimRequestItem,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid: null }, context);
  }

  @Costs(costOfItsSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM that it had. One KORE call each." })
  oldSubscription(
    @Root() { accountId, oldSubscriptionId: id }: EsimRequestItem,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid: null }, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountEsimRequestsResolver {
  @Costs(costOfPage)
  @FieldResolver(() => EsimRequestConnection, {
    nullable: true,
    description: "The account's eSIM requests, in KORE's order, which KORE does not state. One KORE call.",
  })
  esimRequests(
    @Root() account: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("eid", () => Eid, { nullable: true, description: "Only requests for this eSIM. Default: all requests." })
    eid?: string | null,
  ): Promise<Page<EsimRequest>> {
    return listEsimRequests(account.id, page, { eid: eid ?? undefined }, context);
  }
}

/** A request that KORE has acknowledged. A failing or empty read must not fail the write's answer. See `requestOf`. */
export async function esimRequestOf(ref: Ref, context: Context, info: GraphQLResolveInfo): Promise<EsimRequest> {
  if (selectsOnly(info, ...KNOWN_OF_REQUEST)) return acknowledgedEsimRequest(ref);
  try {
    return (await eachEsimRequest(context).load(ref)) ?? acknowledgedEsimRequest(ref);
  } catch (error) {
    if (!(error instanceof KoreError)) throw error;
    hint(context, info, "KORE could not be asked for the request's status; its acknowledgement is shown");
    return acknowledgedEsimRequest(ref);
  }
}
