import { type KoreWebhook, type UnknownEnumValues, WEBHOOK_EVENTS, decode } from "../../kore/index.ts";
import { AccountEventType, type KoreEvent, toKoreEvent } from "../event/index.ts";
import { toSmsStatusChange } from "../sms/index.ts";
import { toSimStateChange } from "../subscription/index.ts";
import { type ProvisioningRequestStatusChange, type SmsFromSim } from "./account-event.type.ts";

type Alert = KoreWebhook & { accountId: string };
type AlertEvent = Alert["events"][number];

const { stateChanged, provisioningStatusChanged, smsFromDevice, smsToDevice } = WEBHOOK_EVENTS;

/** One event of an alert. @throws KoreError `contract` when its data lacks what its kind needs */
export function toAccountEvent(alert: Alert, event: AlertEvent, unknown: UnknownEnumValues): KoreEvent {
  switch (alert.eventName) {
    case stateChanged:
      return toSimStateChange(alert, event, unknown);
    case provisioningStatusChanged:
      return toProvisioningRequestStatusChange(alert, event, unknown);
    case smsFromDevice:
      return toSmsFromSim(alert, event, unknown);
    case smsToDevice:
      return toSmsStatusChange(alert, event, unknown);
    default:
      return toOtherEvent(alert, event, unknown);
  }
}

/** @param event absent: the alert has no events */
export function toOtherEvent(alert: Alert, event: AlertEvent | undefined, unknown: UnknownEnumValues): KoreEvent {
  return toKoreEvent(AccountEventType.OTHER, alert, event, unknown);
}

/** KORE does not state this event's data: the name of the id is that of its API. */
function toProvisioningRequestStatusChange(
  alert: Alert,
  event: AlertEvent,
  unknown: UnknownEnumValues,
): ProvisioningRequestStatusChange {
  return {
    ...toKoreEvent(AccountEventType.PROVISIONING_REQUEST_STATUS_CHANGED, alert, event, unknown),
    provisioningRequestId: decode.id(event.data["provisioning-request-id"], "event.provisioning-request-id"),
  };
}

/** KORE does not state this event's data: the names are those of its list of messages. */
function toSmsFromSim(alert: Alert, event: AlertEvent, unknown: UnknownEnumValues): SmsFromSim {
  const { data } = event;
  return {
    ...toKoreEvent(AccountEventType.SMS_FROM_SIM, alert, event, unknown),
    mid: decode.id(data.mid, "event.mid"),
    iccid: decode.id(data.iccid, "event.iccid"),
    msisdn: decode.id(data.msisdn, "event.msisdn"),
    shortCode: decode.id(data["short-code"], "event.short-code"),
    detail: decode.string(data.detail, "event.detail"),
  };
}
