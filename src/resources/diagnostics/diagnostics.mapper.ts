import {
  COMPLETIONS,
  type UnknownEnumValues,
  type WireDiagnosticsRequest,
  decode,
  progressOf,
  provisioningDetail,
} from "../../kore/index.ts";
import { type Ref } from "../resource.ts";
import {
  DiagnosticsOutcome,
  type DiagnosticsRequest,
  DiagnosticsStatus,
  type DiagnosticsRequestSubscription,
  DiagnosticsType,
} from "./diagnostics.type.ts";

const TYPES = {
  canceldevicelocation: DiagnosticsType.CANCEL_DEVICE_LOCATION,
  "cancel-device-location": DiagnosticsType.CANCEL_DEVICE_LOCATION,
};

const STATUSES = {
  submitted: DiagnosticsStatus.SUBMITTED,
  pending: DiagnosticsStatus.PENDING,
  completed: DiagnosticsStatus.COMPLETED,
  failed: DiagnosticsStatus.FAILED,
};

type Wire = Partial<WireDiagnosticsRequest>;

/** Maps a record of KORE's list, or the common part of its detail, which names some fields differently. */
export function toDiagnosticsRequest(accountId: string, wire: Wire, unknown: UnknownEnumValues): DiagnosticsRequest {
  const id = wire["diagnostics-request-id"] ?? wire["diagnostic-request-id"];
  const status = wire.status ?? wire["request-status"];
  const type = wire["request-type"];
  return {
    accountId,
    id: decode.requiredString(id, "diagnostics-request.diagnostics-request-id"),
    type: decode.enumValue(type, TYPES, "diagnostics-request.request-type", unknown) as DiagnosticsType | null,
    rawType: decode.string(type, "diagnostics-request.request-type"),
    status: decode.enumValue(status, STATUSES, "diagnostics-request.status", unknown) as DiagnosticsStatus | null,
    rawStatus: decode.string(status, "diagnostics-request.status"),
    serviceType: decode.string(wire["service-type"], "diagnostics-request.service-type"),
    numberOfSubscriptions: decode.count(wire["number-of-subscriptions"], "diagnostics-request.number-of-subscriptions"),
    createdAt: decode.date(wire["date-created"], "diagnostics-request.date-created", unknown),
    completedAt: decode.date(wire["date-completed"], "diagnostics-request.date-completed", unknown),
    source: decode.string(wire.source, "diagnostics-request.source"),
    requestedBy: decode.string(wire["requested-by"], "diagnostics-request.requested-by"),
  };
}

/** Maps KORE's detail, with its SIM. It may lack its id, which then is the requested one. */
export function toWholeDiagnosticsRequest(
  { accountId, id }: Ref,
  envelope: Readonly<Record<string, unknown>>,
  unknown: UnknownEnumValues,
): DiagnosticsRequest {
  const field = "diagnostics-request.request-type";
  const wire = decode.record(provisioningDetail(envelope), field) as Wire & Parameters<typeof progressOf>[0];
  const ownId = decode.id(wire["diagnostics-request-id"], "diagnostics-request.diagnostics-request-id");
  const request = toDiagnosticsRequest(accountId, { ...wire, "diagnostics-request-id": ownId ?? id }, unknown);
  const message = decode.string(wire["error-message"], "diagnostics-request.error-message");
  const sims = decode.rows(wire.subscriptions, "diagnostics-request.subscriptions", SIM_KEYS);
  request.detail = {
    isFinal: progressOf(wire).end === "reached",
    message,
    subscriptions: sims.map((sim): DiagnosticsRequestSubscription => {
      const rawOutcome = decode.string(sim["completion-status"], "diagnostics-request.completion-status");
      const found = decode.enumValue(rawOutcome, COMPLETIONS, "diagnostics-request.completion-status", unknown);
      return {
        accountId,
        subscriptionId: decode.id(sim["subscription-id"], "diagnostics-request.subscription-id"),
        iccid: decode.id(sim.iccid, "diagnostics-request.iccid"),
        outcome: outcomeOf(found as DiagnosticsOutcome | null, message),
        rawOutcome,
      };
    }),
  };
  return request;
}

const SIM_KEYS = ["subscription-id", "iccid", "completion-status"] as const;

/** An error message without a known status means failure. */
function outcomeOf(outcome: DiagnosticsOutcome | null, message: string | null): DiagnosticsOutcome {
  const understood = outcome ?? DiagnosticsOutcome.UNKNOWN;
  return understood === DiagnosticsOutcome.UNKNOWN && message !== null ? DiagnosticsOutcome.FAILED : understood;
}

/** A request of which only the acknowledgement is known. */
export function acknowledgedDiagnostics({ accountId, id }: Ref): DiagnosticsRequest {
  return {
    accountId,
    id,
    type: DiagnosticsType.CANCEL_DEVICE_LOCATION,
    rawType: null,
    status: DiagnosticsStatus.SUBMITTED,
    rawStatus: null,
    serviceType: null,
    numberOfSubscriptions: null,
    createdAt: null,
    completedAt: null,
    source: null,
    requestedBy: null,
  };
}
