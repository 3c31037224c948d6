import { WEBHOOK_EVENTS, type KoreWebhook } from "../kore/index.ts";
import { type Context } from "./context.ts";
import { accountKey } from "./resource.ts";
import { publishSmsStatus } from "./sms/index.ts";
import { toSimStateChange } from "./subscription/index.ts";

const { stateChanged, provisioningStatusChanged, smsFromDevice, smsToDevice } = WEBHOOK_EVENTS;

/** Events about texts, which are never cached and change no SIM. */
const MESSAGE_EVENTS: ReadonlySet<string> = new Set([smsFromDevice, smsToDevice]);

/** Events about SIMs and their requests, which are never cached. */
const SIM_EVENTS: ReadonlySet<string> = new Set([stateChanged, provisioningStatusChanged]);

/**
 * Publishes KORE's events. KORE does not state the content of events about provisioning requests, so any event of an
 * account makes the watched requests of that account be polled at once. An event that cannot be read fails alone.
 *
 * @param at when it arrived, by the clock that replicas share; milliseconds since the epoch
 * @throws AggregateError of those that cannot be read; the others are published
 */
export async function handleKoreEvents(
  { eventName, accountId, events }: KoreWebhook,
  {
    kore,
    provisioning,
    stateChanges,
    smsStatusChanges,
  }: Pick<Context, "kore" | "provisioning" | "stateChanges" | "smsStatusChanges">,
  at?: number,
): Promise<void> {
  if (MESSAGE_EVENTS.has(eventName)) {
    if (eventName !== smsToDevice || accountId === null) return;
    publishEach(events, (data) => publishSmsStatus(accountId, data, smsStatusChanges, kore.unknown));
    return;
  }
  await provisioning.invalidateReads(); // Reads after the event must not join one from before.
  if (!SIM_EVENTS.has(eventName)) await provisioning.invalidateCache(accountId ?? undefined); // It may be about anything.
  provisioning.watcher.wake((key) => accountId === null || key.startsWith(accountKey(accountId)), at);
  if (eventName !== stateChanged || accountId === null) return;
  publishEach(events, (data) => stateChanges.publish(accountId, toSimStateChange(accountId, data, kore.unknown)));
}

/** @throws AggregateError of events that cannot be read; the others are published */
function publishEach(events: KoreWebhook["events"], publish: (data: Record<string, unknown>) => void): void {
  const unreadable: unknown[] = [];
  for (const { data } of events) {
    try {
      publish(data);
    } catch (error) {
      unreadable.push(error);
    }
  }
  if (unreadable.length > 0) {
    const message = `${unreadable.length} of ${events.length} events of a webhook could not be read`;
    throw new AggregateError(unreadable, message, { cause: unreadable[0] }); // The log shows causes.
  }
}
