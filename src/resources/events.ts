import { type Context } from "./context.ts";
import { accountKey } from "./resource.ts";
import { toSimStateChange } from "./subscription/index.ts";

const STATE_CHANGED = "connectivity.subscription.state.changed";

/** Messages from and to devices, and what became of them: the graph reads none, so nothing of ours changes with them. */
const MESSAGE_EVENTS: ReadonlySet<string> = new Set([
  "connectivity.smsapi.mobileoriginated",
  "connectivity.smsapi.mobileterminated",
]);

/** Events about what is never kept. */
const OF_SIMS: ReadonlySet<string> = new Set([STATE_CHANGED, "connectivity.provisioning.request.status.changed"]);

/** A delivery of KORE's webhook, read. */
interface KoreWebhook {
  eventName: string;
  accountId: string | null;
  events: readonly { data: Readonly<Record<string, unknown>> }[];
}

/**
 * Publishes KORE's events. Their content about provisioning requests is not stated, so any event of an account is
 * only a reason to look at once at the requests that are watched there. An event that cannot be read costs only itself.
 *
 * @param at when it arrived, by the clock that replicas share; milliseconds since the epoch
 * @throws AggregateError of those that cannot be read, when the others are passed on
 */
export async function handleKoreEvents(
  { eventName, accountId, events }: KoreWebhook,
  { kore, provisioning, stateChanges }: Pick<Context, "kore" | "provisioning" | "stateChanges">,
  at?: number,
): Promise<void> {
  if (MESSAGE_EVENTS.has(eventName)) return;
  await provisioning.invalidateReads(); // Reads after the event must not join one from before.
  if (!OF_SIMS.has(eventName)) await provisioning.invalidateAccount(accountId ?? undefined); // It may be about anything.
  provisioning.watches.wake((key) => accountId === null || key.startsWith(accountKey(accountId)), at);
  if (eventName !== STATE_CHANGED || accountId === null) return;
  const unreadable: unknown[] = [];
  for (const { data } of events) {
    try {
      stateChanges.publish(accountId, toSimStateChange(accountId, data, kore.unknown));
    } catch (error) {
      unreadable.push(error);
    }
  }
  if (unreadable.length > 0) {
    const message = `${unreadable.length} of ${events.length} events of a delivery could not be read`;
    throw new AggregateError(unreadable, message, { cause: unreadable[0] }); // The log shows causes.
  }
}
