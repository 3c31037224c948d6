import { ESIM_STATUSES, type UnknownEnumValues, type WireEsimRequest, decode } from "../../kore/index.ts";
import { type Ref } from "../resource.ts";
import {
  EsimOutcome,
  type EsimRequest,
  type EsimRequestItem,
  EsimRequestStatus,
  EsimRequestType,
} from "./esim-request.type.ts";

const TYPES = {
  switchprofile: EsimRequestType.SWITCH,
  downloadprofile: EsimRequestType.DOWNLOAD,
  enableprofile: EsimRequestType.ENABLE,
  deleteprofile: EsimRequestType.DELETE,
};

/** Maps a record of KORE's list, or the common part of its detail. */
export function toEsimRequest(accountId: string, wire: WireEsimRequest, unknown: UnknownEnumValues): EsimRequest {
  const status = wire["switch-request-status"];
  const type = wire["switch-request-type"];
  const count = (name: "requested" | "processing" | "completed" | "failed" | "pending-network-connection") =>
    decode.count(wire[`total-switch-${name}`], `esim-request.total-switch-${name}`);
  const found = decode.enumValue(status, ESIM_STATUSES, "esim-request.switch-request-status", unknown);
  return {
    accountId,
    id: decode.requiredString(wire["esim-profile-switch-request-id"], "esim-request.esim-profile-switch-request-id"),
    type: decode.enumValue(type, TYPES, "esim-request.switch-request-type", unknown) as EsimRequestType | null,
    rawType: decode.string(type, "esim-request.switch-request-type"),
    status: found as EsimRequestStatus | null,
    rawStatus: decode.string(status, "esim-request.switch-request-status"),
    createdAt: decode.date(wire["switch-request-date"], "esim-request.switch-request-date", unknown),
    activationProfileId: decode.id(wire["activation-profile-id"], "esim-request.activation-profile-id"),
    requested: count("requested"),
    processing: count("processing"),
    completed: count("completed"),
    failed: count("failed"),
    waitingForDevice: count("pending-network-connection"),
  };
}

/** Maps KORE's detail, with its EIDs. It may lack its id, which then is the requested one. */
export function toWholeEsimRequest(
  { accountId, id }: Ref,
  wire: WireEsimRequest,
  isFinal: boolean,
  unknown: UnknownEnumValues,
): EsimRequest {
  const ownId = decode.id(wire["esim-profile-switch-request-id"], "esim-request.esim-profile-switch-request-id");
  const request = toEsimRequest(accountId, { ...wire, "esim-profile-switch-request-id": ownId ?? id }, unknown);
  const items = decode.rows(wire.eids, "esim-request.eids", ITEM_KEYS).map((row): EsimRequestItem => {
    const rawStatus = decode.string(row["switch-status"], "esim-request.switch-status");
    const message = decode.string(row["switch-error-message"], "esim-request.switch-error-message");
    const found = decode.enumValue(rawStatus, ESIM_STATUSES, "esim-request.switch-status", unknown);
    return {
      accountId,
      eid: decode.id(row.eid, "esim-request.eid"),
      outcome: outcomeOf(found, isFinal && message !== null),
      rawStatus,
      message,
      newSubscriptionId: decode.id(row["new-subscription-id"], "esim-request.new-subscription-id"),
      oldSubscriptionId: decode.id(row["old-subscription-id"], "esim-request.old-subscription-id"),
    };
  });
  request.detail = { isFinal, items };
  return request;
}

const ITEM_KEYS = ["eid", "switch-status", "new-subscription-id", "old-subscription-id"] as const;

const OUTCOMES = {
  PENDING: EsimOutcome.PENDING,
  PROCESSED: EsimOutcome.SUCCEEDED,
  COMPLETED: EsimOutcome.SUCCEEDED,
  FAILED: EsimOutcome.FAILED,
  CANCELLED: EsimOutcome.CANCELLED,
  UNKNOWN: EsimOutcome.UNKNOWN,
};

/** At the end, an error message without a known status means failure; before, KORE may repeat the step. */
function outcomeOf(status: keyof typeof OUTCOMES | null, hasError: boolean): EsimOutcome {
  const outcome = OUTCOMES[status ?? "UNKNOWN"];
  return outcome === EsimOutcome.UNKNOWN && hasError ? EsimOutcome.FAILED : outcome;
}

/** A request of which only the acknowledgement is known. */
export function acknowledgedEsimRequest({ accountId, id }: Ref): EsimRequest {
  return {
    accountId,
    id,
    type: null,
    rawType: null,
    status: EsimRequestStatus.PENDING,
    rawStatus: null,
    createdAt: null,
    activationProfileId: null,
    requested: null,
    processing: null,
    completed: null,
    failed: null,
    waitingForDevice: null,
  };
}
