import pMap from "p-map";
import { KoreError } from "../../errors.ts";
import { isRecord } from "../../decoding/decode.ts";
import { type Ledger } from "../ledger/ledger.ts";
import { type CommandEndpoints, type ProvisioningCommand, type PlacedSim, type Plan, changedBy } from "../command.ts";
import { failuresOf, progressOf } from "../progress.ts";
import { detailOf } from "../reconciliation/reconcile.ts";
import { type RequestKind, kindOf } from "../verbs.ts";
import { type Chunk, type Entry, type Unfinished, isUnfinished, verbOf } from "../ledger/records.ts";
import {
  NOT_SHOWN,
  type Reviewed,
  type Status,
  type Statuses,
  type UnfinishedWrite,
  excludes,
  isDoneFor,
  isFinished,
  placeOf,
  reviewed,
  sharesPart,
} from "./verdicts.ts";

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

  /** Ids of SIMs of a command with an unfinished write of another that excludes it, by the ledger. */
  async excluded({ id, accountId, verb }: Entry, sims: readonly PlacedSim[]): Promise<ReadonlySet<string>> {
    const marksOf = await this.#ledger.unfinishedFor(accountId, sims.flatMap(changedBy));
    const isExcluded = (name: string) =>
      (marksOf.get(name) ?? []).some((mark) => mark.entry !== id && excludes(verb, mark));
    return new Set(sims.filter((sim) => changedBy(sim).some(isExcluded)).map((sim) => sim.id));
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
    progress: ReturnType<typeof progressOf>,
  ): Promise<void> {
    if (progress.end !== "reached") return;
    await this.#ledger.finish(accountId, requestId, (sims) => failuresOf(progress, sims), kind);
  }
}
