import {
  type KoreWebhook,
  type TextResult,
  type UnknownEnumValues,
  type WireMessage,
  decode,
  messageIdOf,
  type sizeOf,
} from "../../kore/index.ts";
import { AccountEventType, toKoreEvent } from "../event/index.ts";
import {
  type SendSmsPayload,
  SmsEncoding,
  type SmsMessage,
  SmsOutcome,
  SmsReason,
  SmsStatus,
  type SmsStatusChange,
} from "./sms.type.ts";

/** KORE's documented statuses, which its webhooks deliver. */
const STATUSES = {
  accepted: SmsStatus.ACCEPTED,
  queued: SmsStatus.QUEUED,
  inprogress: SmsStatus.IN_PROGRESS,
  "in progress": SmsStatus.IN_PROGRESS,
  success: SmsStatus.DELIVERED,
  failed: SmsStatus.FAILED,
};

function statusOf(value: unknown, field: string, unknown: UnknownEnumValues) {
  return {
    status: decode.enumValue(value, STATUSES, field, unknown) as SmsStatus | null,
    rawStatus: decode.string(value, field),
  };
}

/** KORE's own `account-id` is not read: a message is one of the account that was asked for. */
export function toSmsMessage(accountId: string, wire: WireMessage, unknown: UnknownEnumValues): SmsMessage {
  return {
    accountId,
    id: messageIdOf(wire),
    iccid: decode.id(wire.iccid, "messages.iccid"),
    msisdn: decode.id(wire.msisdn, "messages.msisdn"),
    shortCode: decode.id(wire["short-code"], "messages.short-code"),
    action: decode.string(wire.action, "messages.action"),
    detail: decode.string(wire.detail, "messages.detail"),
    ...statusOf(wire.status, "messages.status", unknown),
    createdAt: decode.date(wire["date-created"], "messages.date-created", unknown),
    serviceTypeId: decode.id(wire["service-type-id"], "messages.service-type-id"),
    organization: decode.string(wire.organization, "messages.organization"),
  };
}

/**
 * Maps the data of KORE's event `connectivity.smsapi.mobileterminated`. KORE publishes no sample of it: the names are those
 * of its list of messages, of `error-code` in its description of statuses, and of the date in its sample of another event.
 */
export function toSmsStatusChange(
  alert: KoreWebhook & { accountId: string },
  event: KoreWebhook["events"][number],
  unknown: UnknownEnumValues,
): SmsStatusChange {
  const { data } = event;
  return {
    ...toKoreEvent(AccountEventType.SMS_STATUS_CHANGED, alert, event, unknown),
    messageId: decode.requiredString(data.mid, "event.mid"),
    ...statusOf(data.status, "event.status", unknown),
    errorCode: decode.id(data["error-code"], "event.error-code"),
    iccid: decode.id(data.iccid, "event.iccid"),
  };
}

type Size = ReturnType<typeof sizeOf>;

/** The payload of a text that was sent or refused by KORE. */
export function toPayload(result: TextResult, size: Size): SendSmsPayload {
  const { outcome, reason, message, messageId, koreStatus, koreCode, koreMessage } = result;
  return {
    ...notSent(size, SmsOutcome[outcome]),
    reason: reason === undefined ? null : SmsReason[reason],
    field: reason === "NOT_FOUND" ? "input.to" : null,
    message: message ?? null,
    messageId: messageId ?? null,
    koreStatus: koreStatus ?? null,
    koreCode: koreCode ?? null,
    koreMessage: koreMessage ?? null,
  };
}

/** The payload of a text for which KORE was not called. */
export function notSent({ encoding, parts, units }: Size, outcome: SmsOutcome): SendSmsPayload {
  return {
    ...{ outcome, reason: null, field: null, message: null, messageId: null },
    ...{ encoding: SmsEncoding[encoding], parts, units, isDryRun: false },
    ...{ koreStatus: null, koreCode: null, koreMessage: null },
  };
}
