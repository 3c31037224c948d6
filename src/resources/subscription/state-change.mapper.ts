import { type UnknownEnumValues, decode } from "../../kore/index.ts";
import { type SimStateChange } from "./state-change.type.ts";
import { stateOf } from "./subscription.mapper.ts";

/** Maps the data of KORE's event `connectivity.subscription.state.changed`, by its sample. */
export function toSimStateChange(
  accountId: string,
  data: Readonly<Record<string, unknown>>,
  unknown: UnknownEnumValues,
): SimStateChange {
  const before = stateOf(data["old-state"], unknown);
  const now = stateOf(data["new-state"], unknown);
  return {
    accountId,
    subscriptionId: decode.requiredString(data["subscription-id"], "event.subscription-id"),
    oldState: before.state,
    rawOldState: before.rawState,
    newState: now.state,
    rawNewState: now.rawState,
    at: decode.date(data["exact-date-time"], "event.exact-date-time", unknown),
  };
}
