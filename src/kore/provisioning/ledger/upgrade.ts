import { type Change, type DurableStore } from "../../../common/store/durable-store.ts";
import { Ledger } from "./ledger.ts";
import { isOpen, isUnfinished, reservations, unfinishedMarks } from "./records.ts";
import { entriesIn } from "./retention.ts";

/** Set once the upgrades are done. */
const MARKED = "marks/unfinished";
const RESERVED = "marks/reserved";

/** Keys of earlier versions for SIMs with an ambiguous write; replaced by reservations. */
const DOUBTS = "doubt/";

/**
 * Age up to which chunks are marked as unfinished. KORE states no maximum; most requests take seconds, some take hours.
 * Milliseconds.
 */
const UNMARKED_FOR = 24 * 60 * 60_000;

/** Adds once the records that stores of earlier versions lack: marks of unfinished chunks, and reservations of SIMs. */
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
