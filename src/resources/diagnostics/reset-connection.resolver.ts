import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs, type FieldCost, hint, selectsOnly } from "../../graph/index.ts";
import { KoreError } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import { SimSubscription, costOfSim, simOf } from "../subscription/index.ts";
import { ResetConnectionInput } from "./diagnostics.inputs.ts";
import { eachDiagnosticsRequest } from "./diagnostics.loader.ts";
import { acknowledgedDiagnostics } from "./diagnostics.mapper.ts";
import { DiagnosticsRequest } from "./diagnostics.type.ts";
import { costOfReset, resetConnection } from "./reset-connection.service.ts";
import { ResetConnectionPayload, ResetConnectionResult } from "./reset-connection.type.ts";

/** Fields of a request that need no read after its acknowledgement. */
const KNOWN_OF_REQUEST = ["__typename", "nodeId", "id", "accountId", "account"];

export const costOfDiagnosticsRequest: FieldCost = ({ parent, path, selected, calls }) => {
  const isKnown = selected().every((name) => KNOWN_OF_REQUEST.includes(name));
  if (!isKnown) calls.add(eachDiagnosticsRequest, path, parent.count);
  return { preloaded: [eachDiagnosticsRequest] };
};

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class ResetConnectionResolver {
  @Costs(costOfReset)
  @Mutation(() => ResetConnectionPayload, {
    nullable: true,
    description:
      "Cancels the location of SIMs' devices, so that they register with the network anew; a data session in progress ends. Each reset is sent at most once: see `requestKey`. One KORE call per SIM.",
  })
  resetConnection(
    @Arg("input", () => ResetConnectionInput, { description: "The command." }) input: ResetConnectionInput,
    @Ctx() context: Context,
  ): Promise<ResetConnectionPayload> {
    return resetConnection(input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => ResetConnectionResult)
export class ResetConnectionResultResolver {
  @Costs(costOfSim)
  @FieldResolver(() => SimSubscription, { nullable: true, description: "The SIM. One KORE call per 100." })
  subscription(
    @Root() { accountId, iccid, subscriptionId: id }: ResetConnectionResult,
    @Ctx() context: Context,
  ): Promise<SimSubscription | null> | null {
    return simOf(accountId, { id, iccid }, context);
  }

  @Costs(costOfDiagnosticsRequest)
  @FieldResolver(() => DiagnosticsRequest, {
    nullable: true,
    description: "KORE's diagnostics request for the SIM. One KORE call, unless only its id is selected.",
  })
  request(
    @Root() { accountId, requestId: id }: ResetConnectionResult,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DiagnosticsRequest> | null {
    return id === null ? null : diagnosticsRequestOf({ accountId, id }, context, info);
  }
}

/** A request that KORE has acknowledged. A failing or empty read must not fail the write's answer. See `requestOf`. */
export async function diagnosticsRequestOf(
  ref: Ref,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<DiagnosticsRequest> {
  if (selectsOnly(info, ...KNOWN_OF_REQUEST)) return acknowledgedDiagnostics(ref);
  try {
    return (await eachDiagnosticsRequest(context).load(ref)) ?? acknowledgedDiagnostics(ref);
  } catch (error) {
    if (!(error instanceof KoreError)) throw error;
    hint(context, info, "KORE could not be asked for the request's status; its acknowledgement is shown");
    return acknowledgedDiagnostics(ref);
  }
}
