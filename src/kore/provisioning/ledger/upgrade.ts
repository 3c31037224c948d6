import { type Change, type DurableStore } from "../../../common/durable-store.ts";
import { Ledger } from "./ledger.ts";
import { isOpen, isUnfinished, reservations, unfinishedMarks } from "./records.ts";
import { entriesIn } from "./retention.ts";

/** Set once the store holds all that the ledger reads. */
const MARKED = "marks/unfinished";
const RESERVED = "marks/reserved";

/** How a SIM of which a write was in doubt was marked. */
const DOUBTS = "doubt/";

/**
 * Unfinished chunks are marked as far back as KORE is likely to be at work still. KORE states no longest time; most
 * requests take seconds, some take hours.
 */
const UNMARKED_FOR = 24 * 60 * 60_000;

/** Makes up once for what stores of earlier versions do not keep: marks of unfinished chunks, reservations of SIMs. */
export async function upgradeLedger(store: DurableStore, now: number): Promise<void> {
  const ledger = new Ledger(store);
  const done = await store.getMany([MARKED, RESERVED]);
  const set: Change[] = [];
  if (!done.has(MARKED)) {
    for await (const entry of entriesIn(store)) {
      if (entry.createdAt < now - UNMARKED_FOR) continue;
      const chunks = (await ledger.chunks(entry)).filter(isUnfinished);
      set.push(...chunks.flatMap((chunk) => unfinishedMarks(entry, chunk)));
    }
    set.push([MARKED, true]);
  }
  if (!done.has(RESERVED)) {
    for (const entry of await ledger.unfinished()) {
      const chunks = (await ledger.chunks(entry)).filter(isOpen);
      set.push(...chunks.flatMap((chunk) => reservations(entry, chunk)));
    }
    const doubts = await store.list(DOUBTS);
    set.push(...doubts.map(([key]): Change => [key, undefined]), [RESERVED, true]);
  }
  if (set.length > 0) await store.commit({ set });
}
