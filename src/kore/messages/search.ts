import { dayOf } from "../../common/calendar-day.ts";
import { type SmsApi, type WireMessage } from "../api/sms.ts";
import { type ConnectivityApi } from "../api/connectivity.ts";
import { date, id, record, string } from "../decoding/decode.ts";
import { CLOCK_SKEW, UTC, matchTiming } from "../idempotency/ambiguous-outcome.ts";
import { hashOf } from "../idempotency/single-flight.ts";
import { type MessageEntry, type MessageLedger, isAmbiguous } from "./message-ledger.ts";
import { messageIdOf, walkMessages } from "./message-list.ts";

/** The reads of a search. */
export interface MessageReads {
  sms: Pick<SmsApi, "messages">;
  connectivity: Pick<ConnectivityApi, "subscription">;
}

export type Finding =
  /** KORE's list has the text. */
  | { kind: "found"; messageId: string }
  /** It may have been sent or not. */
  | { kind: "unclear"; message: string };

/**
 * Searches KORE's list for a text whose reply was lost, by SIM, time and text. Only a message with the same text proves it,
 * because KORE does not state what `detail` holds. That the list lacks it proves nothing: KORE states neither how soon nor
 * whether all texts appear in it.
 */
export async function findUnacknowledgedMessage(
  entry: MessageEntry & { settlesAt: number },
  { sms, connectivity }: MessageReads,
  ledger: Pick<MessageLedger, "claimed" | "unfinished">,
): Promise<Finding> {
  const { accountId, sentAt, textHash } = entry;
  const sim = await simConditions(entry, connectivity);
  if (!sim) return { kind: "unclear", message: "KORE does not show the SIM's ICCID" };
  const since = dayOf(sentAt - CLOCK_SKEW);
  const { messages, isWhole } = await walkMessages(sms, accountId, {
    ...sim,
    direction: "to_sim",
    "from-date": since,
  });
  const possible = messages
    .map((message) => ({ messageId: messageIdOf(message), timing: timingOf(message, entry), message }))
    .filter(({ timing }) => timing !== "no");
  // After the list: a text that is in it was recorded before.
  const claimed = await ledger.claimed(
    accountId,
    possible.map(({ messageId }) => messageId),
  );
  const left = possible.filter(({ messageId }) => !claimed.has(messageId));
  const same = left.filter(({ message }) => hashOf(string(message.detail, "messages.detail")) === textHash);
  const others = (await ledger.unfinished()).filter(
    (other) => other.key !== entry.key && other.accountId === accountId && other.textHash === textHash,
  );
  const [match] = same;
  if (match && same.length === 1 && match.timing === "yes" && !others.some(isAmbiguous)) {
    return { kind: "found", messageId: match.messageId };
  }
  const ids = left.map(({ messageId }) => messageId).slice(0, MAX_NAMED);
  if (ids.length > 0) return { kind: "unclear", message: `KORE lists messages that may be it: ${ids.join(", ")}` };
  return { kind: "unclear", message: isWhole ? "KORE's list does not show it" : "KORE's list is incomplete" };
}

/** Messages that a result names. */
const MAX_NAMED = 10;

/** KORE lists by ICCID or MSISDN only, so a SIM that was named by its subscription-id is read. */
async function simConditions(
  { accountId, recipient }: MessageEntry,
  connectivity: Pick<ConnectivityApi, "subscription">,
): Promise<{ iccid: string } | { msisdn: string } | undefined> {
  if (!recipient || !("subscription-id" in recipient)) return recipient;
  const sim = record(await connectivity.subscription(accountId, recipient["subscription-id"]), "subscription");
  const iccid = id(sim.iccid, "subscription.iccid");
  return iccid === null ? undefined : { iccid };
}

const DAY = 24 * 3_600_000;

function timingOf({ "date-created": created }: WireMessage, lost: { sentAt: number; settlesAt: number }) {
  const precision = /\d:\d/.test(string(created, "messages.date-created") ?? "") ? 0 : DAY;
  return matchTiming(lost, date(created, "messages.date-created"), UTC, precision);
}
