import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import { Access, Costs } from "../../graph/index.ts";
import { type Context } from "../context.ts";
import { DiagnosticsRequest, costOfDiagnosticsRequest, diagnosticsRequestOf } from "../diagnostics/index.ts";
import { EsimRequest, costOfEsimRequest, esimRequestOf } from "../esim/index.ts";
import { costOfRequest, requestOf } from "../order/index.ts";
import { ProvisioningRequest } from "../provisioning-request/index.ts";
import { ResolveOrderInput } from "./unresolved-order.inputs.ts";
import {
  candidatesOf,
  costOfCandidates,
  costOfResolution,
  costOfUnresolvedOrders,
  resolveOrder,
  unresolvedOrders,
} from "./unresolved-order.service.ts";
import { ResolveOrderPayload, UnresolvedOrder, UnresolvedOrderCandidate } from "./unresolved-order.type.ts";

@Access({ role: "operator" })
@Resolver(() => UnresolvedOrder)
export class UnresolvedOrderResolver {
  @Access({ account: { argument: "accountId" } })
  @Costs(costOfUnresolvedOrders)
  @Query(() => [UnresolvedOrder], {
    description:
      "Orders of which it is unknown whether they arrived at KORE, oldest first, at most 25. Orders in progress are not included. No KORE call.",
  })
  unresolvedOrders(
    @Arg("accountId", () => ID, { description: "The account of their SIMs." }) accountId: string,
    @Ctx() context: Context,
  ): Promise<UnresolvedOrder[]> {
    return unresolvedOrders(accountId, context);
  }

  @Costs(costOfCandidates)
  @FieldResolver(() => [UnresolvedOrderCandidate], {
    nullable: true,
    description:
      "KORE's requests that may be the order. One KORE call, and one more for each request of its verb and time.",
  })
  candidates(@Root() order: UnresolvedOrder, @Ctx() context: Context): Promise<UnresolvedOrderCandidate[]> {
    return candidatesOf(order, context);
  }

  @Access({ role: "admin", account: { argument: "input.accountId" } })
  @Costs(costOfResolution)
  @Mutation(() => ResolveOrderPayload, {
    nullable: true,
    description:
      "Resolves an order by an administrator's decision: adopts KORE's request, or releases the SIMs. Sends nothing to KORE. One or two KORE calls.",
  })
  resolveOrder(
    @Arg("input", () => ResolveOrderInput, { description: "The decision." }) input: ResolveOrderInput,
    @Ctx() context: Context,
  ): Promise<ResolveOrderPayload> {
    return resolveOrder(input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => UnresolvedOrderCandidate)
export class UnresolvedOrderCandidateResolver {
  @Costs(costOfRequest)
  @FieldResolver(() => ProvisioningRequest, {
    nullable: true,
    description:
      "The request; null for `RESET_CONNECTION` and orders of eSIM profiles, see below. One KORE call, unless only its id is selected.",
  })
  request(
    @Root() { accountId, requestId: id, kind }: UnresolvedOrderCandidate,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProvisioningRequest> | null {
    return kind === "provisioning" ? requestOf({ accountId, id }, context, info) : null;
  }

  @Costs(costOfDiagnosticsRequest)
  @FieldResolver(() => DiagnosticsRequest, {
    nullable: true,
    description: "The request of `RESET_CONNECTION`; else null. One KORE call, unless only its id is selected.",
  })
  diagnosticsRequest(
    @Root() { accountId, requestId: id, kind }: UnresolvedOrderCandidate,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DiagnosticsRequest> | null {
    return kind === "diagnostics" ? diagnosticsRequestOf({ accountId, id }, context, info) : null;
  }

  @Costs(costOfEsimRequest)
  @FieldResolver(() => EsimRequest, {
    nullable: true,
    description: "The request of an order of eSIM profiles; else null. One KORE call, unless only its id is selected.",
  })
  esimRequest(
    @Root() { accountId, requestId: id, kind }: UnresolvedOrderCandidate,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EsimRequest> | null {
    return kind === "esim" ? esimRequestOf({ accountId, id }, context, info) : null;
  }
}
