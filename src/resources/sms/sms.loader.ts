import { dayOf } from "../../common/calendar-day.ts";
import {
  Page,
  type PageArgs,
  checkedFirst,
  cursorsOf,
  eachLoader,
  parsePagingState,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { FIRST_MESSAGE_PAGE, decode, messagePage } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { type LoaderContext, type Ref, refKey } from "../resource.ts";
import { SmsDirection, type SmsMessageFilter, SmsOrder } from "./sms.inputs.ts";
import { toSmsMessage } from "./sms.mapper.ts";
import { type SmsMessage } from "./sms.type.ts";

/** Single messages, for which KORE's list is filtered by one id; null where it has none. */
export const eachSmsMessage = eachLoader({
  key: refKey,
  per: "key",
  concurrency: 8,
  load: async ({ accountId, id }: Ref, { kore }: LoaderContext): Promise<SmsMessage | null> => {
    const { items } = await messagePage(kore.sms, accountId, { mid: id });
    return (
      items.map((wire) => toSmsMessage(accountId, wire, kore.unknown)).find((message) => message.id === id) ?? null
    );
  },
});

const DIRECTIONS = { [SmsDirection.TO_SIM]: "to_sim", [SmsDirection.FROM_SIM]: "from_sim" } as const;

/** Reads a page of an account's messages. KORE states no page limit; an observed one is stored in the cursor. */
export async function listSmsMessages(
  accountId: string,
  page: PageArgs,
  { filter, order }: { filter: SmsMessageFilter | null | undefined; order: SmsOrder | null | undefined },
  { kore }: Context,
): Promise<Page<SmsMessage>> {
  const first = checkedFirst(page);
  const { iccid, msisdn, direction, since, until } = filter ?? {};
  if (iccid && msisdn) throw userInputError("filter: give one of iccid and msisdn");
  if (since && until && since > until) throw userInputError("filter.until: must not be before since");
  const conditions = {
    iccid: iccid ?? undefined,
    msisdn: msisdn ?? undefined,
    "from-date": since ? dayOf(since) : undefined,
    "to-date": until ? dayOf(until) : undefined,
    direction: direction ? DIRECTIONS[direction] : undefined,
    "sort-order": order === SmsOrder.OLDEST_FIRST ? ("asc" as const) : undefined,
  };
  const cursors = cursorsOf(["smsMessages", accountId, conditions]);
  const { offset, state } = cursors.decode(page.after);
  const range = await readRange(
    { offset, first, ...parsePagingState(state) },
    async (index, size) => {
      const paging = { "page-index": FIRST_MESSAGE_PAGE + index, "max-page-item": size };
      const shown = await messagePage(kore.sms, accountId, { ...conditions, ...paging });
      if (index === 0) decode.firstPage(shown, "messages.messages");
      return { ...shown, items: shown.items.map((wire) => toSmsMessage(accountId, wire, kore.unknown)) };
    },
    ({ id }) => id,
  );
  return Page.ofRange(range, { cursors, offset });
}
