import { type MessageEntry, type MessageReason } from "./message-ledger.ts";

/** Outcome of a text. */
export interface TextResult {
  outcome: "ACCEPTED" | "ADOPTED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: MessageReason;
  /** In words, for people. */
  message?: string;
  /** KORE's mid. */
  messageId?: string;
  /** Of KORE's reply; its values are not stated. */
  koreStatus?: string;
  koreCode?: number;
  /** Redacted. */
  koreMessage?: string;
}

/** Outcome of a text, by its entry in the ledger. */
export function describeText(entry: MessageEntry): TextResult {
  const { state, messageId, koreStatus, koreCode, reason, message, sentAt } = entry;
  const known = { ...(messageId !== undefined && { messageId }) };
  switch (state) {
    case "sent":
      return {
        outcome: "ACCEPTED",
        ...known,
        ...(koreStatus !== undefined && { koreStatus }),
        ...(koreCode !== undefined && { koreCode }),
        ...(message !== undefined && { koreMessage: message }),
      };
    case "adopted":
      return {
        outcome: "ADOPTED",
        ...known,
        message: "KORE's reply was lost, and the text was found in KORE's list.",
      };
    case "refused":
      return { outcome: "REJECTED", ...(reason && { reason }), ...(message !== undefined && { message }) };
    case "unsent":
    case "sending":
    case "unknown":
      return {
        outcome: "OUTCOME_UNKNOWN",
        reason: "REPLY_LOST",
        message: `KORE's reply was lost. ${message ?? "KORE could not be asked"}. Look for a text to this SIM sent about ${new Date(sentAt).toISOString()}. Repeating the mutation searches again and never sends; with another requestKey it sends another text, which is charged as well.`,
      };
  }
}
