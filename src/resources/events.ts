import { WEBHOOK_EVENTS, type KoreWebhook } from "../kore/index.ts";
import { toAccountEvent, toOtherEvent } from "./account-event/index.ts";
import { type Context } from "./context.ts";
import { accountKey } from "./resource.ts";

const { stateChanged, provisioningStatusChanged, smsFromDevice, smsToDevice } = WEBHOOK_EVENTS;

/** Events about texts, which are never cached and change no SIM. */
const MESSAGE_EVENTS: ReadonlySet<string> = new Set([smsFromDevice, smsToDevice]);

/** Events about SIMs and their requests, which are never cached. */
const SIM_EVENTS: ReadonlySet<string> = new Set([stateChanged, provisioningStatusChanged]);

/**
 * Publishes KORE's events. KORE does not state the content of events about provisioning requests, so any event of an
 * account but those about texts makes the watched requests of that account be polled at once.
 *
 * @param at when it arrived, by the clock that replicas share; milliseconds since the epoch
 * @throws AggregateError of events whose data cannot be read; all are published, these as `OtherEvent`
 */
export async function handleKoreEvents(
  webhook: KoreWebhook,
  { kore, provisioning, events }: Pick<Context, "kore" | "provisioning" | "events">,
  at?: number,
): Promise<void> {
  const { eventName, accountId } = webhook;
  if (!MESSAGE_EVENTS.has(eventName)) {
    await provisioning.invalidateReads(); // Reads after the event must not join one from before.
    if (!SIM_EVENTS.has(eventName)) await provisioning.invalidateCache(accountId ?? undefined); // It may be about anything.
    const isConcerned = (key: string) => accountId === null || key.startsWith(accountKey(accountId));
    for (const watcher of [provisioning.watcher, provisioning.subscriptionRequests]) watcher.wake(isConcerned, at);
  }
  if (accountId === null) return; // No subscriber may see it.
  const alert = { ...webhook, accountId };
  if (alert.events.length === 0) events.publish(accountId, toOtherEvent(alert, undefined, kore.unknown));
  const unreadable: unknown[] = [];
  for (const event of alert.events) {
    try {
      events.publish(accountId, toAccountEvent(alert, event, kore.unknown));
    } catch (error) {
      unreadable.push(error);
      events.publish(accountId, toOtherEvent(alert, event, kore.unknown));
    }
  }
  if (unreadable.length > 0) {
    const message = `${unreadable.length} of ${alert.events.length} events of a webhook could not be read`;
    throw new AggregateError(unreadable, message, { cause: unreadable[0] }); // The log shows causes.
  }
}
