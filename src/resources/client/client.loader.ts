import {
  checkedFirst,
  cursorsOf,
  eachLoader,
  MAX_PAGE_SIZE,
  Page,
  type PageArgs,
  readRange,
  userInputError,
} from "../../graph/index.ts";
import { KoreError, read } from "../../kore/index.ts";
import { type Context } from "../context.ts";
import { KORE_CLIENT_TYPES, toClient } from "./client.mapper.ts";
import { type Client, ClientType } from "./client.type.ts";

/** KORE reads API clients one at a time or page by page. */
export const eachClient = eachLoader({
  name: "client.each",
  key: (id: string) => id,
  concurrency: 8,
  load: async (id, { kore }: Context): Promise<Client | null> => {
    const reply = await kore.clients.client(id).catch(KoreError.nullIfNotFound);
    return reply && toClient(read.record(reply.client, "client"), kore.unknown);
  },
});

/** KORE's examples count from 1. */
const FIRST_PAGE = 1;

/** A page of API clients. KORE states no page limit: one that shows is remembered in the cursor. */
export async function listClients(
  page: PageArgs,
  type: ClientType | null | undefined,
  context: Context,
): Promise<Page<Client>> {
  const first = checkedFirst(page);
  if (type === ClientType.UNKNOWN) throw userInputError("type: KORE has no type UNKNOWN to list by");
  const clientType = type ? KORE_CLIENT_TYPES[type] : undefined;

  const cursors = cursorsOf(["clients", clientType]);
  const { offset, memo } = cursors.decode(page.after);
  const maxSize = memo === "" ? MAX_PAGE_SIZE : Number(memo);
  const range = await readRange({ offset, first, maxSize }, async (index, size) => {
    const query = { page_size: size, page_number: FIRST_PAGE + index, client_type: clientType };
    const reply = read.record(await context.kore.clients.clients(query), "clients");
    const items = read.list(reply.clients, "clients.clients").map((wire) => toClient(wire, context.kore.unknown));
    const next = read.text(reply.meta?.next_page_url, "clients.next_page_url");
    return { items, ...countOf(reply.meta?.count, items.length, index * size, next !== null) };
  });
  return new Page({
    nodes: range.items,
    totalCount: range.total,
    hasNextPage: range.hasNextPage,
    cursors,
    offset,
    memo: String(range.learnedSize ?? maxSize),
  });
}

/**
 * KORE explains meta.count as the clients in the reply and, elsewhere, as those in the whole result. It is taken for
 * the total only where it can be nothing else, or where both are the same.
 */
function countOf(count: unknown, inReply: number, before: number, more: boolean) {
  const counted = read.integer(count, "clients.meta.count");
  if (!more) return { total: before + inReply, more };
  return { total: counted !== null && counted > inReply ? counted : null, more };
}
