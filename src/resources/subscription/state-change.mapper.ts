import { type KoreWebhook, type UnknownEnumValues, decode } from "../../kore/index.ts";
import { AccountEventType, toKoreEvent } from "../event/index.ts";
import { type SimStateChange } from "./state-change.type.ts";
import { stateOf } from "./subscription.mapper.ts";

/** Maps KORE's event `connectivity.subscription.state.changed`, by its sample. @throws KoreError `contract` */
export function toSimStateChange(
  alert: KoreWebhook & { accountId: string },
  event: KoreWebhook["events"][number],
  unknown: UnknownEnumValues,
): SimStateChange {
  const { data } = event;
  const before = stateOf(data["old-state"], unknown);
  const now = stateOf(data["new-state"], unknown);
  return {
    ...toKoreEvent(AccountEventType.SUBSCRIPTION_STATE_CHANGED, alert, event, unknown),
    subscriptionId: decode.requiredString(data["subscription-id"], "event.subscription-id"),
    oldState: before.state,
    rawOldState: before.rawState,
    newState: now.state,
    rawNewState: now.rawState,
  };
}
