import { type FieldCost, auditNameOf, userInputError } from "../../graph/index.ts";
import {
  type CommandVerb,
  type RequestKind,
  type ResolutionResult,
  type UnresolvedCommand,
  kindOf,
} from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { toResult } from "../order/index.ts";
import { type ResolveOrderInput } from "./unresolved-order.inputs.ts";
import {
  OrderVerb,
  ResolutionOutcome,
  ResolutionReason,
  type ResolveOrderPayload,
  type UnresolvedOrder,
  type UnresolvedOrderCandidate,
} from "./unresolved-order.type.ts";

/** Listed orders, oldest first; resolved ones make room for others. */
const MAX_ORDERS = 25;

/** KORE's list, and the detail of one candidate. */
const CALLS_OF_SEARCH = 2;

/** More than one is rare: it needs another request of the same SIMs and verb at nearly the same time. */
const CANDIDATES_OF_SEARCH = 2;

const VERBS: Readonly<Record<CommandVerb, OrderVerb>> = {
  activate: OrderVerb.ACTIVATE,
  suspend: OrderVerb.SUSPEND,
  reactivate: OrderVerb.REACTIVATE,
  deactivate: OrderVerb.DEACTIVATE,
  "plan-feature-change": OrderVerb.CHANGE_PLAN,
  terminate: OrderVerb.TERMINATE,
  "cancel-device-location": OrderVerb.RESET_CONNECTION,
  "esim-switch": OrderVerb.SWITCH_ESIM_PROFILE,
  "esim-download": OrderVerb.DOWNLOAD_ESIM_PROFILE,
  "esim-enable": OrderVerb.ENABLE_ESIM_PROFILE,
  "esim-delete": OrderVerb.DELETE_ESIM_PROFILE,
  "additional-fields": OrderVerb.SET_CUSTOM_FIELDS,
  "connected-hardware": OrderVerb.SET_CONNECTED_HARDWARE,
  "cost-center": OrderVerb.ASSIGN_COST_CENTER,
  "sim-transfer": OrderVerb.TRANSFER,
};

/** The kind of an order's requests at KORE. */
const KINDS: ReadonlyMap<OrderVerb, RequestKind> = new Map(
  Object.entries(VERBS).map(([verb, orderVerb]) => [orderVerb, kindOf(verb as CommandVerb)]),
);

/** The list is read from the ledger, without KORE calls. */
export const costOfUnresolvedOrders: FieldCost<Context> = ({ context: { provisioning } }) => ({
  count: MAX_ORDERS,
  batches: 1,
  listSizes: { sims: provisioning.chunkSize },
});

export const costOfCandidates: FieldCost = ({ parent, calls }) => {
  calls.addOwn(parent.count * CALLS_OF_SEARCH);
  const requests = parent.count * CANDIDATES_OF_SEARCH;
  return { count: requests, listSizes: { requests } };
};

export const costOfResolution: FieldCost<Context> = ({ calls, context: { provisioning } }) => {
  calls.addOwn(CALLS_OF_SEARCH);
  return { count: 1, batches: 1, listSizes: { sims: provisioning.chunkSize, requests: 1 } };
};

export async function unresolvedOrders(accountId: string, { provisioning }: Context): Promise<UnresolvedOrder[]> {
  const commands = await provisioning.resolution.list(accountId);
  return commands.slice(0, MAX_ORDERS).map(toUnresolvedOrder);
}

function toUnresolvedOrder({ sims, verb, sentAt, ...order }: UnresolvedCommand): UnresolvedOrder {
  return {
    ...order,
    verb: VERBS[verb],
    subscriptions: sims.map(({ id, iccid, holds }) =>
      kindOf(verb) === "esim"
        ? { subscriptionId: holds?.[0] ?? id, iccid, eid: id }
        : { subscriptionId: id, iccid, eid: null },
    ),
    sentAt: new Date(sentAt),
    advice: adviceFor(verb, sims.length, new Date(sentAt).toISOString()),
  };
}

/** @param since when it was sent, by ISO 8601 */
function adviceFor(verb: CommandVerb, sims: number, since: string): string {
  const look =
    kindOf(verb) === "record"
      ? `KORE publishes no list of such requests. Look at the SIMs, and for a request of them since ${since}: in KORE's portal, or by asking KORE.`
      : `Look for a request of these SIMs since ${since}: in \`candidates\`, in KORE's portal, or by asking KORE.`;
  return `${look} Then call resolveOrder with confirm ${sims}: with arrivedAs if there is one, with didNotArrive if there is none. Repeating the order searches again and may resolve it.`;
}

export async function candidatesOf(
  { accountId, intentId, verb }: Pick<UnresolvedOrder, "accountId" | "intentId" | "verb">,
  { provisioning }: Context,
): Promise<UnresolvedOrderCandidate[]> {
  const kind = KINDS.get(verb) ?? "provisioning";
  const candidates = await provisioning.resolution.candidates(accountId, intentId);
  return candidates.map(({ requestId, sims, timing }) => ({
    accountId,
    requestId,
    kind,
    hasSameSims: sims === "yes" ? true : null,
    fitsInTime: timing === "yes" ? true : null,
  }));
}

export async function resolveOrder(input: ResolveOrderInput, context: Context): Promise<ResolveOrderPayload> {
  const { accountId, intentId, confirm } = input;
  const result = await context.provisioning.resolution.resolve({
    accountId,
    intentId,
    arrivedAs: decisionOf(input),
    confirm,
    who: auditNameOf(context.caller),
    requestId: context.instrumentation.requestId,
  });
  context.loaders.clear();
  await context.provisioning.invalidateReads(); // A later query of unresolved orders must not join one from before.
  return toPayload(accountId, result);
}

/** A request's id, or null when it did not arrive. KORE states no form of its ids; known ones are one word. */
function decisionOf({ arrivedAs, didNotArrive }: Pick<ResolveOrderInput, "arrivedAs" | "didNotArrive">) {
  const isGiven = arrivedAs !== undefined && arrivedAs !== null;
  if (didNotArrive === false) throw userInputError("input.didNotArrive: must be true or absent");
  if (isGiven === Boolean(didNotArrive)) throw userInputError("input: give exactly one of arrivedAs and didNotArrive");
  if (!isGiven) return null;
  if (!/^[\w.:-]{1,100}$/.test(arrivedAs)) {
    throw userInputError("input.arrivedAs: must be 1 to 100 letters, digits and the signs - _ . :");
  }
  return arrivedAs;
}

function toPayload(accountId: string, result: ResolutionResult): ResolveOrderPayload {
  if (result.outcome === "REJECTED") {
    const { reason, field, message } = result;
    const outcome = ResolutionOutcome.REJECTED;
    return { outcome, reason: ResolutionReason[reason], field, message, results: [] };
  }
  const { verb } = result;
  const results = result.results.map((sim) => ({
    ...toResult(accountId, sim),
    ...(kindOf(verb) !== "provisioning" && { requestId: null }), // Results show provisioning requests.
    ...(kindOf(verb) === "esim" && { subscriptionId: null, eid: sim.id }),
  }));
  const outcome = ResolutionOutcome[result.outcome];
  return { outcome, reason: null, field: null, message: null, results };
}
