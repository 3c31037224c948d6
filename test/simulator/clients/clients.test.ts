import { expect, test } from "vitest";
import { type Caller, startWithCaller } from "../support/harness.ts";

interface Page {
  meta: { count: number; page_number: number; page_size: number; previous_page_url?: string; next_page_url?: string };
  clients: { client_id: string; client_type: string }[];
}
const page = async (caller: Caller, search: string): Promise<Page> =>
  (await caller.clients<Page>(`/v1/clients?${search}`)).body;

test("pages count from 1 and link to their neighbours", async () => {
  const { kore, caller } = await startWithCaller({ accounts: { acme: { sims: 0 } } }); // six clients
  const seen: string[] = [];
  let next: string | undefined = `${kore.url}/v1/clients?page_size=2&page_number=1`;
  let pages = 0;
  while (next !== undefined) {
    const { meta, clients } = await page(caller, new URL(next).search.slice(1));
    pages++;
    expect(meta.previous_page_url !== undefined).toBe(pages > 1);
    expect(meta).toMatchObject({ count: clients.length, page_number: pages, page_size: 2 });
    seen.push(...clients.map((c) => c.client_id));
    next = meta.next_page_url;
  }
  expect(pages).toBe(3);
  expect(new Set(seen).size).toBe(6);
});

test("meta.count may mean everything instead of this page", async () => {
  const { caller } = await startWithCaller({ accounts: { acme: { sims: 0 } }, paging: { clientsCount: "total" } });
  expect((await page(caller, "page_size=2&page_number=1")).meta.count).toBe(6);
});

test("clients can be narrowed to a type, also in the links", async () => {
  const { caller } = await startWithCaller();
  const { clients, meta } = await page(caller, "page_size=2&page_number=1&client_type=standard");
  expect(clients.every((c) => c.client_type === "standard")).toBe(true);
  expect(meta.next_page_url).toContain("client_type=standard");
});

test("page numbers must be there and above 0, the type one that KORE has", async () => {
  const { caller } = await startWithCaller();
  for (const search of [
    "page_size=1",
    "page_number=1",
    "page_size=0&page_number=1",
    "page_size=1&page_number=0",
    "page_size=1&page_number=1&client_type=owner",
  ])
    expect((await caller.clients(`/v1/clients?${search}`)).status).toBe(400);
});
