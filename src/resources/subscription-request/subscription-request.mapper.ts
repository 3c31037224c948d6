import {
  COMPLETIONS,
  type UnknownEnumValues,
  type WireSubscriptionRequest,
  decode,
  progressOf,
  provisioningDetail,
  recordStatusOf,
  simOfItem,
  toProvisioningShape,
} from "../../kore/index.ts";
import { type Ref } from "../resource.ts";
import {
  type SubscriptionRequest,
  SubscriptionRequestOutcome,
  SubscriptionRequestStatus,
  type SubscriptionRequestSubscription,
} from "./subscription-request.type.ts";

const { ACCEPTED, REJECTED, IN_PROGRESS, FAILED, COMPLETED } = SubscriptionRequestStatus;

const STATUSES = {
  submitted: ACCEPTED,
  pending: IN_PROGRESS,
  completed: COMPLETED,
  failed: FAILED,
  rejected: REJECTED,
};

export function toSubscriptionRequest(
  { accountId, id }: Ref,
  envelope: Readonly<Record<string, unknown>>,
  unknown: UnknownEnumValues,
): SubscriptionRequest {
  const field = "subscription-request";
  const wire = decode.record(envelope["subscription-request"] as WireSubscriptionRequest | undefined, field);
  const rawStatus = decode.string(wire["subscription-request-status"], `${field}.subscription-request-status`);
  const status = recordStatusOf(rawStatus) ?? rawStatus;
  const items = decode.rows(wire.subscriptions, `${field}.subscriptions`);
  const errors = decode.rows(wire["subscription-request-error"], `${field}.subscription-request-error`);
  return {
    accountId,
    id,
    isFinal: progressOf(provisioningDetail(toProvisioningShape(id, envelope))).end === "reached",
    type: decode.string(wire["subscription-request-type"], `${field}.subscription-request-type`),
    status: decode.enumValue(status, STATUSES, `${field}.status`, unknown) as SubscriptionRequestStatus | null,
    rawStatus,
    source: decode.string(wire.source, `${field}.source`),
    totalSubscriptions: decode.count(wire["total-subscriptions"], `${field}.total-subscriptions`),
    subscriptionId: decode.id(wire["subscription-id"], `${field}.subscription-id`),
    subscriptions: items.map((item) => toSubscription({ accountId, id }, item, unknown)),
    errors: errors.map((error) => ({
      type: decode.string(error["error-type"], `${field}.error-type`),
      code: decode.string(error["error-code"], `${field}.error-code`),
      message: decode.string(error["error-message"], `${field}.error-message`),
    })),
  };
}

type WireItem = NonNullable<WireSubscriptionRequest["subscriptions"]>[number];

function toSubscription(
  { accountId, id }: Ref,
  item: WireItem,
  unknown: UnknownEnumValues,
): SubscriptionRequestSubscription {
  const field = "subscription-request.subscriptions";
  const sim = simOfItem(id, item);
  const message = decode.string(item.error, `${field}.error`);
  const found = decode.enumValue(item.status, COMPLETIONS, `${field}.status`, unknown);
  const outcome = (found ?? "UNKNOWN") as SubscriptionRequestOutcome;
  const isFailed = outcome === SubscriptionRequestOutcome.UNKNOWN && message !== null;
  return {
    accountId,
    subscriptionId: sim["subscription-id"],
    iccid: sim.iccid,
    outcome: isFailed ? SubscriptionRequestOutcome.FAILED : outcome,
    rawOutcome: decode.string(item.status, `${field}.status`),
    message,
    identifier: decode.string(item["subscription-identifier"], `${field}.subscription-identifier`),
    identifierValue: decode.id(item["subscription-identifier-value"], `${field}.subscription-identifier-value`),
    propertyType: decode.string(item["property-type"], `${field}.property-type`),
    itemRequestId: decode.id(item["subscription-request-id"], `${field}.subscription-request-id`),
  };
}

/** A request of which only the acknowledgement is known. */
export function acknowledgedRequest({ accountId, id }: Ref): SubscriptionRequest {
  return {
    accountId,
    id,
    isFinal: false,
    type: null,
    status: ACCEPTED,
    rawStatus: null,
    source: null,
    totalSubscriptions: null,
    subscriptionId: null,
    subscriptions: null,
    errors: null,
  };
}
