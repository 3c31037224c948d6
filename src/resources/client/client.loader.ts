import {
  checkedFirst,
  cursorsOf,
  eachLoader,
  MAX_PAGE_SIZE,
  Page,
  type PageArgs,
  reaches,
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

/** The ConnectivityPro account that an account of API clients is, as far as the configuration tells. */
export function accountOf(clientAccountId: string | null, { settings }: Context): string | undefined {
  return clientAccountId === null ? undefined : settings.accountMapping.get(clientAccountId);
}

/** The account of a client. Who does not reach it waits for the same read of KORE as for a client that is not there. */
export async function accountOfClient(id: string, context: Context): Promise<string | undefined> {
  return accountOf((await eachClient(context).load(id))?.accountId ?? null, context);
}

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

  const { accounts } = context.caller;
  if (accounts) return pageWithinReach(first, page.after, clientType, accounts, context);

  const cursors = cursorsOf(["clients", clientType]);
  const { offset, memo } = cursors.decode(page.after);
  const maxSize = memo === "" ? MAX_PAGE_SIZE : Number(memo);
  const range = await readClients({ offset, first, maxSize }, clientType, context);
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
 * KORE's list knows nothing of the caller's reach, so it is read whole, a page after the other, and counted here: a
 * total, a cursor or a short page of KORE's own would tell how many clients others have.
 */
async function pageWithinReach(
  first: number,
  after: string | null | undefined,
  type: KoreClientType,
  accounts: ReadonlySet<string>,
  context: Context,
): Promise<Page<Client>> {
  const cursors = cursorsOf(["clients", type, [...accounts].sort()]);
  const { offset } = cursors.decode(after);
  const reached: Client[] = [];
  let size = MAX_PAGE_SIZE;
  for (let at = 0, more = true; more;) {
    const range = await readClients({ offset: at, first: size, maxSize: size }, type, context);
    reached.push(...range.items.filter(({ accountId }) => reaches(context.caller, accountOf(accountId, context))));
    at += range.items.length;
    size = range.learnedSize ?? size;
    more = range.hasNextPage && range.items.length > 0;
  }
  const nodes = reached.slice(offset, offset + first);
  const hasNextPage = offset + nodes.length < reached.length;
  return new Page({ nodes, totalCount: reached.length, hasNextPage, cursors, offset });
}

type KoreClientType = (typeof KORE_CLIENT_TYPES)[keyof typeof KORE_CLIENT_TYPES] | undefined;

function readClients(range: Parameters<typeof readRange>[0], type: KoreClientType, { kore }: Context) {
  return readRange(range, async (index, size) => {
    const query = { page_size: size, page_number: FIRST_PAGE + index, client_type: type };
    const reply = read.record(await kore.clients.clients(query), "clients");
    const items = read.list(reply.clients, "clients.clients").map((wire) => toClient(wire, kore.unknown));
    const next = read.text(reply.meta?.next_page_url, "clients.next_page_url");
    return { items, ...countOf(reply.meta?.count, items.length, index * size, next !== null) };
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
