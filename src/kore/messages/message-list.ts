import { type WireMessage, type SmsApi } from "../api/sms.ts";
import { type ListPage, walkList } from "../api/walk-list.ts";
import { count, isRecord, listed, requiredString, rows } from "../decoding/decode.ts";

type MessageQuery = Parameters<SmsApi["messages"]>[1];

/** KORE numbers pages from 1. */
export const FIRST_MESSAGE_PAGE = 1;

/** Reads one page of KORE's list of messages, in one call. A 204 is an empty page. @throws KoreError `contract` for a reply without a list */
export async function messagePage(
  sms: Pick<SmsApi, "messages">,
  accountId: string,
  query: MessageQuery,
): Promise<ListPage<WireMessage>> {
  const reply = await sms.messages(accountId, query);
  const info: unknown = reply?.["page-info-result"];
  const total = isRecord(info) ? count(info["total-count"], "page-info-result.total-count") : null;
  return { items: rows(listed(reply, "messages", "messages", total), "messages.messages"), total, more: null };
}

/** Reads KORE's whole list of messages under some conditions, each once, also where a message moves between pages. */
export async function walkMessages(
  sms: Pick<SmsApi, "messages">,
  accountId: string,
  conditions: MessageQuery,
): Promise<{ messages: readonly WireMessage[]; isWhole: boolean }> {
  const read = (index: number, size: number) =>
    messagePage(sms, accountId, { ...conditions, "page-index": FIRST_MESSAGE_PAGE + index, "max-page-item": size });
  const messages = new Map<string, WireMessage>();
  let isWhole = false;
  for await (const page of walkList(PAGE_SIZE, messageIdOf, read)) {
    for (const message of page.items) messages.set(messageIdOf(message), message);
    ({ isWhole } = page);
  }
  return { messages: [...messages.values()], isWhole };
}

export const messageIdOf = ({ mid }: WireMessage): string => requiredString(mid, "messages.mid");

/** More messages than a SIM gets in a few minutes, so that one call suffices. KORE states no limit. */
const PAGE_SIZE = 100;
