import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Access, Costs, Loads, type Page, PageArgs, costOfPage, free } from "../../graph/index.ts";
import { Account } from "../account/index.ts";
import { type Context } from "../context.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import { DiagnosticsRequestFilter } from "./diagnostics.inputs.ts";
import { eachDiagnosticsRequest, listDiagnosticsRequests } from "./diagnostics.loader.ts";
import {
  DiagnosticsRequest,
  DiagnosticsRequestConnection,
  DiagnosticsRequestSubscription,
} from "./diagnostics.type.ts";

@Access({ role: "viewer" })
@Resolver(() => DiagnosticsRequest)
export class DiagnosticsRequestResolver {
  @Access({ account: { argument: "accountId" } })
  @Loads(eachDiagnosticsRequest)
  @Query(() => DiagnosticsRequest, {
    nullable: true,
    description: "One diagnostics request; null when KORE knows none by this id in this account. One KORE call.",
  })
  diagnosticsRequest(
    @Arg("accountId", () => ID, { description: "The account whose SIM it is about." }) accountId: string,
    @Arg("id", () => ID, { description: "KORE's diagnostics-request-id." }) id: string,
    @Ctx() context: Context,
  ): Promise<DiagnosticsRequest | null> {
    return eachDiagnosticsRequest(context).load({ accountId, id });
  }

  @Costs(free)
  @FieldResolver(() => Account, { description: "The account whose SIM it is about." })
  account(@Root() { accountId }: DiagnosticsRequest): Account {
    return { id: accountId };
  }

  @Loads(eachDiagnosticsRequest)
  @FieldResolver(() => String, {
    nullable: true,
    description: "KORE's error-message. For a request out of a list, one KORE call.",
  })
  async message(@Root() request: DiagnosticsRequest, @Ctx() context: Context): Promise<string | null> {
    return (await detailOf(request, context))?.message ?? null;
  }

  @Loads(eachDiagnosticsRequest)
  @FieldResolver(() => [DiagnosticsRequestSubscription], {
    nullable: true,
    description: "Its SIM with the outcome. For a request out of a list, one KORE call.",
  })
  async subscriptions(@Root() request: DiagnosticsRequest, @Ctx() context: Context) {
    return (await detailOf(request, context))?.subscriptions ?? null;
  }
}

@Access({ role: "viewer" })
@Resolver(() => DiagnosticsRequestSubscription)
export class DiagnosticsRequestSubscriptionResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call per 100." })
  subscription(
    @Root() { accountId, iccid, subscriptionId: id }: DiagnosticsRequestSubscription,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid }, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => Account)
export class AccountDiagnosticsResolver {
  @Costs(costOfPage)
  @FieldResolver(() => DiagnosticsRequestConnection, {
    nullable: true,
    description: "The account's diagnostics requests, in KORE's order, which KORE does not state. One KORE call.",
  })
  diagnosticsRequests(
    @Root() account: Account,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
    @Arg("filter", () => DiagnosticsRequestFilter, { nullable: true, description: "Filter. Default: all requests." })
    filter?: DiagnosticsRequestFilter | null,
  ): Promise<Page<DiagnosticsRequest>> {
    return listDiagnosticsRequests(account.id, page, filter, context);
  }
}

async function detailOf(request: DiagnosticsRequest, context: Context) {
  return (request.detail ? request : await eachDiagnosticsRequest(context).load(request))?.detail;
}
