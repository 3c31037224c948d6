import {
  COMPLETIONS,
  type UnknownEnumValues,
  type WireProvisioningRequest,
  progressOf,
  provisioningDetail,
  decode,
} from "../../kore/index.ts";
import {
  ProvisioningAction,
  ProvisioningOutcome,
  type ProvisioningProgress,
  type ProvisioningRequest,
  type ProvisioningRequestSubscription,
  ProvisioningStatus,
} from "./provisioning-request.type.ts";

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

/** KORE's list and detail name some fields differently; both names are read. */
function toProvisioningRequest(accountId: string, wire: WireRequest, unknown: UnknownEnumValues): ProvisioningRequest {
  const status = wire.status ?? wire["request-status"];
  return {
    accountId,
    id: decode.requiredString(wire["provisioning-request-id"], "provisioning-request.provisioning-request-id"),
    action: decode.enumValue(
      wire["request-type"],
      ACTIONS,
      "provisioning-request.request-type",
      unknown,
    ) as ProvisioningAction | null,
    rawAction: decode.string(wire["request-type"], "provisioning-request.request-type"),
    status: decode.enumValue(status, STATUSES, "provisioning-request.status", unknown) as ProvisioningStatus | null,
    rawStatus: decode.string(status, "provisioning-request.status"),
    serviceType: decode.string(wire["service-type"], "provisioning-request.service-type"),
    numberOfSubscriptions: decode.count(
      wire["number-of-subscriptions"],
      "provisioning-request.number-of-subscriptions",
    ),
    createdAt: decode.date(wire["date-created"], "provisioning-request.date-created", unknown),
    completedAt: decode.date(wire["date-completed"], "provisioning-request.date-completed", unknown),
    provisionedBy: decode.string(wire["provisioned-by"], "provisioning-request.provisioned-by"),
    activationProfileId: decode.id(wire["activation-profile-id"], "provisioning-request.activation-profile-id"),
  };
}

/** Maps a record of KORE's list. */
export function toListedProvisioningRequest(
  accountId: string,
  wire: WireRequest,
  unknown: UnknownEnumValues,
): ProvisioningRequest {
  const request = toProvisioningRequest(accountId, wire, unknown);
  request.source = decode.string(wire.source, "provisioning-request.source");
  return request;
}

/** Maps KORE's detail, with its SIMs. It may lack its id, which then is the requested one. */
export function toWholeProvisioningRequest(
  { accountId, id }: { accountId: string; id: string },
  envelope: Readonly<Record<string, unknown>>,
  unknown: UnknownEnumValues,
): ProvisioningRequest {
  const wire = decode.record(provisioningDetail(envelope), "provisioning-request.request-type");
  const ownId = decode.id(wire["provisioning-request-id"], "provisioning-request.provisioning-request-id");
  const request = toProvisioningRequest(accountId, { ...wire, "provisioning-request-id": ownId ?? id }, unknown);
  const subscriptions = decode.rows(wire.subscriptions, "provisioning-request.subscriptions", OUTCOME_KEYS);
  request.detail = {
    isFinal: progressOf(wire).end === "reached",
    subscriptions: subscriptions.map((sim) => toOutcome(accountId, sim, unknown)),
  };
  return request;
}

/** A request of which only the acknowledgement is known. */
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

function toOutcome(accountId: string, wire: WireOutcome, unknown: UnknownEnumValues): ProvisioningRequestSubscription {
  const rawOutcome = decode.string(wire["completion-status"], "provisioning-request.completion-status");
  const message = decode.string(wire["error-message"], "provisioning-request.error-message");
  const outcome = decode.enumValue(rawOutcome, COMPLETIONS, "provisioning-request.completion-status", unknown);
  return {
    accountId,
    subscriptionId: decode.id(wire["subscription-id"], "provisioning-request.subscription-id"),
    iccid: decode.id(wire.iccid, "provisioning-request.iccid"),
    outcome: outcomeOf(outcome as ProvisioningOutcome | null, message),
    rawOutcome,
    message,
  };
}

/** An error message without a known status means failure. */
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
