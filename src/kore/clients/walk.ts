import { isRecord, list, record, requiredText, text } from "../reading.ts";
import { type components } from "../wire/clients.ts";
import { type WireClient } from "./api.ts";

type ClientList = components["schemas"]["ClientList"];

/** KORE's examples count from 1. */
export const FIRST_CLIENT_PAGE = 1;

/**
 * All of KORE's list of API clients, by id. KORE states neither order nor page limits, so pages are counted in what the
 * first one gives, and the list ends where KORE names no next page. Whatever else ends it, it may not be whole.
 */
export async function walkClients(
  pageSize: number,
  readPage: (page: { page_size: number; page_number: number }) => Promise<ClientList>,
): Promise<{ clients: ReadonlyMap<string, WireClient>; isWhole: boolean; pages: number }> {
  const clients = new Map<string, WireClient>();
  let size = pageSize;
  for (let number = FIRST_CLIENT_PAGE; ; number += 1) {
    const reply = record(await readPage({ page_size: size, page_number: number }), "clients");
    const items = list(reply.clients, "clients.clients");
    const known = clients.size;
    for (const client of items) clients.set(requiredText(client.client_id, "clients.client_id"), client);
    const isLast = isRecord(reply.meta)
      ? text(reply.meta.next_page_url, "clients.next_page_url") === null
      : items.length === 0;
    // A reply without any `clients` is no empty page: it may be about something else.
    if (isLast) return { clients, isWhole: Array.isArray(reply.clients), pages: number };
    if (clients.size === known) return { clients, isWhole: false, pages: number };
    if (number === FIRST_CLIENT_PAGE) size = items.length;
  }
}
