import { type DurableStore } from "../../../common/store/durable-store.ts";
import { pagesOf } from "../../../common/store/store-pages.ts";
import { type Ledger } from "./ledger.ts";
import { type Entry, keys, timeOf } from "./records.ts";

/** Entries per page; one may hold the results of 10,000 SIMs, which take 1 MB. */
const ENTRIES = 20;
const REQUESTS = 1000;

/** Creation time of the newest command. Milliseconds since the epoch, by the clock at that time. */
export async function newestIn(store: DurableStore): Promise<number | undefined> {
  let newest: number | undefined;
  for await (const { createdAt } of entriesIn(store)) newest = Math.max(newest ?? createdAt, createdAt);
  return newest;
}

/** Deletes commands created before an instant, except those in progress. */
export async function pruneLedger(store: DurableStore, ledger: Ledger, before: number): Promise<void> {
  for await (const entry of entriesIn(store)) {
    if (entry.createdAt < before) await ledger.delete(entry, ({ id }) => id === entry.id);
  }
  for await (const page of pagesOf(store, keys.claims, REQUESTS)) {
    const old = page.filter(([, claimed]) => (timeOf(claimed) ?? 0) < before);
    if (old.length > 0) await store.commit({ set: old.map(([key]) => [key, undefined]) });
  }
}

/** All recorded commands, read in pages. */
export async function* entriesIn(store: Pick<DurableStore, "list">): AsyncGenerator<Entry> {
  for await (const page of pagesOf(store, keys.commands, ENTRIES)) yield* page.map(([, value]) => value as Entry);
}
