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
import {
  ActivateSubscriptionsPayload,
  ChangeSubscriptionPlanPayload,
  DeactivateSubscriptionsPayload,
  OrderPayload,
  OrderResult,
  ReactivateSubscriptionsPayload,
  SuspendSubscriptionsPayload,
  TerminateSubscriptionsPayload,
} from "./order.type.ts";
import { eachProvisioningRequest } from "../provisioning-request/index.ts";
import { acknowledged } from "../provisioning-request/index.ts";
import { ProvisioningRequest } from "../provisioning-request/index.ts";

/** Fields of a request that need no read after its acknowledgement. */
const KNOWN_OF_REQUEST = ["__typename", "nodeId", "id", "accountId", "account"];

/** Bounded by the number of the order's requests, not by its SIMs. */
export const costOfRequest: FieldCost = ({ parent, path, selected, calls }) => {
  const isKnown = selected().every((name) => KNOWN_OF_REQUEST.includes(name));
  const { requests: count = 0 } = parent.listSizes;
  if (!isKnown) calls.add(eachProvisioningRequest, path, count);
  return { preloaded: [eachProvisioningRequest], count };
};

const SAFE =
  "SIMs in the wanted state are not written, nor are SIMs in a state from which it is impossible. Each order is executed at most once: see `requestKey`.";

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class OrderResolver {
  @Costs(costOfOrder)
  @Mutation(() => ActivateSubscriptionsPayload, { nullable: true, description: `Activates SIMs. ${SAFE}` })
  activateSubscriptions(
    @Arg("input", () => ActivateSubscriptionsInput, { description: "The command." }) input: ActivateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("activate", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => SuspendSubscriptionsPayload, { nullable: true, description: `Suspends SIMs. ${SAFE}` })
  suspendSubscriptions(
    @Arg("input", () => SuspendSubscriptionsInput, { description: "The command." }) input: SuspendSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("suspend", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => ReactivateSubscriptionsPayload, { nullable: true, description: `Reactivates SIMs. ${SAFE}` })
  reactivateSubscriptions(
    @Arg("input", () => ReactivateSubscriptionsInput, { description: "The command." })
    input: ReactivateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("reactivate", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => DeactivateSubscriptionsPayload, {
    nullable: true,
    description: `Deactivates SIMs, whose number must be confirmed. ${SAFE}`,
  })
  deactivateSubscriptions(
    @Arg("input", () => DeactivateSubscriptionsInput, { description: "The command." })
    input: DeactivateSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("deactivate", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => ChangeSubscriptionPlanPayload, {
    nullable: true,
    description: `Changes SIMs to the plans and features of an activation profile. ${SAFE}`,
  })
  changeSubscriptionPlan(
    @Arg("input", () => ChangeSubscriptionPlanInput, { description: "The command." })
    input: ChangeSubscriptionPlanInput,
    @Ctx() context: Context,
  ): Promise<OrderPayload> {
    return submitOrder("plan-feature-change", input, context);
  }

  @Costs(costOfOrder)
  @Mutation(() => TerminateSubscriptionsPayload, {
    nullable: true,
    description: `Terminates SIMs, which cannot be undone; their number must be confirmed. ${SAFE}`,
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
  @Costs(costOfRequest)
  @FieldResolver(() => [ProvisioningRequest], {
    description: "KORE's provisioning requests of this order. One KORE call each, unless only ids are selected.",
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
    description: "The SIM after the order. One KORE call per 100.",
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
    description:
      "KORE's provisioning request for the SIM. One KORE call for each different one, unless only its id is selected.",
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
 * A request that KORE has acknowledged. Its id needs no read. A failing or empty read must not fail the write's answer, so
 * the acknowledgement is shown then.
 */
export async function requestOf(ref: Ref, context: Context, info: GraphQLResolveInfo): Promise<ProvisioningRequest> {
  if (selectsOnly(info, ...KNOWN_OF_REQUEST)) return acknowledged(ref);
  try {
    return (await eachProvisioningRequest(context).load(ref)) ?? acknowledged(ref);
  } catch (error) {
    if (!(error instanceof KoreError)) throw error;
    hint(context, info, "KORE could not be asked for the request's status; its acknowledgement is shown");
    return acknowledged(ref);
  }
}
