import { type GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import {
  Access,
  Costs,
  Eid,
  type FieldCost,
  Loads,
  type Page,
  PageArgs,
  costOfPage,
  explainNotFound,
  free,
  hint,
} from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { ASSUMED_ESIM_PROFILES } from "../assumed-sizes.ts";
import { type Context } from "../context.ts";
import { SimSubscription, currentSimOf } from "../subscription/index.ts";
import { listEsimRequests } from "./esim-request.loader.ts";
import { type EsimRequest, EsimRequestConnection } from "./esim-request.type.ts";
import { costOfProfiles, profilesOfEsim, simsOfEsim } from "./esim.loader.ts";
import { Esim, EsimProfile } from "./esim.type.ts";

const costOfSims: FieldCost = ({ parent, path, calls }) => {
  calls.add(simsOfEsim, path, parent.count);
  return { count: parent.count * ASSUMED_ESIM_PROFILES };
};

@Access({ role: "viewer" })
@Resolver(() => Esim)
export class EsimResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(simsOfEsim)
  @Query(() => Esim, {
    nullable: true,
    description: "One eSIM; null when the account has no SIM on it. One KORE call.",
  })
  async esim(
    @Arg("accountId", () => ID, { description: "The account to look in." }) accountId: string,
    @Arg("eid", () => Eid, { description: "The number of the eSIM." }) eid: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Esim | null> {
    const esim = await esimOf({ accountId, eid }, context);
    const why = esim ? undefined : explainNotFound("EID", eid);
    if (why !== undefined) hint(context, info, why);
    return esim;
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account that its SIMs belong to." })
  account(@Root() { accountId }: Esim): Account {
    return { id: accountId };
  }

  @Costs(costOfSims)
  @FieldResolver(() => [SimSubscription], { nullable: true, description: "The SIMs on it. One KORE call." })
  subscriptions(@Root() esim: Esim, @Ctx() context: Context): Promise<SimSubscription[]> {
    return simsOfEsim(context).load(esim);
  }

  @Loads(simsOfEsim)
  @FieldResolver(() => SimSubscription, {
    nullable: true,
    description:
      "The SIM whose profile is in use, as `Query.subscription` finds it by EID; null when KORE does not show which it is. One KORE call.",
  })
  async currentSubscription(@Root() esim: Esim, @Ctx() context: Context): Promise<SimSubscription | null> {
    return currentSimOf(await simsOfEsim(context).load(esim));
  }

  @Costs(costOfProfiles)
  @FieldResolver(() => [EsimProfile], {
    nullable: true,
    description: "The SIMs on it with the status of their profiles. Two KORE calls.",
  })
  profiles(@Root() esim: Esim, @Ctx() context: Context): Promise<EsimProfile[]> {
    return profilesOfEsim(context).load(esim);
  }

  @Costs(costOfPage)
  @FieldResolver(() => EsimRequestConnection, {
    nullable: true,
    description: "KORE's requests for its profiles, in KORE's order, which KORE does not state. One KORE call.",
  })
  requests(
    @Root() { accountId, eid }: Esim,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<EsimRequest>> {
    return listEsimRequests(accountId, page, { eid }, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => EsimProfile)
export class EsimProfileResolver {
  @Costs(free)
  @FieldResolver(() => SimSubscription, { description: "The SIM." })
  subscription(@Root() profile: EsimProfile): SimSubscription {
    return profile.subscription;
  }
}

@Access({ role: "viewer" })
@Resolver(() => SimSubscription)
export class SimEsimResolver {
  @Costs(free)
  @FieldResolver(() => Esim, { nullable: true, description: "The eSIM that holds it; null when it is not an eSIM." })
  esim(@Root() { accountId, eid }: SimSubscription): Esim | null {
    return eid === null ? null : { accountId, eid };
  }
}

/** An eSIM that holds a SIM of the account; else null. */
export async function esimOf(esim: { accountId: string; eid: string }, context: Context): Promise<Esim | null> {
  return (await simsOfEsim(context).load(esim)).length > 0 ? esim : null;
}
