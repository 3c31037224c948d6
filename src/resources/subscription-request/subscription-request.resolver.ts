import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Access, Costs, type FieldCost, Loads, free, hint, selectsOnly } from "../../graph/index.ts";
import { KoreError } from "../../kore/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import { eachSubscriptionRequest } from "./subscription-request.loader.ts";
import { acknowledgedRequest } from "./subscription-request.mapper.ts";
import { SubscriptionRequest, SubscriptionRequestSubscription } from "./subscription-request.type.ts";

@Access({ role: "viewer" })
@Resolver(() => SubscriptionRequest)
export class SubscriptionRequestResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(eachSubscriptionRequest)
  @Query(() => SubscriptionRequest, {
    nullable: true,
    description:
      "One request to change SIM records; null when KORE knows none by this id in this account. One KORE call.",
  })
  subscriptionRequest(
    @Arg("accountId", () => ID, { description: "The account whose SIMs it changes." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's subscription-request-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<SubscriptionRequest | null> {
    return eachSubscriptionRequest(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account whose SIMs it changes." })
  account(@Root() { accountId }: SubscriptionRequest): Account {
    return { id: accountId };
  }
}

@Access({ role: "viewer" })
@Resolver(() => SubscriptionRequestSubscription)
export class SubscriptionRequestSubscriptionResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, {
    nullable: true,
    description: "The SIM; null once another account has it. One KORE call per 100.",
  })
  subscription(
    @Root() { accountId, iccid, subscriptionId: id }: SubscriptionRequestSubscription,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid }, context);
  }
}

/** Fields of a request that need no read after its acknowledgement. */
const KNOWN_OF_REQUEST = ["__typename", "nodeId", "id", "accountId", "account"];

/** Bounded by the number of the order's requests, not by its SIMs. */
export const costOfSubscriptionRequest: FieldCost = ({ parent, path, selected, calls }) => {
  const isKnown = selected().every((name) => KNOWN_OF_REQUEST.includes(name));
  const { requests: count = 0 } = parent.listSizes;
  if (!isKnown) calls.add(eachSubscriptionRequest, path, count);
  return { preloaded: [eachSubscriptionRequest], count };
};

/** A request that KORE has acknowledged. A failing or empty read must not fail the write's answer. See `requestOf`. */
export async function subscriptionRequestOf(
  ref: Ref,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<SubscriptionRequest> {
  if (selectsOnly(info, ...KNOWN_OF_REQUEST)) return acknowledgedRequest(ref);
  try {
    return (await eachSubscriptionRequest(context).load(ref)) ?? acknowledgedRequest(ref);
  } catch (error) {
    if (!(error instanceof KoreError)) throw error;
    hint(context, info, "KORE could not be asked for the request's status; its acknowledgement is shown");
    return acknowledgedRequest(ref);
  }
}
