import { count, isRecord, listed, record, requiredString, rows, string } from "../decoding/decode.ts";
import { type ListPage, walkList } from "../api/walk-list.ts";
import { type components } from "../api/generated/clients.ts";
import { type WireClient } from "../api/clients.ts";

type ClientList = components["schemas"]["ClientList"];

/** KORE's examples number pages from 1. */
export const FIRST_CLIENT_PAGE = 1;

/**
 * A page of KORE's list of API clients. KORE documents meta.count as the number of clients in the reply and, elsewhere, in
 * the whole result: it is taken as the total only where it exceeds the page. Null, a 204, is an empty page.
 *
 * @throws KoreError "contract" for a reply without `clients`
 */
export function clientPage(reply: ClientList | null): ListPage<WireClient> {
  const found = rows(listed(reply, "clients", "clients"), "clients.clients");
  const meta: unknown = reply?.meta;
  if (!isRecord(meta)) return { items: found, total: null, more: reply === null ? false : null };
  const stated = count(meta.count, "clients.meta.count");
  return {
    items: found,
    total: stated !== null && stated > found.length ? stated : null,
    more: string(meta.next_page_url, "clients.next_page_url") !== null,
  };
}

/** Reads KORE's whole list of API clients, by id. KORE states neither order nor page limits. See {@link walkList}. */
export async function walkClients(
  pageSize: number,
  readPage: (page: { page_size: number; page_number: number }) => Promise<ClientList | null>,
): Promise<{ clients: ReadonlyMap<string, WireClient>; isWhole: boolean; isSteady: boolean; pages: number }> {
  const clients = new Map<string, WireClient>();
  // A reply without `clients` is not an empty page, but possibly no list at all.
  let isList = true;
  const read = async (index: number, size: number) => {
    const reply = await readPage({ page_size: size, page_number: FIRST_CLIENT_PAGE + index });
    const body = reply === null ? null : record(reply, "clients");
    isList &&= Array.isArray(body?.clients);
    return clientPage(isList ? body : null);
  };
  const idOf = (client: WireClient) => requiredString(client.client_id, "clients.client_id");
  let [isWhole, isSteady, pages] = [false, false, 0];
  for await (const page of walkList(pageSize, idOf, read)) {
    for (const client of page.items) clients.set(idOf(client), client);
    ({ isWhole, isSteady, pages } = page);
  }
  return { clients, isWhole: isWhole && isList, isSteady, pages };
}
