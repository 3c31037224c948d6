import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs, free } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { Esim, EsimRequest, costOfEsimRequest, esimRequestOf } from "../esim/index.ts";
import { OrderReason } from "../order/index.ts";
import {
  DeleteEsimProfilesInput,
  DownloadEsimProfilesInput,
  EnableEsimProfilesInput,
  SwitchEsimProfilesInput,
} from "./esim-order.inputs.ts";
import { costOfEsimOrder, submitEsimOrder } from "./esim-order.service.ts";
import {
  DeleteEsimProfilesPayload,
  DownloadEsimProfilesPayload,
  EnableEsimProfilesPayload,
  EsimOrderPayload,
  EsimOrderResult,
  SwitchEsimProfilesPayload,
} from "./esim-order.type.ts";

const SAFE =
  "The device must be online, and the eSIM's SIM in state TEST, READY or ACTIVE; others are not written. Each order is executed at most once: see `requestKey`. One KORE call per eSIM, and one per product offer.";

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class EsimOrderResolver {
  @Costs(costOfEsimOrder)
  @Mutation(() => SwitchEsimProfilesPayload, {
    nullable: true,
    description: `Downloads a profile to eSIMs, activates its SIM, enables it, and deactivates the old SIM or what \`oldSubscription\` says. The devices get another ICCID, IMSI, MSISDN and IP address: see \`EsimRequestItem.newSubscription\`. ${SAFE}`,
  })
  switchEsimProfiles(
    @Arg("input", () => SwitchEsimProfilesInput, { description: "The command." }) input: SwitchEsimProfilesInput,
    @Ctx() context: Context,
  ): Promise<EsimOrderPayload> {
    return submitEsimOrder("esim-switch", input, context);
  }

  @Costs(costOfEsimOrder)
  @Mutation(() => DownloadEsimProfilesPayload, {
    nullable: true,
    description: `Downloads a profile to eSIMs and activates its SIM, without enabling it. ${SAFE}`,
  })
  downloadEsimProfiles(
    @Arg("input", () => DownloadEsimProfilesInput, { description: "The command." }) input: DownloadEsimProfilesInput,
    @Ctx() context: Context,
  ): Promise<EsimOrderPayload> {
    return submitEsimOrder("esim-download", input, context);
  }

  @Costs(costOfEsimOrder)
  @Mutation(() => EnableEsimProfilesPayload, {
    nullable: true,
    description: `Enables profiles on their eSIMs; one that is enabled is not written. ${SAFE}`,
  })
  enableEsimProfiles(
    @Arg("input", () => EnableEsimProfilesInput, { description: "The command." }) input: EnableEsimProfilesInput,
    @Ctx() context: Context,
  ): Promise<EsimOrderPayload> {
    return submitEsimOrder("esim-enable", input, context);
  }

  @Costs(costOfEsimOrder)
  @Mutation(() => DeleteEsimProfilesPayload, {
    nullable: true,
    description: `Deletes profiles from their eSIMs, which cannot be undone; their number must be confirmed. ${SAFE}`,
  })
  deleteEsimProfiles(
    @Arg("input", () => DeleteEsimProfilesInput, { description: "The command." }) input: DeleteEsimProfilesInput,
    @Ctx() context: Context,
  ): Promise<EsimOrderPayload> {
    return submitEsimOrder("esim-delete", input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => EsimOrderPayload)
export class EsimOrderPayloadResolver {
  @Costs(costOfEsimRequest)
  @FieldResolver(() => [EsimRequest], {
    description: "KORE's eSIM requests of this order. One KORE call each, unless only ids are selected.",
  })
  requests(
    @Root() { accountId, requestIds }: EsimOrderPayload,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EsimRequest[]> {
    return Promise.all(requestIds.map((id) => esimRequestOf({ accountId, id }, context, info)));
  }
}

@Access({ role: "viewer" })
@Resolver(() => EsimOrderResult)
export class EsimOrderResultResolver {
  @Costs(free)
  @FieldResolver(() => Esim, { nullable: true, description: "The eSIM; null when the account has no SIM on it." })
  esim(@Root() { accountId, eid, field, reason }: EsimOrderResult): Esim | null {
    const isFound = reason !== OrderReason.NOT_FOUND || field?.endsWith(".iccid") === true;
    return isFound ? { accountId, eid } : null;
  }

  @Costs(costOfEsimRequest)
  @FieldResolver(() => EsimRequest, {
    nullable: true,
    description: "KORE's eSIM request for it. One KORE call for each different one, unless only its id is selected.",
  })
  request(
    @Root() { accountId, requestId: id }: EsimOrderResult,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EsimRequest> | null {
    return id === null ? null : esimRequestOf({ accountId, id }, context, info);
  }
}
