import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs, type FieldCost, hint, selectsOnly } from "../../graph/index.ts";
import { KoreError } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import {
  ActivateSubscriptionsInput,
  ChangeSubscriptionPlanInput,
  DeactivateSubscriptionsInput,
  ReactivateSubscriptionsInput,
  SuspendSubscriptionsInput,
  TerminateSubscriptionsInput,
} from "./order.inputs.ts";
import { submitOrder, costOfOrder } from "./order.service.ts";
import { OrderPayload, OrderResult } from "./order.type.ts";
import { eachProvisioningRequest } from "../provisioning-request/index.ts";
import { acknowledged } from "../provisioning-request/index.ts";
import { ProvisioningRequest } from "../provisioning-request/index.ts";

/** Fields that an acknowledgement has without another read. */
const KNOWN_OF_REQUEST = ["__typename", "id", "accountId", "account"];

/** However many SIMs name them, an order has only so many requests. */
export const costOfRequest: FieldCost = ({ parent, path, selected, calls }) => {
  const isKnown = selected().every((name) => KNOWN_OF_REQUEST.includes(name));
  if (!isKnown) calls.add(eachProvisioningRequest, path, parent.listSizes.requests ?? 0);
  return { preloaded: [eachProvisioningRequest] };
};

const costOfRequests: FieldCost = (site) => ({ ...costOfRequest(site), count: site.parent.listSizes.requests ?? 0 });

const SAFE =
  "SIMs in the wanted state are left alone, and so are those from whose state it makes no sense. Each intent is written at most once: see `requestKey`.";

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class OrderResolver {
  @Costs(costOfOrder)
  @Mutation(() => OrderPayload, { nullable: true, description: `Activates SIMs. ${SAFE}` })
  activateSubscriptions(
    @Arg("input", () => ActivateSubscriptionsInput, { description: "The command." }) input: ActivateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("activate", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => OrderPayload, { nullable: true, description: `Suspends SIMs. ${SAFE}` })
  suspendSubscriptions(
    @Arg("input", () => SuspendSubscriptionsInput, { description: "The command." }) input: SuspendSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("suspend", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => OrderPayload, { nullable: true, description: `Reactivates SIMs. ${SAFE}` })
  reactivateSubscriptions(
    @Arg("input", () => ReactivateSubscriptionsInput, { description: "The command." })
    input: ReactivateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("reactivate", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => OrderPayload, {
    nullable: true,
    description: `Deactivates SIMs; how many must be confirmed. ${SAFE}`,
  })
  deactivateSubscriptions(
    @Arg("input", () => DeactivateSubscriptionsInput, { description: "The command." })
    input: DeactivateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("deactivate", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => OrderPayload, {
    nullable: true,
    description: `Puts SIMs onto the plans and features of an activation profile. ${SAFE}`,
  })
  changeSubscriptionPlan(
    @Arg("input", () => ChangeSubscriptionPlanInput, { description: "The command." })
    input: ChangeSubscriptionPlanInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("plan-feature-change", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => OrderPayload, {
    nullable: true,
    description: `Terminates SIMs, which cannot be undone; how many must be confirmed. ${SAFE}`,
  })
  terminateSubscriptions(
    @Arg("input", () => TerminateSubscriptionsInput, { description: "The command." })
    input: TerminateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("terminate", input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => OrderPayload)
export class OrderPayloadResolver {
  @Costs(costOfRequests)
  @FieldResolver(() => [ProvisioningRequest], {
    description: "KORE's provisioning requests of this order. One KORE call each for more than their ids.",
  })
  requests(
    @Root() { accountId, requestIds }: OrderPayload,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProvisioningRequest[]> {
    return Promise.all(requestIds.map((id) => requestOf({ accountId, id }, context, info)));
  }
}

@Access({ role: "viewer" })
@Resolver(() => OrderResult)
export class OrderResultResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, {
    nullable: true,
    description: "The SIM as it is after the order. One KORE call per 100.",
  })
  subscription(
    @Root() { accountId, iccid, subscriptionId: id }: OrderResult,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid }, context);
  }

  @Costs(costOfRequest)
  @FieldResolver(() => ProvisioningRequest, {
    nullable: true,
    description: "KORE's provisioning request for the SIM. One KORE call for each different one, for more than its id.",
  })
  request(
    @Root() { accountId, requestId: id }: OrderResult,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProvisioningRequest> | null {
    return id === null ? null : requestOf({ accountId, id }, context, info);
  }
}

/**
 * An id that KORE has just given needs no looking up for itself. Nor is it lost when KORE does not show it at once or
 * cannot be asked: that it was submitted is known, and what a write did must not go with a read that fails.
 */
export async function requestOf(ref: Ref, context: Context, info: GraphQLResolveInfo): Promise<ProvisioningRequest> {
  if (selectsOnly(info, ...KNOWN_OF_REQUEST)) return acknowledged(ref);
  try {
    return (await eachProvisioningRequest(context).load(ref)) ?? acknowledged(ref);
  } catch (error) {
    if (!(error instanceof KoreError)) throw error;
    hint(context, info, "KORE could not be asked how far it is; shown is that it acknowledged the request");
    return acknowledged(ref);
  }
}
