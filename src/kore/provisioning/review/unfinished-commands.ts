import pMap from "p-map";
import { KoreError } from "../../errors.ts";
import { isRecord } from "../../decoding/decode.ts";
import { type Ledger } from "../ledger/ledger.ts";
import {
  type CommandEndpoints,
  type ProvisioningCommand,
  type PlacedSim,
  type Plan,
  type CommandVerb,
  type SimResult,
  changedBy,
} from "../command.ts";
import { type Progress, failuresOf, isDone, progressOf, progressOfSim } from "../progress.ts";
import { detailOf } from "../reconciliation/reconcile.ts";
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

/** Statuses that one operation has read, by id of the request. */
type Statuses = Map<string, Status>;

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
      statuses.set(chunk.requestId, status);
      if (!isFinished(status)) return true;
    }
    return false;
  }

  /** Whether KORE acknowledged a request recently, so that its 404 means "not yet visible". */
  async isJustAcknowledged(accountId: string, requestId: string): Promise<boolean> {
    const at = await this.#ledger.acknowledgedAt(accountId, requestId);
    return at !== undefined && this.#now() - at < JUST_ACKNOWLEDGED;
  }

  /** Records the end of a request, if a detail reply shows it, so that it is not read again. */
  async recordProgress(accountId: string, requestId: string, reply: unknown): Promise<void> {
    await this.#recordEnd(accountId, requestId, progressOf(isRecord(reply) ? detailOf(reply) : undefined));
  }

  /**
   * Reviews the verdicts by state of a plan. A verdict holds where no other command for the SIM is unfinished. Otherwise
   * the SIM is written and KORE decides, except that a SIM in the wanted state joins the newest unfinished request if all
   * of them lead to that state.
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
      const writes = await this.#unfinishedWrites(accountId, current, own);
      const hasFinished = await this.#readStatuses(accountId, [...writes.values()].flat(), statuses);
      if (!hasFinished) return reviewed(current, verb, writes, statuses);
    }
  }

  /** Accepts all verdicts by state, while the store is unavailable. */
  reviewByState(plan: Plan): Reviewed {
    return reviewed(plan, undefined, new Map(), new Map());
  }

  /** Unfinished writes of each SIM with a verdict by state. */
  async #unfinishedWrites(
    accountId: string,
    { sims }: Plan,
    own: Entry | undefined,
  ): Promise<Map<string, UnfinishedWrite[]>> {
    const chunks = new Map<string, Promise<Chunk | undefined>>();
    const chunkOf = ({ entry, index }: Unfinished) => {
      const place = `${entry} ${index}`;
      const chunk = chunks.get(place) ?? this.#ledger.chunk({ entry, index });
      chunks.set(place, chunk);
      return chunk;
    };
    const writes = new Map<string, UnfinishedWrite[]>();
    const judged = sims.filter(({ byState }) => byState);
    if (judged.length === 0) return writes;
    const marksOf = await this.#ledger.unfinishedFor(accountId, judged.flatMap(changedBy));
    for (const judgedSim of judged) {
      const ofSim = new Map<Chunk, UnfinishedWrite>();
      for (const name of changedBy(judgedSim)) {
        for (const mark of marksOf.get(name) ?? []) {
          const chunk = mark.entry === own?.id ? undefined : await chunkOf(mark);
          const sim = chunk?.sims.find((each) => changedBy(each).includes(name));
          if (chunk && sim && isUnfinished(chunk) && !ofSim.has(chunk)) ofSim.set(chunk, { mark, chunk, sim });
        }
      }
      writes.set(judgedSim.id, [...ofSim.values()]);
    }
    return writes;
  }

  /** Reads missing statuses from KORE. @returns whether a request has ended for a SIM */
  async #readStatuses(accountId: string, writes: readonly UnfinishedWrite[], statuses: Statuses): Promise<boolean> {
    const unread = new Map<string, UnfinishedWrite>();
    for (const write of writes) {
      const { requestId } = write.chunk;
      if (requestId !== undefined && !statuses.has(requestId)) unread.set(requestId, write);
    }
    const acknowledgedAt = ({ chunk }: UnfinishedWrite) => chunk.acknowledgedAt ?? 0;
    const newestFirst = [...unread].sort(([, a], [, b]) => acknowledgedAt(b) - acknowledgedAt(a));
    const left = Math.max(0, MAX_STATUS_READS - statuses.size);
    for (const [requestId, write] of newestFirst.slice(left)) {
      statuses.set(requestId, acknowledgedAt(write) < this.#now() - FINISHED_AFTER ? "finished" : "unclear");
    }
    let hasFinished = false;
    await pMap(
      newestFirst.slice(0, left),
      async ([requestId, { chunk, mark }]) => {
        const status = await this.#read({ accountId, verb: verbOf(mark.goal) }, chunk).catch(
          (error: unknown): Status => {
            if (!(error instanceof KoreError)) throw error;
            return "unclear";
          },
        );
        statuses.set(requestId, status);
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
    const detail = this.#kore.provisioningRequest(accountId, requestId, verb);
    const reply: unknown = await detail.catch(KoreError.nullIfNotFound);
    if (reply === null) {
      if (await this.isJustAcknowledged(accountId, requestId)) return NOT_SHOWN;
      await this.#ledger.finish(accountId, requestId, () => ({})); // KORE deletes old requests.
      return "finished";
    }
    const progress = progressOf(isRecord(reply) ? detailOf(reply) : undefined);
    await this.#recordEnd(accountId, requestId, progress);
    // An unknown status may mean either. A second write is worse than a delay, up to a limit.
    return progress.end === "unclear" && madeAt <= this.#now() - UNKNOWN_STATUS_FOR ? "finished" : progress;
  }

  async #recordEnd(accountId: string, requestId: string, progress: Progress): Promise<void> {
    if (progress.end !== "reached") return;
    await this.#ledger.finish(accountId, requestId, (sims) => failuresOf(progress, sims));
  }
}

/** Status of an acknowledged request that is not yet visible. */
const NOT_SHOWN: Progress = { end: "not reached", hasFailed: false, sims: [] };

function reviewed(
  { sims, settled, options }: Plan,
  verb: CommandVerb | undefined,
  writes: ReadonlyMap<string, readonly UnfinishedWrite[]>,
  statuses: Statuses,
): Reviewed {
  const found: Reviewed = { sims: [], unclear: [], settled: [...settled], options };
  for (const { byState, ...sim } of sims) {
    const all = writes.get(sim.id) ?? [];
    const left = all.filter((write) => !isDoneFor(write.sim, statusOf(write.chunk, statuses)));
    if (byState && left.length === 0) {
      found.settled.push({ ...resultAt(sim), ...byState });
      continue;
    }
    const isSatisfied = byState?.outcome === "ALREADY_SATISFIED" && verb !== undefined;
    const joined = isSatisfied ? requestToJoin(left, goalOf(verb, sim, options)) : undefined;
    if (joined !== undefined) found.settled.push({ ...resultAt(sim), outcome: "SUBMITTED", requestId: joined });
    else if (left.some(({ chunk }) => statusOf(chunk, statuses) === "unclear")) found.unclear.push(sim);
    else found.sims.push(sim);
  }
  return found;
}

const resultAt = ({ place, id, iccid }: PlacedSim) => ({ place, id, iccid });

/** The newest acknowledged request, if all writes have the given goal. */
function requestToJoin(writes: readonly UnfinishedWrite[], goal: string): string | undefined {
  if (!writes.every(({ mark }) => mark.goal === goal)) return undefined;
  const acknowledged = writes.map(({ chunk }) => chunk).filter(({ requestId }) => requestId !== undefined);
  acknowledged.sort((a, b) => (b.acknowledgedAt ?? 0) - (a.acknowledgedAt ?? 0));
  return acknowledged[0]?.requestId;
}

/** A chunk that is not acknowledged has no status at KORE and is not finished. */
const statusOf = ({ requestId }: Chunk, statuses: Statuses): Status =>
  requestId === undefined ? NOT_SHOWN : (statuses.get(requestId) ?? "unclear");

const isFinished = (status: Status): boolean =>
  status === "finished" || (status !== "unclear" && status.end === "reached");

/** Whether KORE has finished one SIM of a request, which may continue with others. */
function isDoneFor(sim: PlacedSim, status: Status): boolean {
  if (isFinished(status)) return true;
  const progress = typeof status === "string" ? undefined : progressOfSim(status.sims, sim);
  return progress !== undefined && isDone(progress);
}
