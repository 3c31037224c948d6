import {
  COMPLETIONS,
  type UnknownValues,
  type WireProvisioningRequest,
  progressOf,
  provisioningDetail,
  read,
} from "../../kore/index.ts";
import {
  ProvisioningAction,
  ProvisioningOutcome,
  type ProvisioningProgress,
  type ProvisioningRequest,
  type ProvisioningRequestSubscription,
  ProvisioningStatus,
} from "./provisioning.type.ts";

const ACTIONS = {
  activation: ProvisioningAction.ACTIVATION,
  statechange: ProvisioningAction.STATE_CHANGE,
  deactivation: ProvisioningAction.DEACTIVATION,
  reactivation: ProvisioningAction.REACTIVATION,
  planchange: ProvisioningAction.PLAN_CHANGE,
  profilechange: ProvisioningAction.PROFILE_CHANGE,
};

const STATUSES = {
  submitted: ProvisioningStatus.SUBMITTED,
  pending: ProvisioningStatus.PENDING,
  completed: ProvisioningStatus.COMPLETED,
  failed: ProvisioningStatus.FAILED,
};

type WireRequest = Partial<WireProvisioningRequest>;

/** KORE's list and detail say the same things under partly different names; either is taken. */
export function toProvisioningRequest(
  accountId: string,
  wire: WireRequest,
  unknown: UnknownValues,
): ProvisioningRequest {
  const status = wire.status ?? wire["request-status"];
  return {
    accountId,
    id: read.requiredText(wire["provisioning-request-id"], "provisioning-request.provisioning-request-id"),
    action: read.choice(
      wire["request-type"],
      ACTIONS,
      "provisioning-request.request-type",
      unknown,
    ) as ProvisioningAction | null,
    rawAction: read.text(wire["request-type"], "provisioning-request.request-type"),
    status: read.choice(status, STATUSES, "provisioning-request.status", unknown) as ProvisioningStatus | null,
    rawStatus: read.text(status, "provisioning-request.status"),
    serviceType: read.text(wire["service-type"], "provisioning-request.service-type"),
    numberOfSubscriptions: read.count(wire["number-of-subscriptions"], "provisioning-request.number-of-subscriptions"),
    createdAt: read.instant(wire["date-created"], "provisioning-request.date-created", unknown),
    completedAt: read.instant(wire["date-completed"], "provisioning-request.date-completed", unknown),
    source: read.text(wire.source, "provisioning-request.source"),
    provisionedBy: read.text(wire["provisioned-by"], "provisioning-request.provisioned-by"),
    activationProfileId: read.id(wire["activation-profile-id"], "provisioning-request.activation-profile-id"),
  };
}

/** KORE's detail, with its SIMs. It may lack the id, which then is the one asked for. */
export function toWholeProvisioningRequest(
  { accountId, id }: { accountId: string; id: string },
  envelope: Readonly<Record<string, unknown>>,
  unknown: UnknownValues,
): ProvisioningRequest {
  const wire = read.record(provisioningDetail(envelope), "provisioning-request.request-type");
  const told = read.id(wire["provisioning-request-id"], "provisioning-request.provisioning-request-id");
  const request = toProvisioningRequest(accountId, { ...wire, "provisioning-request-id": told ?? id }, unknown);
  const subscriptions = read.rows(wire.subscriptions, "provisioning-request.subscriptions", OUTCOME_KEYS);
  request.detail = {
    isFinal: progressOf(wire).end === "reached",
    subscriptions: subscriptions.map((sim) => toOutcome(accountId, sim, unknown)),
  };
  return request;
}

/** A request of which only its acknowledgement is known. */
export function acknowledged({ accountId, id }: { accountId: string; id: string }): ProvisioningRequest {
  return {
    accountId,
    id,
    action: null,
    rawAction: null,
    status: ProvisioningStatus.SUBMITTED,
    rawStatus: null,
    serviceType: null,
    numberOfSubscriptions: null,
    createdAt: null,
    completedAt: null,
    source: null,
    provisionedBy: null,
    activationProfileId: null,
  };
}

type WireOutcome = NonNullable<WireRequest["subscriptions"]>[number];

const OUTCOME_KEYS = ["subscription-id", "iccid", "completion-status", "error-message"] as const;

function toOutcome(accountId: string, wire: WireOutcome, unknown: UnknownValues): ProvisioningRequestSubscription {
  const rawOutcome = read.text(wire["completion-status"], "provisioning-request.completion-status");
  const message = read.text(wire["error-message"], "provisioning-request.error-message");
  const outcome = read.choice(rawOutcome, COMPLETIONS, "provisioning-request.completion-status", unknown);
  return {
    accountId,
    subscriptionId: read.id(wire["subscription-id"], "provisioning-request.subscription-id"),
    iccid: read.id(wire.iccid, "provisioning-request.iccid"),
    outcome: outcomeOf(outcome as ProvisioningOutcome | null, message),
    rawOutcome,
    message,
  };
}

/** An error message without an understood status can only mean failure. */
function outcomeOf(outcome: ProvisioningOutcome | null, message: string | null): ProvisioningOutcome {
  const understood = outcome ?? ProvisioningOutcome.UNKNOWN;
  return understood === ProvisioningOutcome.UNKNOWN && message !== null ? ProvisioningOutcome.FAILED : understood;
}

export function toProgress(subscriptions: readonly ProvisioningRequestSubscription[]): ProvisioningProgress {
  const count = (wanted: ProvisioningOutcome) => subscriptions.filter(({ outcome }) => outcome === wanted).length;
  return {
    done: count(ProvisioningOutcome.SUCCEEDED),
    failed: count(ProvisioningOutcome.FAILED),
    pending: count(ProvisioningOutcome.PENDING),
    unknown: count(ProvisioningOutcome.UNKNOWN),
    total: subscriptions.length,
  };
}
