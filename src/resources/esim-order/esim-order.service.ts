import { type FieldCost, auditNameOf, userInputError } from "../../graph/index.ts";
import { type EsimVerb, type ProvisioningCommand, countChunks, maxPollsWithin } from "../../kore/index.ts";
import { ASSUMED_PRODUCT_OFFERS } from "../assumed-sizes.ts";
import { type Context } from "../context.ts";
import { type EsimRequest, eachEsimRequest, watchEsimRequest } from "../esim/index.ts";
import { type WatchedRequests, checkOrderOptions, waitForRequests } from "../order/index.ts";
import { type EsimDeviceInput, type EsimOrderInput, type EsimProfileSelector, MAX_ESIMS } from "./esim-order.inputs.ts";
import { toDryRunEsimPayload, toEsimPayload, toOptions, withFailures } from "./esim-order.mapper.ts";
import { type EsimOrderPayload } from "./esim-order.type.ts";
import { type NamedEsim, type ParsedEsimOrder, planEsimOrder } from "./esim-plan.loader.ts";

type Input = EsimOrderInput & {
  esims?: EsimDeviceInput[];
  profiles?: EsimProfileSelector[];
  confirm?: number;
};

/**
 * Upper bound of an order's KORE requests: a read for each eSIM, the activation profile, a search for an identical order, a
 * write for each product offer, and the polls of `waitUpTo`. Not counted are reads after failures, see `costOfOrderIn`.
 */
export const costOfEsimOrder: FieldCost<Context> = ({ args, calls, context: { provisioning } }) => {
  const { esims, profiles, dryRun, requestKey, waitUpTo } = (args.input ?? {}) as Record<string, unknown>;
  const named: unknown = esims ?? profiles;
  const count = Array.isArray(named) ? Math.min(named.length, MAX_ESIMS) : 1;
  calls.addOwn(count + (esims === undefined ? 0 : 1));
  const requests = Math.min(count, ASSUMED_PRODUCT_OFFERS);
  const seconds = typeof waitUpTo === "number" ? Math.min(waitUpTo, provisioning.maxWaitSeconds) : 0;
  if (dryRun !== true) {
    calls.addOwn(requests);
    if (typeof requestKey !== "string") calls.addOwn(requests);
    if (seconds > 0) calls.addOwn(requests * maxPollsWithin(seconds * 1000));
  }
  return { count: 1, batches: 1, listSizes: { sims: count, requests } };
};

/** Executes an order for profiles at most once, or plans it only for a dry run. */
export async function submitEsimOrder(verb: EsimVerb, input: Input, context: Context): Promise<EsimOrderPayload> {
  const { commands, chunkSize, endpointsOf } = context.provisioning;
  const { writer } = context;
  const order = parseEsimOrder(verb, input);
  const { accountId } = order;
  // Concurrent identical orders share the plan, so this caller's abort must not end it.
  const plan = () => planEsimOrder(order, { ...context, kore: writer, loaders: new Map() });
  if (input.dryRun) {
    const { sims, settled } = await commands.dryRun({ accountId, verb }, plan);
    return toDryRunEsimPayload(accountId, sims, settled, countChunks(verb, sims, chunkSize));
  }
  const { results, requestIds } = await commands.submit(toCommand(order, input, auditNameOf(context.caller)), plan, {
    kore: endpointsOf(writer),
    requestId: context.instrumentation.requestId,
  });
  context.loaders.clear(); // Later fields must read after the write.
  const wait = { accountId, ids: requestIds, seconds: input.waitUpTo ?? 0 };
  const requests = await waitForRequests(wait, WATCHED, context);
  return toEsimPayload(accountId, withFailures(results, requests), requestIds);
}

const WATCHED: WatchedRequests<EsimRequest> = {
  watch: watchEsimRequest,
  keep: (ref, request, context) => void eachEsimRequest(context).clear(ref).prime(ref, request),
};

/** @throws GraphQLError */
function parseEsimOrder(verb: EsimVerb, input: Input): ParsedEsimOrder {
  const { accountId, esims, profiles = [], confirm } = input;
  const name = esims ? "esims" : "profiles";
  const named: readonly (EsimDeviceInput & Partial<EsimProfileSelector>)[] = esims ?? profiles;
  if (named.length === 0 || named.length > MAX_ESIMS) {
    throw userInputError(`input.${name}: 1 to ${MAX_ESIMS} eSIMs at once; ${named.length} are given`);
  }
  checkOrderOptions(input);
  const different = distinctEsims(name, named);
  if (confirm !== undefined && confirm !== different.length) {
    throw userInputError(
      `input.confirm: is ${confirm}, but must be ${different.length}, the number of different profiles named; nothing was written`,
    );
  }
  return { verb, accountId, esims: different, options: toOptions(input) };
}

/** @throws GraphQLError when two profiles of one eSIM are named */
function distinctEsims(
  name: string,
  named: readonly (EsimDeviceInput & Partial<EsimProfileSelector>)[],
): readonly NamedEsim[] {
  const found = new Map<string, NamedEsim>();
  for (const [place, { eid, iccid = null, imei = null }] of named.entries()) {
    const field = `${name}[${place}]`;
    const before = found.get(eid);
    if (!before) found.set(eid, { place, field, eid, iccid, imei });
    else if (before.iccid !== iccid) {
      throw userInputError(`input.${field}: names another profile of the eSIM in ${before.field}; order them apart`);
    } else if (imei !== null) {
      before.imei ??= imei;
      if (imei !== before.imei) before.conflict ??= field;
    }
  }
  return [...found.values()];
}

/** Sorted and without duplicates, so that the order of the eSIMs and repetitions do not distinguish commands. */
function toCommand(
  { verb, accountId, esims, options }: ParsedEsimOrder,
  { requestKey }: EsimOrderInput,
  who: string,
): ProvisioningCommand {
  const named = esims.map(({ eid, iccid, imei, conflict }) =>
    JSON.stringify([eid, iccid, imei, conflict !== undefined]),
  );
  return { verb, accountId, requestKey: requestKey ?? null, who, input: { esims: named.sort(), options } };
}
