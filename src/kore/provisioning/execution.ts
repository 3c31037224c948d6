import pMap from "p-map";
import { StoreUnavailable } from "../../common/store-errors.ts";
import { Fenced } from "../idempotency/keyed-mutex.ts";
import { type ConnectivityApi } from "../api/connectivity.ts";
import { type KoreError } from "../errors.ts";
import { type Ledger, type Work } from "./ledger/ledger.ts";
import { type PlacedSim, type Plan } from "./command.ts";
import { EARLIER_UNKNOWN, type Outcome, outcomeOf, resultsOf } from "./outcome.ts";
import { type Chunk, isAbandoned, isAmbiguous, isOpen } from "./ledger/records.ts";
import { type Review } from "./review/review.ts";
import { type Sender } from "./sender.ts";

/** Writes of one intent at once. */
const CONCURRENCY = 2;

/** After a crash, what was not sent is sent if the intent is no older than this; later it would surprise. */
const RESUME_WITHIN = 60 * 60_000;

/** For whom an intent is carried out. */
export interface CommandRequester {
  kore: ConnectivityApi;
  /** By which the operation is known in logs. */
  requestId: string;
}

/** On whose behalf a command is executed, and whether it is a recovery. */
export interface ExecutionContext {
  who: string;
  requester?: CommandRequester | undefined;
  isRecovery?: boolean;
  /** The caller asks again: what was reported as not sent is sent, to SIMs that still need it. */
  replan?: () => Promise<Plan>;
}

/** An intent as far as it has been carried out. */
interface Executed {
  work: Work;
  chunks: readonly Chunk[];
  /** Why chunks were not sent. */
  stops: readonly KoreError[];
  /** SIMs that another intent has reserved meanwhile: it is to be waited for, and all looked at again. */
  blockedBy: readonly PlacedSim[];
}

/** Whether a chunk is sent on an occasion. */
const isToSend = (chunk: Chunk, { replan }: ExecutionContext): boolean =>
  chunk.state === "planned" || (isAbandoned(chunk) && replan !== undefined);

/** Carries intents out under a claim: finds out what is not known, and sends what is not sent. */
export class Execution {
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #review: Review;
  readonly #now: () => number;

  constructor(ledger: Ledger, sender: Sender, review: Review, now: () => number) {
    this.#ledger = ledger;
    this.#sender = sender;
    this.#review = review;
    this.#now = now;
  }

  /**
   * Goes on with an intent and ends the claim of it.
   *
   * @throws Fenced @throws StoreUnavailable
   * @throws KoreError of `replan`
   */
  async execute(work: Work, occasion: ExecutionContext): Promise<Executed & { outcome: Outcome }> {
    let progressed: Executed;
    try {
      progressed = await this.#run(work, occasion);
    } catch (error) {
      await this.#ledger.releaseAsStored(work);
      throw error;
    }
    const { chunks } = progressed;
    await this.#ledger.release(progressed.work, chunks);
    return { ...progressed, outcome: outcomeOf(progressed.work.entry, chunks) };
  }

  async #run(known: Work, occasion: ExecutionContext): Promise<Executed> {
    const looked = await each(await this.#ledger.chunks(known.entry), (chunk) =>
      isAmbiguous(chunk.state) ? this.#sender.reconcile(known, chunk) : chunk,
    );
    const isWanted = (chunk: Chunk) => isToSend(chunk, occasion);
    const { replan } = occasion;
    const { work, chunks, held } =
      replan && looked.some(isWanted)
        ? await this.#replan(known, looked.filter(isWanted), replan)
        : { work: known, chunks: looked, held: NONE };
    const stops: KoreError[] = [];
    const blockedBy: PlacedSim[] = [];
    const after = await each(chunks, async (chunk) => {
      if (!isWanted(chunk)) return chunk;
      const sent = await this.#send(work, chunk, occasion, held, (stop) => stops.push(stop));
      if (sent !== "conflict") return sent;
      blockedBy.push(...chunk.sims);
      return chunk;
    });
    return { work, chunks: after, stops, blockedBy };
  }

  /** Days may lie between an order and its repetition: SIMs that need no write any more, or bear none, get none. */
  async #replan(
    known: Work,
    toSend: readonly Chunk[],
    replan: () => Promise<Plan>,
  ): Promise<{ work: Work; chunks: Chunk[]; held: ReadonlySet<string> }> {
    const wanted = new Set(toSend.flatMap(({ sims }) => sims.map(({ id }) => id)));
    const plan = async (): Promise<Plan> => {
      const { sims, ...rest } = await replan();
      return { ...rest, sims: sims.filter(({ id }) => wanted.has(id)) };
    };
    const { sims, held, settled } = await this.#review.of(known.entry, await plan(), plan, known);
    // By id, not by place: a repetition may name the SIMs in another order.
    const needed = new Set([...sims, ...held].map(({ id }) => id));
    const done = toSend.flatMap((chunk) => chunk.sims).filter(({ id }) => !needed.has(id));
    const left = toSend.map((chunk) => ({ ...chunk, sims: chunk.sims.filter(({ id }) => needed.has(id)) }));
    const work = done.length === 0 ? known : await this.#ledger.settleSims(known, resultsOf(done, settled), left);
    const chunks = await this.#ledger.chunks(work.entry);
    return { work, chunks, held: new Set(held.map(({ id }) => id)) };
  }

  async #send(
    work: Work,
    chunk: Chunk,
    { isRecovery, requester }: ExecutionContext,
    held: ReadonlySet<string>,
    onStopped: (error: KoreError) => void,
  ): Promise<Chunk | "conflict"> {
    const abandon = (message: string) => this.#ledger.record(work, chunk, { state: "abandoned", message });
    const isTooOld = work.entry.createdAt < this.#now() - RESUME_WITHIN;
    if (isRecovery && isTooOld) return abandon("the process was down for too long");
    if (chunk.sims.some(({ id }) => held.has(id))) return abandon(EARLIER_UNKNOWN);
    return this.#sender.send(work, chunk, onStopped, requester?.kore);
  }
}

const NONE: ReadonlySet<string> = new Set();

/**
 * When one fails of which we know nothing better, the claim is kept until the others are done, too. Errors that are all
 * of the store's kind are thrown as one of them: that of a take-over, if there is one.
 */
async function each(chunks: readonly Chunk[], work: (chunk: Chunk) => Chunk | Promise<Chunk>): Promise<Chunk[]> {
  try {
    return await pMap(chunks, work, { concurrency: CONCURRENCY, stopOnError: false });
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    const isOfStore = errors.every((one) => one instanceof Fenced || one instanceof StoreUnavailable);
    throw isOfStore ? (errors.find((one) => one instanceof Fenced) ?? errors[0]) : error;
  }
}

export const isDone = (chunks: readonly Chunk[], occasion: ExecutionContext): boolean =>
  !chunks.some((chunk) => isOpen(chunk) || isToSend(chunk, occasion));
