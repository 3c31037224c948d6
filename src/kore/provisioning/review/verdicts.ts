import { type PlacedSim, type Plan, type SimResult } from "../command.ts";
import { type Chunk, type Unfinished, goalOf, verbOf } from "../ledger/records.ts";
import { type Progress, isDone, progressOfSim } from "../progress.ts";
import { type CommandVerb, isExclusive, kindOf, partsOf } from "../verbs.ts";

/** A plan after the review. */
export interface Reviewed {
  sims: PlacedSim[];
  /** SIMs with an earlier command that may be unfinished. */
  unclear: PlacedSim[];
  settled: SimResult[];
  options: Plan["options"];
}

/** Status of KORE's request of a chunk. "unclear": not read, or not shown by the reply. */
export type Status = Progress | "finished" | "unclear";

/** Statuses that one operation has read, by place of the request's chunk. */
export type Statuses = Map<string, Status>;
export const placeOf = ({ entry, index }: Pick<Chunk, "entry" | "index">) => `${entry} ${index}`;

/** A write that may still change a SIM. */
export interface UnfinishedWrite {
  mark: Unfinished;
  chunk: Chunk;
  /** As the write names it, which may be the eSIM that holds the reviewed SIM. */
  sim: PlacedSim;
}

/** Status of an acknowledged request that is not yet visible. */
export const NOT_SHOWN: Progress = { end: "not reached", hasFailed: false, sims: [] };

export function reviewed(
  { sims, settled, options }: Plan,
  verb: CommandVerb,
  writes: ReadonlyMap<string, readonly UnfinishedWrite[]>,
  statuses: Statuses,
): Reviewed {
  const found: Reviewed = { sims: [], unclear: [], settled: [...settled], options };
  for (const { byState, ...sim } of sims) {
    const all = writes.get(sim.id) ?? [];
    const left = all.filter((write) => !isDoneFor(write.sim, statusOf(write.chunk, statuses)));
    const goal = goalOf(verb, sim, options);
    const excluding = left.filter(({ mark }) => excludes(verb, mark));
    if (excluding.length > 0) {
      const same = requestToJoin(left, goal);
      if (same !== undefined) found.settled.push({ ...resultAt(sim), outcome: "SUBMITTED", requestId: same });
      else if (excluding.some(({ chunk }) => statusOf(chunk, statuses) === "unclear")) found.unclear.push(sim);
      else found.settled.push({ ...resultAt(sim), ...IN_PROGRESS, field: fieldOf(verb, sim) });
      continue;
    }
    if (byState && left.length === 0) {
      found.settled.push({ ...resultAt(sim), ...byState });
      continue;
    }
    const joined = byState?.outcome === "ALREADY_SATISFIED" ? requestToJoin(left, goal) : undefined;
    if (joined !== undefined) found.settled.push({ ...resultAt(sim), outcome: "SUBMITTED", requestId: joined });
    else if (left.some(({ chunk }) => statusOf(chunk, statuses) === "unclear")) found.unclear.push(sim);
    else found.sims.push(sim);
  }
  return found;
}

/** Whether a verb and an unfinished write exclude each other. */
export const excludes = (verb: CommandVerb, mark: Unfinished): boolean =>
  isExclusive(verb) || isExclusive(verbOf(mark));

export const sharesPart = (verb: CommandVerb, mark: Unfinished): boolean =>
  partsOf(verb).some((part) => partsOf(verbOf(mark)).includes(part));

const fieldOf = (verb: CommandVerb, { place }: PlacedSim): string => {
  if (kindOf(verb) !== "esim") return `subscriptions[${place}]`;
  return verb === "esim-enable" || verb === "esim-delete" ? `profiles[${place}]` : `esims[${place}]`;
};

const IN_PROGRESS = {
  outcome: "REJECTED",
  reason: "ORDER_IN_PROGRESS",
  message: "KORE has not finished another order for the SIM, and a transfer excludes all others. Repeat it afterwards.",
} as const;

const resultAt = ({ place, id, iccid }: PlacedSim) => ({ place, id, iccid });

/** The newest acknowledged request, if all writes have the given goal. */
function requestToJoin(writes: readonly UnfinishedWrite[], goal: string): string | undefined {
  if (!writes.every(({ mark }) => mark.goal === goal)) return undefined;
  const acknowledged = writes.map(({ chunk }) => chunk).filter(({ requestId }) => requestId !== undefined);
  acknowledged.sort((a, b) => (b.acknowledgedAt ?? 0) - (a.acknowledgedAt ?? 0));
  return acknowledged[0]?.requestId;
}

/** A chunk that is not acknowledged has no status at KORE and is not finished. */
const statusOf = (chunk: Chunk, statuses: Statuses): Status =>
  chunk.requestId === undefined ? NOT_SHOWN : (statuses.get(placeOf(chunk)) ?? "unclear");

export const isFinished = (status: Status): boolean =>
  status === "finished" || (status !== "unclear" && status.end === "reached");

/** Whether KORE has finished one SIM of a request, which may continue with others. */
export function isDoneFor(sim: PlacedSim, status: Status): boolean {
  if (isFinished(status)) return true;
  const progress = typeof status === "string" ? undefined : progressOfSim(status.sims, sim);
  return progress !== undefined && isDone(progress);
}
