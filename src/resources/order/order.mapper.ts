import {
  type CommandOptions,
  type ProvisioningVerb,
  type SimResult,
  type StateVerdict,
  failedResult,
} from "../../kore/index.ts";
import { SimState, type SimSubscription } from "../subscription/index.ts";
import {
  type ActivateSubscriptionsInput,
  type AustralianIpndInput,
  type OrderInput,
  type TerminateSubscriptionsInput,
} from "./order.inputs.ts";
import { type OrderPayload, type OrderResult } from "./order.type.ts";
import { OrderOutcome, type OrderReason } from "./sim-write.type.ts";
import { ProvisioningOutcome, type ProvisioningRequest, ProvisioningStatus } from "../provisioning-request/index.ts";

interface StateRule {
  /** Participle of the verb, for messages. */
  done: string;
  /** States that the verb leads to. */
  satisfied: readonly SimState[];
  /** States from which the verb is impossible. */
  impossible: readonly SimState[];
}

const SCRAP = [SimState.PENDING_SCRAP, SimState.SCRAPPED];
const SUSPENDED = [SimState.SUSPENDED, SimState.SUSPENDED_WITH_CHARGE];

/** States after activation: KORE's state of the same name. */
const ACTIVATED = { active: [SimState.ACTIVE], test: [SimState.TEST], ready: [SimState.READY] } as const;

/**
 * KORE documents no rules for states, so these are only the evident ones: a scrapped SIM stays scrapped, and a SIM that was
 * never in service cannot leave or resume it. KORE decides everything else. For Test and Ready no verb is impossible, and
 * only activation to the same state is satisfied.
 */
const STATE_RULES: Readonly<Record<ProvisioningVerb, StateRule>> = {
  activate: { done: "activated", satisfied: [], impossible: SCRAP },
  suspend: { done: "suspended", satisfied: SUSPENDED, impossible: [SimState.STOCK, ...SCRAP] },
  reactivate: { done: "reactivated", satisfied: [SimState.ACTIVE], impossible: [SimState.STOCK, ...SCRAP] },
  deactivate: { done: "deactivated", satisfied: [SimState.DEACTIVATED], impossible: [SimState.STOCK, ...SCRAP] },
  "plan-feature-change": { done: "put onto another plan", satisfied: [], impossible: SCRAP },
  terminate: { done: "terminated", satisfied: SCRAP, impossible: [] },
};

/**
 * The outcome of a verb by a SIM's state alone; undefined when KORE has to decide. `isForGood`: no unfinished order can
 * change the state.
 */
export function verdictOf(
  verb: ProvisioningVerb,
  { "activation-state": activation }: CommandOptions,
  { state }: Pick<SimSubscription, "state">,
): { verdict: StateVerdict; isForGood: boolean } | undefined {
  if (state === null) return undefined;
  const { done, satisfied, impossible } = STATE_RULES[verb];
  const wanted: readonly SimState[] = verb === "activate" && activation ? ACTIVATED[activation] : satisfied;
  if (wanted.includes(state)) return { verdict: { outcome: "ALREADY_SATISFIED" }, isForGood: false };
  if (!impossible.includes(state)) return undefined;
  const message = `A SIM in state ${state} cannot be ${done}.`;
  return { verdict: { outcome: "REJECTED", reason: "WRONG_STATE", message }, isForGood: SCRAP.includes(state) };
}

/** KORE's body without the SIMs. */
export function toOptions(
  input: OrderInput & Partial<ActivateSubscriptionsInput & TerminateSubscriptionsInput>,
): CommandOptions {
  const { notifyEmails, activationState, activationProfileId, sku, ipnd, forceEnabledEsimProfileTermination } = input;
  return {
    ...(activationState && { "activation-state": KORE_ACTIVATION_STATES[activationState] }),
    ...(activationProfileId && { "activation-profile-id": activationProfileId }),
    ...(notifyEmails && notifyEmails.length > 0 && { "mail-to": notifyEmails.join(",") }),
    ...(sku && { sku }),
    ...(ipnd && { "service-type-info": { "aus-ipnd-info": toIpnd(ipnd) } }),
    ...(typeof forceEnabledEsimProfileTermination === "boolean" && {
      "force-enabled-esim-profile-termination": forceEnabledEsimProfileTermination,
    }),
  };
}

const KORE_ACTIVATION_STATES = { ACTIVE: "active", TEST: "test", READY: "ready" } as const;

export function toIpnd({ title, firstName, lastName, address }: AustralianIpndInput) {
  return {
    ...(title && { title }),
    ...(firstName && { "first-name": firstName }),
    ...(lastName && { "last-name": lastName }),
    ...(address && { address }),
  };
}

/**
 * Results with KORE's failures. A request that KORE could not create has failed for each of its SIMs.
 *
 * @param requests by id, as polled last
 */
export function withFailures(
  results: readonly SimResult[],
  requests: ReadonlyMap<string, ProvisioningRequest>,
): SimResult[] {
  return results.map((result) => {
    const request = requests.get(result.requestId ?? "");
    if (result.outcome !== "SUBMITTED" || !request) return result;
    const { subscriptions = [] } = request.detail ?? {};
    const sim =
      subscriptions.find(({ subscriptionId }) => subscriptionId !== null && subscriptionId === result.id) ??
      subscriptions.find(({ iccid }) => iccid !== null && iccid === result.iccid);
    const hasFailed =
      sim?.outcome === ProvisioningOutcome.FAILED ||
      (request.status === ProvisioningStatus.FAILED && sim?.outcome !== ProvisioningOutcome.SUCCEEDED);
    return hasFailed ? failedResult(result, sim?.message ?? null) : result;
  });
}

export function toPayload(
  accountId: string,
  results: readonly SimResult[],
  requestIds: readonly string[],
): OrderPayload {
  const mapped = results.map((result) => toResult(accountId, result));
  return {
    ...payloadOf(accountId, mapped),
    requestIds: [...requestIds],
    koreRequests: requestIds.length,
    isDryRun: false,
    unchecked: [],
  };
}

/** Payload of a dry run. */
export function toDryRunPayload(
  accountId: string,
  sims: readonly Pick<SimResult, "place" | "id" | "iccid">[],
  settled: readonly SimResult[],
  more: Pick<OrderPayload, "koreRequests" | "unchecked">,
): OrderPayload {
  const known = settled.map((result) => ({ place: result.place, ...toResult(accountId, result) }));
  const wouldBe = sims.map(({ place, id, iccid }) => {
    const result = toResult(accountId, { place, id, iccid, outcome: "SUBMITTED" });
    return { place, ...result, outcome: OrderOutcome.WOULD_BE_SUBMITTED };
  });
  const results = [...known, ...wouldBe].sort((a, b) => a.place - b.place);
  return { ...payloadOf(accountId, results), requestIds: [], ...more, isDryRun: true };
}

export function toResult(accountId: string, result: SimResult): OrderResult {
  return {
    accountId,
    requestId: result.requestId ?? null,
    subscriptionId: result.id,
    iccid: result.iccid,
    eid: null,
    outcome: OrderOutcome[result.outcome],
    reason: (result.reason ?? null) as OrderReason | null,
    field: result.field ?? null,
    message: result.message ?? null,
  };
}

function payloadOf(accountId: string, results: OrderResult[]): Pick<OrderPayload, "accountId" | "results" | "counts"> {
  const count = (...wanted: OrderOutcome[]) => results.filter(({ outcome }) => wanted.includes(outcome)).length;
  const counts = {
    submitted: count(OrderOutcome.SUBMITTED, OrderOutcome.WOULD_BE_SUBMITTED),
    failed: count(OrderOutcome.FAILED),
    alreadySatisfied: count(OrderOutcome.ALREADY_SATISFIED),
    rejected: count(OrderOutcome.REJECTED),
    unknown: count(OrderOutcome.OUTCOME_UNKNOWN),
  };
  return { accountId, results, counts };
}
