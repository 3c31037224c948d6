import { type PlacedSim } from "./command.ts";
import { type Chunk, type Entry, isOpen } from "./ledger/records.ts";
import { EARLIER_UNKNOWN } from "./outcome.ts";
import { type CommandVerb, isRecordVerb } from "./verbs.ts";

/** State of SIMs that are held back because of an earlier command with an unknown outcome. */
export const HELD = { state: "abandoned", message: EARLIER_UNKNOWN } as const;

/** KORE commits or rolls back changes of SIM records by batches of so many. */
const RECORD_BATCH = 1000;

/** SIMs per request. A change of records has one batch a request, so that it is done or rolled back as a whole. */
export const chunkSizeOf = (verb: CommandVerb, configured: number): number =>
  isRecordVerb(verb) ? Math.min(configured, RECORD_BATCH) : configured;

/** The POSTs of a new command. SIMs that are held back are reviewed again by a repetition. */
export function chunksOf(
  entry: Entry,
  sims: readonly PlacedSim[],
  held: readonly PlacedSim[],
  chunkSize: number,
): Chunk[] {
  const size = chunkSizeOf(entry.verb, chunkSize);
  const slices = (all: readonly PlacedSim[], common: Pick<Chunk, "state"> & Partial<Chunk>) =>
    groupsOf(all).flatMap((group) =>
      Array.from({ length: Math.ceil(group.length / size) }, (_, index) => ({
        ...common,
        entry: entry.id,
        sims: group.slice(index * size, (index + 1) * size),
      })),
    );
  return [...slices(sims, { state: "planned" }), ...slices(held, HELD)].map((chunk, index): Chunk => ({
    ...chunk,
    index,
  }));
}

/** Number of POSTs of a new command for these SIMs. */
export const countChunks = (verb: CommandVerb, sims: readonly PlacedSim[], chunkSize: number): number =>
  groupsOf(sims).reduce((sum, { length }) => sum + Math.ceil(length / chunkSizeOf(verb, chunkSize)), 0);

function groupsOf(sims: readonly PlacedSim[]): PlacedSim[][] {
  const groups = new Map<string | undefined, PlacedSim[]>();
  for (const sim of sims) {
    const group = groups.get(sim.group);
    if (group) group.push(sim);
    else groups.set(sim.group, [sim]);
  }
  return [...groups.values()];
}

/** For a command that another replica has taken over, and whose entry was deleted before its outcome was read. */
export function asDeleted(chunk: Chunk): Chunk {
  return isOpen(chunk) ? { ...chunk, state: "unknown", message: "Another replica continued it" } : chunk;
}

/** For a command that cannot wait for its SIMs because the server stops. */
export function asNotStarted(chunk: Chunk): Chunk {
  return isOpen(chunk) ? { ...chunk, state: "abandoned", message: "the server stopped before its turn" } : chunk;
}
