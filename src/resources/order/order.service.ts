import { type FieldCost, auditNameOf, userInputError } from "../../graph/index.ts";
import {
  type ProvisioningCommand,
  type CommandOptions,
  type Plan,
  type ProvisioningVerb,
  type SimResult,
  maxPollsWithin,
} from "../../kore/index.ts";
import { eachWholeActivationProfile } from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { type SimSubscription, callsById, callsByIccid } from "../subscription/index.ts";
import { at, checkOrder, distinctSims, findSims, notFound } from "./named-sims.loader.ts";
import { type OrderInput, type SimActivation } from "./order.inputs.ts";
import { toOptions, toPayload, toDryRunPayload, verdictOf, withFailures } from "./order.mapper.ts";
import { type OrderPayload } from "./order.type.ts";
import { uncheckedOf } from "./unchecked.mapper.ts";
import { type WatchedRequests, waitForRequests } from "./wait.service.ts";
import { eachProvisioningRequest, watchProvisioningRequest } from "../provisioning-request/index.ts";
import { type ProvisioningRequest } from "../provisioning-request/index.ts";

/** A validated order. */
interface ParsedOrder {
  verb: ProvisioningVerb;
  accountId: string;
  sims: readonly SimActivation[];
  options: CommandOptions;
  /** Number of SIMs that the caller confirms; null for reversible verbs. */
  confirm: number | null;
}

/**
 * Upper bound of an order's KORE requests: the search for an identical order, the SIMs, the writes, and the polls of
 * `waitUpTo`. Not counted are reads after failures: searches for earlier ambiguous outcomes, and status reads of
 * unfinished orders, at most 100 per operation, with another read of the SIMs.
 *
 * @param chunkSizeOf SIMs per request
 */
export const costOfOrderIn =
  (chunkSizeOf: (ports: Pick<Context["provisioning"], "chunkSize">) => number): FieldCost<Context> =>
  ({ args, calls, context: { provisioning } }) => {
    const { subscriptions, activationProfileId, dryRun, requestKey, waitUpTo } = given(args.input);
    const named = (Array.isArray(subscriptions) ? subscriptions : [subscriptions]).slice(0, provisioning.maxSims);
    const byId = named.filter((sim) => typeof given(sim).iccid !== "string").length;
    calls.addOwn(callsOf(callsById, byId) + callsOf(callsByIccid, named.length - byId));
    if (activationProfileId !== undefined && activationProfileId !== null) calls.addOwn(1);
    const requests = Math.ceil(named.length / chunkSizeOf(provisioning));
    const seconds = typeof waitUpTo === "number" ? Math.min(waitUpTo, provisioning.maxWaitSeconds) : 0;
    if (dryRun !== true) {
      calls.addOwn(requests);
      if (typeof requestKey !== "string") calls.addOwn(requests);
      if (seconds > 0) calls.addOwn(requests * maxPollsWithin(seconds * 1000));
    }
    const listSizes = { sims: named.length, requests };
    return { count: 1, batches: 1, listSizes };
  };

export const costOfOrder = costOfOrderIn(({ chunkSize }) => chunkSize);

const callsOf = (calls: typeof callsById, count: number) => (count === 0 ? 0 : calls({ count, batches: 1 }));

function given(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
}

/** Executes an order at most once, or plans it only for a dry run. */
export async function submitOrder(
  verb: ProvisioningVerb,
  input: OrderInput & { confirm?: number },
  context: Context,
): Promise<OrderPayload> {
  const { commands, chunkSize, endpointsOf } = context.provisioning;
  const { writer } = context;
  const order = parseOrder(verb, input, context);
  const { accountId } = order;
  // Concurrent identical orders share the plan, so this caller's abort must not end it; and it must read the present
  // states, not those that the operation has read before.
  const found = new Map<string, SimSubscription>();
  const plan = () => planOrder(order, { ...context, kore: writer, loaders: new Map() }, found);
  if (input.dryRun) {
    const { sims, settled } = await commands.dryRun({ accountId, verb }, plan);
    const toActivate =
      verb !== "activate" ? [] : sims.map(({ id, ...sim }) => ({ ...sim, ...needsOf(id, found, context) }));
    const unchecked = uncheckedOf(toActivate, order.options);
    return toDryRunPayload(accountId, sims, settled, { koreRequests: Math.ceil(sims.length / chunkSize), unchecked });
  }
  const { results, requestIds } = await commands.submit(toCommand(order, input, auditNameOf(context.caller)), plan, {
    kore: endpointsOf(writer),
    requestId: context.instrumentation.requestId,
  });
  context.loaders.clear(); // Later fields must read after the write.
  const wait = { accountId, ids: requestIds, seconds: input.waitUpTo ?? 0 };
  const requests = await waitForRequests(wait, WATCHED, context);
  return toPayload(accountId, withFailures(results, requests), requestIds);
}

const WATCHED: WatchedRequests<ProvisioningRequest> = {
  watch: watchProvisioningRequest,
  keep: (ref, request, context) => void eachProvisioningRequest(context).clear(ref).prime(ref, request),
};

function needsOf(id: string, found: ReadonlyMap<string, SimSubscription>, { provisioning }: Context) {
  const { accountId = "", serviceTypeId = null, productOffer = null } = found.get(id) ?? {};
  const learned = serviceTypeId === null ? new Set<never>() : provisioning.activationNeeds.of(accountId, serviceTypeId);
  return { productOffer, learned };
}

function parseOrder(
  verb: ProvisioningVerb,
  input: OrderInput & { confirm?: number },
  { provisioning }: Context,
): ParsedOrder {
  const { accountId, subscriptions, notifyEmails, confirm } = input;
  checkOrder(input, provisioning.maxSims);
  if (notifyEmails && notifyEmails.length > 20) {
    throw userInputError(`input.notifyEmails: at most 20 addresses; ${notifyEmails.length} are given`);
  }
  return { verb, accountId, sims: subscriptions, options: toOptions(input), confirm: confirm ?? null };
}

/** Sorted and without duplicates, so that the order of the SIMs and repetitions do not distinguish commands. */
function toCommand(
  { verb, accountId, sims, options, confirm }: ParsedOrder,
  { requestKey }: OrderInput,
  who: string,
): ProvisioningCommand {
  const named = sims.map(({ id, iccid, imei }) => JSON.stringify([id ?? null, iccid ?? null, imei ?? null]));
  const input = { sims: [...new Set(named)].sort(), options, confirm };
  return { verb, accountId, requestKey: requestKey ?? null, who, input };
}

/**
 * Reads the SIMs of an order, a hundred per request, and its activation profile. Writes nothing.
 *
 * @param read gets the SIMs, by id
 */
async function planOrder(
  { verb, accountId, sims, options, confirm }: ParsedOrder,
  context: Context,
  read: Map<string, SimSubscription>,
): Promise<Plan> {
  const [found, hasProfile] = await Promise.all([
    findSims(accountId, sims, context),
    hasActivationProfile(accountId, options, context),
  ]);
  const written: Plan["sims"][number][] = [];
  const settled: SimResult[] = [];
  const named = distinctSims(sims, found);
  for (const { place, selector, sim, imei, conflict } of named) {
    if (!sim) {
      settled.push(notFound(place, selector));
      continue;
    }
    const { id, iccid, serviceTypeId } = sim;
    read.set(id, sim);
    const refusal = hasProfile ? conflict && conflictingImei(place, conflict) : NO_PROFILE;
    const { verdict, isForGood = true } = refusal ? { verdict: refusal } : (verdictOf(verb, options, sim) ?? {});
    const byState = verdict && { ...(verdict.outcome === "REJECTED" && { field: at(place) }), ...verdict };
    if (byState && isForGood) settled.push({ place, id, iccid, ...byState });
    else {
      const ofActivation = verb === "activate" && serviceTypeId !== null && { serviceTypeId };
      written.push({ place, id, iccid, ...(imei && { imei }), ...ofActivation, ...(byState && { byState }) });
    }
  }
  if (confirm !== null && confirm !== named.length) {
    throw userInputError(
      `input.confirm: is ${confirm}, but must be ${named.length}, the number of different SIMs named; nothing was written`,
    );
  }
  return { sims: written, settled, options };
}

function conflictingImei(place: number, conflict: number) {
  const message = `${at(place)} and ${at(conflict)} name one SIM with different IMEIs; a SIM has one IMEI.`;
  return { outcome: "REJECTED", reason: "CONFLICTING_IMEI", field: `${at(conflict)}.imei`, message } as const;
}

const NO_PROFILE = {
  outcome: "REJECTED",
  reason: "ACTIVATION_PROFILE_NOT_FOUND",
  field: "activationProfileId",
  message: "The account has no such activation profile.",
} as const;

async function hasActivationProfile(accountId: string, options: CommandOptions, context: Context): Promise<boolean> {
  const id = options["activation-profile-id"];
  return id === undefined || (await eachWholeActivationProfile(context).load({ accountId, id })) !== null;
}
