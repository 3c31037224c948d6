import { type KoreWebhook, type UnknownEnumValues, decode } from "../../kore/index.ts";
import { type AccountEventType, type KoreEvent } from "./event.type.ts";

/** @param event absent: the alert has no events */
export function toKoreEvent(
  type: AccountEventType,
  { accountId, eventName, alert }: KoreWebhook & { accountId: string },
  event: KoreWebhook["events"][number] | undefined,
  unknown: UnknownEnumValues,
): KoreEvent {
  const happened = event?.data["exact-date-time"];
  return {
    ...{ type, accountId, eventName },
    eventId: event?.id ?? null,
    alertId: alert?.id ?? null,
    ruleId: alert?.ruleId ?? null,
    ruleName: alert?.ruleName ?? null,
    sentAt: typeof alert?.sentAt === "number" ? new Date(alert.sentAt) : null,
    at: typeof happened === "string" ? decode.date(happened, "event.exact-date-time", unknown) : null,
    data: event ? JSON.stringify(event.data) : null,
  };
}
