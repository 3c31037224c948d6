import { type GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { Access, Costs, type FieldCost, auditNameOf, userInputError } from "../../graph/index.ts";
import { type EsimFollowUp } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { EsimRequest, costOfEsimRequest, esimRequestOf } from "../esim/index.ts";
import { CancelEsimRequestInput, RetryEsimRequestInput } from "./esim-follow-up.inputs.ts";
import { CancelEsimRequestPayload, EsimFollowUpPayload, RetryEsimRequestPayload } from "./esim-follow-up.type.ts";
import { MAX_ESIMS } from "./esim-order.inputs.ts";
import { toDryRunEsimPayload, toEsimPayload } from "./esim-order.mapper.ts";

/** A read of the request, and a write. After a lost reply, which is not counted, the request is read again. */
const costOfFollowUp: FieldCost = ({ args, calls }) => {
  const { eids, dryRun } = (args.input ?? {}) as Record<string, unknown>;
  calls.addOwn(dryRun === true ? 1 : 2);
  const count = Array.isArray(eids) ? Math.min(eids.length, MAX_ESIMS) : MAX_ESIMS;
  return { count: 1, batches: 1, listSizes: { sims: count, requests: 1 } };
};

const SAFE =
  "The request is read first, and eSIMs that are in the wanted state already are not written, so that it can be repeated. Two KORE calls.";

@Access({ role: "operator", account: { argument: "input.accountId" } })
@Resolver()
export class EsimFollowUpResolver {
  @Costs(costOfFollowUp)
  @Mutation(() => RetryEsimRequestPayload, {
    nullable: true,
    description: `Retries failed eSIMs of a request. ${SAFE}`,
  })
  retryEsimRequest(
    @Arg("input", () => RetryEsimRequestInput, { description: "The command." }) input: RetryEsimRequestInput,
    @Ctx() context: Context,
  ): Promise<EsimFollowUpPayload> {
    return submit("retry", input, context);
  }

  @Costs(costOfFollowUp)
  @Mutation(() => CancelEsimRequestPayload, {
    nullable: true,
    description: `Cancels a request of any type, or its pending automatic retries. ${SAFE}`,
  })
  cancelEsimRequest(
    @Arg("input", () => CancelEsimRequestInput, { description: "The command." }) input: CancelEsimRequestInput,
    @Ctx() context: Context,
  ): Promise<EsimFollowUpPayload> {
    return submit("cancel", input, context);
  }
}

@Access({ role: "viewer" })
@Resolver(() => EsimFollowUpPayload)
export class EsimFollowUpPayloadResolver {
  @Costs(costOfEsimRequest)
  @FieldResolver(() => EsimRequest, {
    description: "The eSIM request. One KORE call, unless only its id is selected.",
  })
  request(
    @Root() { accountId, requestId: id }: EsimFollowUpPayload,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EsimRequest> {
    return esimRequestOf({ accountId, id }, context, info);
  }
}

async function submit(
  action: EsimFollowUp["action"],
  input: RetryEsimRequestInput & CancelEsimRequestInput,
  context: Context,
): Promise<EsimFollowUpPayload> {
  const { accountId, id: requestId, eids, skipSessionCheck, retriesOnly, dryRun } = input;
  if (eids && (eids.length === 0 || eids.length > MAX_ESIMS)) {
    throw userInputError(`input.eids: 1 to ${MAX_ESIMS} eSIMs at once; ${eids.length} are given`);
  }
  const { provisioning, writer, caller, instrumentation } = context;
  const followUp: EsimFollowUp = {
    accountId,
    requestId,
    action,
    eids: eids ?? undefined,
    skipSessionCheck: skipSessionCheck ?? false,
    retriesOnly: retriesOnly ?? false,
    dryRun: dryRun ?? false,
    who: auditNameOf(caller),
  };
  const requester = { kore: writer.connectivity, requestId: instrumentation.requestId };
  const results = await provisioning.esim.followUps.submit(followUp, requester);
  const written = results.filter(({ outcome }) => outcome === "SUBMITTED");
  const settled = results.filter(({ outcome }) => outcome !== "SUBMITTED");
  if (dryRun) return { ...toDryRunEsimPayload(accountId, written, settled, 0), requestId };
  context.loaders.clear(); // Later fields must read after the write.
  await provisioning.invalidateReads();
  return { ...toEsimPayload(accountId, results, []), requestId };
}
