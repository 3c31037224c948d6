import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import {
  SubscriptionRequest,
  costOfSubscriptionRequest,
  subscriptionRequestOf,
} from "../subscription-request/index.ts";
import {
  AssignCostCenterInput,
  SetConnectedHardwareInput,
  SetCustomFieldsInput,
  TransferSubscriptionsInput,
} from "./sim-record.inputs.ts";
import {
  assignCostCenter,
  costOfAssignment,
  costOfRecordChange,
  costOfTransfer,
  setConnectedHardware,
  setCustomFields,
  transferSubscriptions,
} from "./sim-record.service.ts";
import {
  AssignCostCenterPayload,
  RecordChangePayload,
  RecordChangeResult,
  SetConnectedHardwarePayload,
  SetCustomFieldsPayload,
  TransferSubscriptionsPayload,
} from "./sim-record.type.ts";

const SAFE =
  "SIMs that have the values are not written. Each order is executed at most once: see `requestKey`. KORE works on it afterwards; a request that fails KORE's validation changes none of its SIMs.";

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class SimRecordResolver {
  @Costs(costOfRecordChange)
  @Mutation(() => SetCustomFieldsPayload, { nullable: true, description: `Sets custom fields of SIMs. ${SAFE}` })
  setCustomFields(
    @Arg("input", () => SetCustomFieldsInput, { description: "The command." }) input: SetCustomFieldsInput,
    @Ctx() context: Context,
  ): Promise<RecordChangePayload> {
    return setCustomFields(input, context);
  }

  @Costs(costOfRecordChange)
  @Mutation(() => SetConnectedHardwarePayload, {
    nullable: true,
    description: `Records the devices that hold SIMs. ${SAFE}`,
  })
  setConnectedHardware(
    @Arg("input", () => SetConnectedHardwareInput, { description: "The command." }) input: SetConnectedHardwareInput,
    @Ctx() context: Context,
  ): Promise<RecordChangePayload> {
    return setConnectedHardware(input, context);
  }

  @Costs(costOfAssignment)
  @Mutation(() => AssignCostCenterPayload, {
    nullable: true,
    description: `Assigns SIMs to a cost center. ${SAFE}`,
  })
  assignCostCenter(
    @Arg("input", () => AssignCostCenterInput, { description: "The command." }) input: AssignCostCenterInput,
    @Ctx() context: Context,
  ): Promise<RecordChangePayload> {
    return assignCostCenter(input, context);
  }

  @Access({ role: "admin", account: { argument: "input.accountId", also: "input.destinationAccountId" } })
  @Costs(costOfTransfer)
  @Mutation(() => TransferSubscriptionsPayload, {
    nullable: true,
    description: `Transfers SIMs in state STOCK to another account, for which the caller must be authorised as well; their number must be confirmed. While another order for a SIM is not finished, it is REJECTED, and so are other orders during a transfer. ${SAFE}`,
  })
  transferSubscriptions(
    @Arg("input", () => TransferSubscriptionsInput, { description: "The command." })
    input: TransferSubscriptionsInput,
    @Ctx() context: Context,
  ): Promise<RecordChangePayload> {
    return transferSubscriptions(input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => RecordChangePayload)
export class RecordChangePayloadResolver {
  @Costs(costOfSubscriptionRequest)
  @FieldResolver(() => [SubscriptionRequest], {
    description: "KORE's subscription requests of this order. One KORE call each, unless only ids are selected.",
  })
  requests(
    @Root() { accountId, requestIds }: RecordChangePayload,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubscriptionRequest[]> {
    return Promise.all(requestIds.map((id) => subscriptionRequestOf({ accountId, id }, context, info)));
  }
}

@Access({ role: "viewer" })
@Resolver(() => RecordChangeResult)
export class RecordChangeResultResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, {
    nullable: true,
    description:
      "The SIM after the order; after a transfer that was waited for, in its new account. One KORE call per 100.",
  })
  subscription(
    @Root() { accountId, iccid, subscriptionId: id }: RecordChangeResult,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid }, context);
  }

  @Costs(costOfSubscriptionRequest)
  @FieldResolver(() => SubscriptionRequest, {
    nullable: true,
    description:
      "KORE's subscription request for the SIM. One KORE call for each different one, unless only its id is selected.",
  })
  request(
    @Root() { requestAccountId: accountId, requestId: id }: RecordChangeResult,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubscriptionRequest> | null {
    return id === null ? null : subscriptionRequestOf({ accountId, id }, context, info);
  }
}
