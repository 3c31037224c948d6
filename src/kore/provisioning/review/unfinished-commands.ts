import pMap from "p-map";
import { type ConnectivityApi } from "../../api/connectivity.ts";
import { KoreError } from "../../errors.ts";
import { isRecord } from "../../decoding/decode.ts";
import { type Ledger } from "../ledger/ledger.ts";
import { type ProvisioningCommand, type PlacedSim, type Plan, type SimResult } from "../command.ts";
import { type Progress, failuresOf, isDone, progressOf, progressOfSim } from "../progress.ts";
import { detailOf } from "../reconciliation/reconcile.ts";
import { type Chunk, type Entry, type Unfinished, goalOf, isUnfinished } from "../ledger/records.ts";

const DAY = 24 * 60 * 60_000;

/** A request with a status that we do not know is taken for unfinished until its intent is this old. */
const UNKNOWN_STATUS_FOR = DAY;

/**
 * How long KORE may say 404 to the id of a request that it has acknowledged, before the request counts as forgotten.
 * KORE does not state how soon it shows one. As long as the longest `waitUpTo` that can be configured.
 */
const JUST_ACKNOWLEDGED = 60 * 60_000;

/** Requests of which one operation asks for the status, the newest first. Each is asked for once. */
const MAX_STATUS_READS = 100;

/** Beyond {@link MAX_STATUS_READS} a request counts as finished when it was acknowledged this long ago. */
const FINISHED_AFTER = DAY;

/** Status reads of one operation at once. */
const CONCURRENCY = 8;

/** A plan after a look at the ledger. */
export interface Reviewed {
  sims: PlacedSim[];
  /** SIMs of which it could not be found out whether an earlier order is finished. */
  unclear: PlacedSim[];
  settled: SimResult[];
  options: Plan["options"];
}

/** How KORE's request stands for the SIMs of an order. "unclear": it was not asked, or its answer does not show it. */
type Status = Progress | "finished" | "unclear";

/** Statuses of KORE's requests that one operation has read, by id. */
type Statuses = Map<string, Status>;

/** An order for a SIM that may still change it. */
interface UnfinishedWrite {
  mark: Unfinished;
  chunk: Chunk;
}

/**
 * Orders that KORE has acknowledged and may still carry out. While there is one for a SIM, the SIM's state says nothing
 * about how it ends, so no verdict rests on the state alone.
 */
export class UnfinishedCommands {
  readonly #ledger: Ledger;
  readonly #kore: ConnectivityApi;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(ledger: Ledger, kore: ConnectivityApi, now: () => number) {
    this.#ledger = ledger;
    this.#kore = kore;
    this.#now = now;
  }

  /** Whether KORE is still at work on an intent. */
  async isInProgress(entry: Entry, chunks: readonly Chunk[]): Promise<boolean> {
    const statuses: Statuses = new Map();
    for (const chunk of chunks) {
      if (chunk.requestId === undefined || chunk.isFinished) continue;
      const status = await this.#read(entry.accountId, chunk, entry.createdAt);
      statuses.set(chunk.requestId, status);
      if (!isFinished(status)) return true;
    }
    return false;
  }

  /** Whether KORE gave the id a short time ago, so that its 404 means "not yet shown". */
  async isJustAcknowledged(accountId: string, requestId: string): Promise<boolean> {
    const at = await this.#ledger.acknowledgedAt(accountId, requestId);
    return at !== undefined && this.#now() - at < JUST_ACKNOWLEDGED;
  }

  /** Keeps the end of a request, if a detail reply of KORE's shows it. Later reads of it cost KORE no request. */
  async recordProgress(accountId: string, requestId: string, reply: unknown): Promise<void> {
    await this.#recordEnd(accountId, requestId, progressOf(isRecord(reply) ? detailOf(reply) : undefined));
  }

  /**
   * Confirms what the SIMs' states say about an intent. A verdict by state stands where no other order for the SIM is
   * unfinished. Where one is, the SIM is written all the same and KORE decides, except that a SIM that is as wanted, and
   * that all unfinished orders lead to the same state, joins the newest of them. `replan` looks at the SIMs again: it is
   * called when an order has turned out to be finished, since the states may have been read before its end.
   *
   * @param own the entry that the plan is for, if it is in the ledger already
   */
  async review(
    { accountId, verb }: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: Plan,
    replan: () => Promise<Plan>,
    own?: Entry,
  ): Promise<Reviewed> {
    const statuses: Statuses = new Map();
    for (let current = plan; ; current = await replan()) {
      const standings = await this.#unfinishedWrites(accountId, current, own);
      const hasLearned = await this.#readStatuses(accountId, [...standings.values()].flat(), statuses);
      if (!hasLearned) return reviewed(current, goalOf(verb, current.options), standings, statuses);
    }
  }

  /** Verdicts by SIM state alone: for a ledger that cannot be read. */
  reviewByState(plan: Plan): Reviewed {
    return reviewed(plan, "", new Map(), new Map());
  }

  /** The unfinished orders for each SIM whose state has a verdict: the others are written whatever is unfinished. */
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
    const standings = new Map<string, UnfinishedWrite[]>();
    const ids = sims.filter(({ byState }) => byState).map(({ id }) => id);
    if (ids.length === 0) return standings;
    for (const [id, marks] of await this.#ledger.unfinishedFor(accountId, ids)) {
      const ofSim: UnfinishedWrite[] = [];
      for (const mark of marks) {
        const chunk = mark.entry === own?.id ? undefined : await chunkOf(mark);
        if (chunk && isUnfinished(chunk) && chunk.sims.some((sim) => sim.id === id)) ofSim.push({ mark, chunk });
      }
      standings.set(id, ofSim);
    }
    return standings;
  }

  /** Asks KORE for the status of requests that were not asked for before. Whether one has reached its end for a SIM. */
  async #readStatuses(accountId: string, standings: readonly UnfinishedWrite[], statuses: Statuses): Promise<boolean> {
    const chunks = new Map<string, Chunk>();
    for (const { chunk } of standings) {
      if (chunk.requestId !== undefined && !statuses.has(chunk.requestId)) chunks.set(chunk.requestId, chunk);
    }
    const newestFirst = [...chunks].sort(([, a], [, b]) => (b.acknowledgedAt ?? 0) - (a.acknowledgedAt ?? 0));
    const left = Math.max(0, MAX_STATUS_READS - statuses.size);
    for (const [requestId, { acknowledgedAt = 0 }] of newestFirst.slice(left)) {
      statuses.set(requestId, acknowledgedAt < this.#now() - FINISHED_AFTER ? "finished" : "unclear");
    }
    let hasLearned = false;
    const asked = newestFirst.slice(0, left);
    await pMap(
      asked,
      async ([requestId, chunk]) => {
        const status = await this.#read(accountId, chunk).catch((error: unknown): Status => {
          if (!(error instanceof KoreError)) throw error;
          return "unclear";
        });
        statuses.set(requestId, status);
        hasLearned ||= chunk.sims.some((sim) => isDoneFor(sim, status));
      },
      { concurrency: CONCURRENCY },
    );
    return hasLearned;
  }

  /** Asks KORE for the status of a chunk's request, and keeps its end. */
  async #read(accountId: string, { requestId, acknowledgedAt }: Chunk, madeAt = acknowledgedAt ?? 0): Promise<Status> {
    if (requestId === undefined) return "unclear";
    const reply: unknown = await this.#kore.provisioningRequest(accountId, requestId).catch(KoreError.nullIfNotFound);
    if (reply === null) {
      if (await this.isJustAcknowledged(accountId, requestId)) return NOT_SHOWN;
      await this.#ledger.finish(accountId, requestId, () => ({})); // KORE forgets old ones.
      return "finished";
    }
    const progress = progressOf(isRecord(reply) ? detailOf(reply) : undefined);
    await this.#recordEnd(accountId, requestId, progress);
    // A word that we do not know may mean either. A second order is worse than one that waits, but not for ever.
    return progress.end === "unclear" && madeAt <= this.#now() - UNKNOWN_STATUS_FOR ? "finished" : progress;
  }

  async #recordEnd(accountId: string, requestId: string, progress: Progress): Promise<void> {
    if (progress.end !== "reached") return;
    await this.#ledger.finish(accountId, requestId, (sims) => failuresOf(progress, sims));
  }
}

/** A request that KORE has acknowledged and answers 404 for. */
const NOT_SHOWN: Progress = { end: "not reached", hasFailed: false, sims: [] };

function reviewed(
  { sims, settled, options }: Plan,
  goal: string,
  standings: ReadonlyMap<string, readonly UnfinishedWrite[]>,
  statuses: Statuses,
): Reviewed {
  const found: Reviewed = { sims: [], unclear: [], settled: [...settled], options };
  for (const { byState, ...sim } of sims) {
    const left = (standings.get(sim.id) ?? []).filter(({ chunk }) => !isDoneFor(sim, statusOf(chunk, statuses)));
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

const resultAt = ({ place, id, iccid }: PlacedSim) => ({ place, id, iccid });

/** The newest request of orders that all have one goal. */
function requestToJoin(standings: readonly UnfinishedWrite[], goal: string): string | undefined {
  if (!standings.every(({ mark }) => mark.goal === goal)) return undefined;
  const acknowledged = standings.map(({ chunk }) => chunk).filter(({ requestId }) => requestId !== undefined);
  acknowledged.sort((a, b) => (b.acknowledgedAt ?? 0) - (a.acknowledgedAt ?? 0));
  return acknowledged[0]?.requestId;
}

/** A chunk that is not acknowledged has no status at KORE, and is certainly not finished. */
const statusOf = ({ requestId }: Chunk, statuses: Statuses): Status =>
  requestId === undefined ? NOT_SHOWN : (statuses.get(requestId) ?? "unclear");

const isFinished = (status: Status): boolean =>
  status === "finished" || (status !== "unclear" && status.end === "reached");

/** Whether KORE is done with one SIM of a request: the request may go on with others. */
function isDoneFor(sim: PlacedSim, status: Status): boolean {
  if (isFinished(status)) return true;
  const progress = typeof status === "string" ? undefined : progressOfSim(status.sims, sim);
  return progress !== undefined && isDone(progress);
}
