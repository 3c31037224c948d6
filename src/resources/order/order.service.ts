import { setMaxListeners } from "node:events";
import { type CallerSignal } from "../../common/abort.ts";
import { type FieldCost, explainNotFound, auditNameOf, userInputError } from "../../graph/index.ts";
import {
  type ProvisioningCommand,
  KoreError,
  type CommandOptions,
  type Plan,
  type ProvisioningVerb,
  type SimResult,
  maxPollsWithin,
} from "../../kore/index.ts";
import { eachWholeActivationProfile } from "../activation-profile/index.ts";
import { type Context } from "../context.ts";
import { type Ref } from "../resource.ts";
import {
  type SimSubscription,
  callsById,
  callsByIccid,
  subscriptionById,
  subscriptionByIccid,
} from "../subscription/index.ts";
import { type OrderInput, type SimActivation } from "./order.inputs.ts";
import { toOptions, toPayload, toDryRunPayload, verdictOf, withFailures } from "./order.mapper.ts";
import { type OrderPayload } from "./order.type.ts";
import { uncheckedOf } from "./unchecked.mapper.ts";
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
  const { commands, chunkSize } = context.provisioning;
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
    kore: writer.connectivity,
    requestId: context.instrumentation.requestId,
  });
  context.loaders.clear(); // Later fields must read after the write.
  const requests = await waitForRequests(accountId, requestIds, input.waitUpTo ?? 0, context);
  return toPayload(accountId, withFailures(results, requests), requestIds);
}

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

/** Checks the input that all orders have. @throws GraphQLError */
export function checkOrder(
  { subscriptions, requestKey, waitUpTo }: Pick<OrderInput, "subscriptions" | "requestKey" | "waitUpTo">,
  maxSims: number,
): void {
  if (subscriptions.length === 0 || subscriptions.length > maxSims) {
    throw userInputError(`input.subscriptions: 1 to ${maxSims} SIMs at once; ${subscriptions.length} are given`);
  }
  for (const [place, { id, iccid }] of subscriptions.entries()) {
    if (Boolean(id) === Boolean(iccid)) throw userInputError(`input.${at(place)}: give one of id and iccid`);
  }
  if (typeof requestKey === "string" && (requestKey === "" || requestKey.length > 200)) {
    throw userInputError("input.requestKey: must be 1 to 200 characters");
  }
  if (typeof waitUpTo === "number" && waitUpTo < 0) throw userInputError("input.waitUpTo: must not be negative");
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

/** Waits up to so many seconds for KORE to finish. @returns the last polled state of each request, by its id */
async function waitForRequests(
  accountId: string,
  ids: readonly string[],
  seconds: number,
  context: Context,
): Promise<ReadonlyMap<string, ProvisioningRequest>> {
  const latest = new Map<string, ProvisioningRequest>();
  const limit = Math.min(seconds, context.provisioning.maxWaitSeconds) * 1000;
  if (limit === 0) return latest;
  const [signal, dispose] = deadlineSignal(limit, [context.signal, context.provisioning.stopping]);
  await Promise.all(ids.map((id) => waitForOne({ accountId, id }, context, signal, latest))).finally(dispose);
  await context.provisioning.invalidateReads();
  return latest;
}

/** Not `AbortSignal.any`: the process-long `stopping` would keep a reference to each combined signal. */
export function deadlineSignal(
  milliseconds: number,
  signals: readonly CallerSignal[],
): [signal: AbortSignal, dispose: () => void] {
  const combined = new AbortController();
  setMaxListeners(0, combined.signal); // One listener per watched request.
  const end = () => combined.abort();
  const timer = setTimeout(end, milliseconds);
  for (const signal of signals) {
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  }
  const dispose = () => {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", end);
  };
  return [combined.signal, dispose];
}

async function waitForOne(
  ref: Ref,
  context: Context,
  signal: AbortSignal,
  latest: Map<string, ProvisioningRequest>,
): Promise<void> {
  try {
    for await (const request of watchProvisioningRequest(ref, context.provisioning, signal)) {
      eachProvisioningRequest(context).clear(ref).prime(ref, request);
      latest.set(ref.id, request);
    }
  } catch (error) {
    if (!(error instanceof KoreError)) throw error; // The write succeeded, so a failing poll must not fail it.
  }
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
      `input.confirm: is ${confirm}, but ${named.length} different SIMs are named; nothing was written`,
    );
  }
  return { sims: written, settled, options };
}

/** A SIM that the caller named, possibly more than once. */
interface NamedSim {
  /** Index of the first naming. */
  place: number;
  selector: SimActivation;
  sim: SimSubscription | null;
  imei: string | null;
  /** Index of the first naming with another IMEI. */
  conflict?: number;
}

/** The different SIMs, ordered by their first naming. A SIM may be named by both of its ids. */
export function distinctSims(
  selectors: readonly SimActivation[],
  found: readonly (SimSubscription | null)[],
): NamedSim[] {
  const named = new Map<string, NamedSim>();
  for (const [place, selector] of selectors.entries()) {
    const sim = found[place] ?? null;
    const name = sim?.id ?? selector.id ?? selector.iccid ?? "";
    const before = named.get(name);
    if (!before) named.set(name, { place, selector, sim, imei: selector.imei ?? null });
    else if (selector.imei) {
      before.imei ??= selector.imei;
      if (selector.imei !== before.imei) before.conflict ??= place;
    }
  }
  return [...named.values()];
}

function conflictingImei(place: number, conflict: number) {
  const message = `${at(place)} and ${at(conflict)} name one SIM with different IMEIs; a SIM has one IMEI.`;
  return { outcome: "REJECTED", reason: "CONFLICTING_IMEI", field: `${at(conflict)}.imei`, message } as const;
}

const at = (place: number) => `subscriptions[${place}]`;

export async function findSims(
  accountId: string,
  sims: readonly SimActivation[],
  context: Context,
): Promise<(SimSubscription | null)[]> {
  const [byIccid, byId] = [subscriptionByIccid(context), subscriptionById(context)];
  return Promise.all(
    sims.map(({ id, iccid }) => (iccid ? byIccid.load({ accountId, iccid }) : byId.load({ accountId, id: id ?? "" }))),
  );
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

export function notFound(place: number, { id, iccid }: SimActivation): SimResult {
  const why = iccid ? explainNotFound("ICCID", iccid) : undefined;
  return {
    place,
    id: id ?? null,
    iccid: iccid ?? null,
    outcome: "REJECTED",
    reason: "NOT_FOUND",
    field: at(place),
    message: why ?? "The account has no such SIM, or there is no such account.",
  };
}
