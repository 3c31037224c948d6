import pMap from "p-map";
import { KoreError } from "../../errors.ts";
import { isRecord } from "../../decoding/decode.ts";
import { type Ledger } from "../ledger/ledger.ts";
import {
  type CommandEndpoints,
  type ProvisioningCommand,
  type PlacedSim,
  type Plan,
  type SimResult,
  changedBy,
} from "../command.ts";
import { type Progress, failuresOf, isDone, progressOf, progressOfSim } from "../progress.ts";
import { detailOf } from "../reconciliation/reconcile.ts";
import { type CommandVerb, type RequestKind, isExclusive, kindOf, partsOf } from "../verbs.ts";
import { type Chunk, type Entry, type Unfinished, goalOf, isUnfinished, verbOf } from "../ledger/records.ts";

const DAY = 24 * 60 * 60_000;

/** Age of a command until which a request with an unknown status counts as unfinished. Milliseconds. */
const UNKNOWN_STATUS_FOR = DAY;

/**
 * How long a 404 for an acknowledged request means "not yet visible", after which it means "deleted by KORE". KORE states
 * no limit. Equals the longest configurable `waitUpTo`. Milliseconds.
 */
const JUST_ACKNOWLEDGED = 60 * 60_000;

/** Requests whose status one operation reads, newest first. */
const MAX_STATUS_READS = 100;

/** Age at which requests beyond {@link MAX_STATUS_READS} count as finished. Milliseconds. */
const FINISHED_AFTER = DAY;

/** Concurrent status reads of one operation. */
const CONCURRENCY = 8;

/** A plan after the review. */
export interface Reviewed {
  sims: PlacedSim[];
  /** SIMs with an earlier command that may be unfinished. */
  unclear: PlacedSim[];
  settled: SimResult[];
  options: Plan["options"];
}

/** Status of KORE's request of a chunk. "unclear": not read, or not shown by the reply. */
type Status = Progress | "finished" | "unclear";

/** Statuses that one operation has read, by place of the request's chunk. */
type Statuses = Map<string, Status>;
const placeOf = ({ entry, index }: Pick<Chunk, "entry" | "index">) => `${entry} ${index}`;

/** A write that may still change a SIM. */
interface UnfinishedWrite {
  mark: Unfinished;
  chunk: Chunk;
  /** As the write names it, which may be the eSIM that holds the reviewed SIM. */
  sim: PlacedSim;
}

/**
 * Commands that KORE has acknowledged and may not have finished. While there is one for a SIM, the SIM's state is not
 * final, so a verdict must not rest on it alone.
 */
export class UnfinishedCommands {
  readonly #ledger: Ledger;
  readonly #kore: CommandEndpoints;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(ledger: Ledger, kore: CommandEndpoints, now: () => number) {
    this.#ledger = ledger;
    this.#kore = kore;
    this.#now = now;
  }

  /** Whether KORE is still processing a command. */
  async isInProgress(entry: Entry, chunks: readonly Chunk[]): Promise<boolean> {
    const statuses: Statuses = new Map();
    for (const chunk of chunks) {
      if (chunk.requestId === undefined || chunk.isFinished) continue;
      const status = await this.#read(entry, chunk, entry.createdAt);
      statuses.set(placeOf(chunk), status);
      if (!isFinished(status)) return true;
    }
    return false;
  }

  /** Whether KORE acknowledged a request recently, so that its 404 means "not yet visible". */
  async isJustAcknowledged(accountId: string, requestId: string, kind?: RequestKind): Promise<boolean> {
    const at = await this.#ledger.acknowledgedAt(accountId, requestId, kind);
    return at !== undefined && this.#now() - at < JUST_ACKNOWLEDGED;
  }

  /** Records the end of a request, if a detail reply shows it, so that it is not read again. */
  async recordProgress(accountId: string, requestId: string, reply: unknown, kind?: RequestKind): Promise<void> {
    await this.#recordEnd({ accountId, requestId, kind }, progressOf(isRecord(reply) ? detailOf(reply) : undefined));
  }

  /**
   * Reviews the verdicts by state of a plan. A verdict holds where no other command for the SIM is unfinished. Otherwise
   * the SIM is written and KORE decides, except that a SIM in the wanted state joins the newest unfinished request if all
   * of them lead to that state. A transfer excludes all other commands for its SIMs.
   *
   * @param replan reads the SIMs again, after a command has turned out to be finished since the states were read
   * @param own the plan's command, if it is recorded already
   */
  async review(
    { accountId, verb }: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: Plan,
    replan: () => Promise<Plan>,
    own?: Entry,
  ): Promise<Reviewed> {
    const statuses: Statuses = new Map();
    for (let current = plan; ; current = await replan()) {
      const writes = await this.#unfinishedWrites({ accountId, verb }, current, own);
      const hasFinished = await this.#readStatuses(accountId, [...writes.values()].flat(), statuses);
      if (!hasFinished) return reviewed(current, verb, writes, statuses);
    }
  }

  /** Accepts all verdicts by state, while the store is unavailable. */
  reviewByState({ verb }: Pick<ProvisioningCommand, "verb">, plan: Plan): Reviewed {
    return reviewed(plan, verb, new Map(), new Map());
  }

  /** Unfinished writes of each SIM that exclude the verb, and for a SIM with a verdict by state those of the same part. */
  async #unfinishedWrites(
    { accountId, verb }: Pick<ProvisioningCommand, "accountId" | "verb">,
    { sims }: Plan,
    own: Entry | undefined,
  ): Promise<Map<string, UnfinishedWrite[]>> {
    const chunks = new Map<string, Promise<Chunk | undefined>>();
    const chunkOf = (mark: Unfinished) => {
      const place = placeOf(mark);
      const chunk = chunks.get(place) ?? this.#ledger.chunk(mark);
      chunks.set(place, chunk);
      return chunk;
    };
    const writes = new Map<string, UnfinishedWrite[]>();
    if (sims.length === 0) return writes;
    const marksOf = await this.#ledger.unfinishedFor(accountId, sims.flatMap(changedBy));
    const isMeant = (mark: Unfinished, isJudged: boolean) =>
      mark.entry !== own?.id && (excludes(verb, mark) || (isJudged && sharesPart(verb, mark)));
    for (const reviewedSim of sims) {
      const isJudged = reviewedSim.byState !== undefined;
      const ofSim = new Map<string, UnfinishedWrite>();
      for (const name of changedBy(reviewedSim)) {
        for (const mark of marksOf.get(name) ?? []) {
          const chunk = isMeant(mark, isJudged) ? await chunkOf(mark) : undefined;
          const sim = chunk?.sims.find((each) => changedBy(each).includes(name));
          if (chunk && sim && isUnfinished(chunk)) ofSim.set(`${placeOf(chunk)} ${sim.id}`, { mark, chunk, sim });
        }
      }
      writes.set(reviewedSim.id, [...ofSim.values()]);
    }
    return writes;
  }

  /** Reads missing statuses from KORE. @returns whether a request has ended for a SIM */
  async #readStatuses(accountId: string, writes: readonly UnfinishedWrite[], statuses: Statuses): Promise<boolean> {
    const unread = new Map<string, UnfinishedWrite>();
    for (const write of writes) {
      const place = placeOf(write.chunk);
      if (write.chunk.requestId !== undefined && !statuses.has(place)) unread.set(place, write);
    }
    const acknowledgedAt = ({ chunk }: UnfinishedWrite) => chunk.acknowledgedAt ?? 0;
    const newestFirst = [...unread].sort(([, a], [, b]) => acknowledgedAt(b) - acknowledgedAt(a));
    const left = Math.max(0, MAX_STATUS_READS - statuses.size);
    for (const [place, write] of newestFirst.slice(left)) {
      statuses.set(place, acknowledgedAt(write) < this.#now() - FINISHED_AFTER ? "finished" : "unclear");
    }
    let hasFinished = false;
    await pMap(
      newestFirst.slice(0, left),
      async ([place, { chunk, mark }]) => {
        const status = await this.#read({ accountId, verb: verbOf(mark) }, chunk).catch((error: unknown): Status => {
          if (!(error instanceof KoreError)) throw error;
          return "unclear";
        });
        statuses.set(place, status);
        hasFinished ||= chunk.sims.some((sim) => isDoneFor(sim, status));
      },
      { concurrency: CONCURRENCY },
    );
    return hasFinished;
  }

  /** Reads the status of a chunk's request from KORE, and records its end. */
  async #read(
    { accountId, verb }: Pick<Entry, "accountId" | "verb">,
    { requestId, acknowledgedAt }: Chunk,
    madeAt = acknowledgedAt ?? 0,
  ): Promise<Status> {
    if (requestId === undefined) return "unclear";
    const kind = kindOf(verb);
    const detail = this.#kore.provisioningRequest(accountId, requestId, verb);
    const reply: unknown = await detail.catch(KoreError.nullIfNotFound);
    if (reply === null) {
      if (await this.isJustAcknowledged(accountId, requestId, kind)) return NOT_SHOWN;
      await this.#ledger.finish(accountId, requestId, () => ({}), kind); // KORE deletes old requests.
      return "finished";
    }
    const progress = progressOf(isRecord(reply) ? detailOf(reply) : undefined);
    await this.#recordEnd({ accountId, requestId, kind }, progress);
    // An unknown status may mean either. A second write is worse than a delay, up to a limit.
    return progress.end === "unclear" && madeAt <= this.#now() - UNKNOWN_STATUS_FOR ? "finished" : progress;
  }

  async #recordEnd(
    { accountId, requestId, kind }: { accountId: string; requestId: string; kind: RequestKind | undefined },
    progress: Progress,
  ): Promise<void> {
    if (progress.end !== "reached") return;
    await this.#ledger.finish(accountId, requestId, (sims) => failuresOf(progress, sims), kind);
  }
}

/** Status of an acknowledged request that is not yet visible. */
const NOT_SHOWN: Progress = { end: "not reached", hasFailed: false, sims: [] };

function reviewed(
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
const excludes = (verb: CommandVerb, mark: Unfinished): boolean => isExclusive(verb) || isExclusive(verbOf(mark));

const sharesPart = (verb: CommandVerb, mark: Unfinished): boolean =>
  partsOf(verb).some((part) => partsOf(verbOf(mark)).includes(part));

const fieldOf = (verb: CommandVerb, { place }: PlacedSim): string => {
  if (kindOf(verb) !== "esim") return `subscriptions[${place}]`;
  return verb === "esim-enable" || verb === "esim-delete" ? `profiles[${place}]` : `esims[${place}]`;
};

const IN_PROGRESS = {
  outcome: "REJECTED",
  reason: "ORDER_IN_PROGRESS",
  message:
    "Another order for the SIM is not finished. A transfer waits for no other order, and no other for a transfer: repeat it afterwards.",
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

const isFinished = (status: Status): boolean =>
  status === "finished" || (status !== "unclear" && status.end === "reached");

/** Whether KORE has finished one SIM of a request, which may continue with others. */
function isDoneFor(sim: PlacedSim, status: Status): boolean {
  if (isFinished(status)) return true;
  const progress = typeof status === "string" ? undefined : progressOfSim(status.sims, sim);
  return progress !== undefined && isDone(progress);
}
