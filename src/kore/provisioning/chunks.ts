import { type PlacedSim } from "./command.ts";
import { type Chunk, type Entry, isOpen } from "./ledger/records.ts";
import { EARLIER_UNKNOWN } from "./outcome.ts";

/** State of SIMs that are held back because of an earlier command. */
export const HELD = { state: "abandoned", message: EARLIER_UNKNOWN } as const;

/** The POSTs of a new command. SIMs held back are not settled for good: a repetition looks at them again. */
export function chunksOf(
  entry: Entry,
  sims: readonly PlacedSim[],
  held: readonly PlacedSim[],
  chunkSize: number,
): Chunk[] {
  const slices = (all: readonly PlacedSim[], common: Pick<Chunk, "state"> & Partial<Chunk>) =>
    Array.from({ length: Math.ceil(all.length / chunkSize) }, (_, index) => ({
      ...common,
      entry: entry.id,
      sims: all.slice(index * chunkSize, (index + 1) * chunkSize),
    }));
  return [...slices(sims, { state: "planned" }), ...slices(held, HELD)].map((chunk, index): Chunk => ({
    ...chunk,
    index,
  }));
}

/** Another replica has taken the command over, and its entry was deleted before this one could read the outcome. */
export function asDeleted(chunk: Chunk): Chunk {
  return isOpen(chunk) ? { ...chunk, state: "unknown", message: "Another replica went on with it" } : chunk;
}

export function asNotStarted(chunk: Chunk): Chunk {
  return isOpen(chunk) ? { ...chunk, state: "abandoned", message: "the server stopped before its turn" } : chunk;
}
