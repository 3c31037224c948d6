import pMap from "p-map";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { Fenced } from "../idempotency/keyed-mutex.ts";
import { type KoreError } from "../errors.ts";
import { type Ledger, type Work } from "./ledger/ledger.ts";
import { type CommandEndpoints, type PlacedSim, type Plan } from "./command.ts";
import { EARLIER_UNKNOWN, type Outcome, outcomeOf, resultsOf } from "./outcome.ts";
import { type Chunk, isAbandoned, isAmbiguous, isOpen } from "./ledger/records.ts";
import { type Review } from "./review/review.ts";
import { type Sender } from "./sender.ts";

/** Concurrent POSTs of one command. */
const CONCURRENCY = 2;

/** After a crash, unsent chunks of commands up to this age are sent; older ones might be unexpected. Milliseconds. */
const RESUME_WITHIN = 60 * 60_000;

/** The operation that submits a command. */
export interface CommandRequester {
  kore: CommandEndpoints;
  /** For logs. */
  requestId: string;
}

/** On whose behalf a command is executed. */
export interface ExecutionContext {
  who: string;
  requester?: CommandRequester | undefined;
  /** Whether it is continued after a restart, without a caller. */
  isRecovery?: boolean;
  /** Reads the SIMs again. Absent in a recovery. */
  replan?: () => Promise<Plan>;
  /** Whether it is a repetition: abandoned chunks are sent, for the SIMs that still need it. */
  isRepetition?: boolean;
}

/** The state of a command after its execution. */
interface Executed {
  work: Work;
  chunks: readonly Chunk[];
  /** Errors because of which chunks were not sent. */
  stops: readonly KoreError[];
  /** SIMs that another command has reserved meanwhile, so that this one has to wait and plan again. */
  blockedBy: readonly PlacedSim[];
}

/** A command whose SIMs are reserved. */
interface ToSend {
  work: Work;
  chunks: readonly Chunk[];
  /** SIMs that must not be written. */
  held: ReadonlySet<string>;
  /** Chunks with a SIM that another command has reserved. */
  blockedBy: readonly Chunk[];
}

/** Whether an execution sends a chunk. */
const isToSend = (chunk: Chunk, { isRepetition = false }: ExecutionContext): boolean =>
  chunk.state === "planned" || (isAbandoned(chunk) && isRepetition);

/** Executes commands under a claim: reconciles ambiguous outcomes, and sends unsent chunks. */
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
   * Continues a command and ends its claim.
   *
   * @throws Fenced @throws StoreUnavailable
   * @throws KoreError of `replan`
   */
  async execute(work: Work, context: ExecutionContext): Promise<Executed & { outcome: Outcome }> {
    let executed: Executed;
    try {
      executed = await this.#run(work, context);
    } catch (error) {
      await this.#ledger.releaseAsStored(work);
      throw error;
    }
    const { chunks } = executed;
    await this.#ledger.release(executed.work, chunks);
    return { ...executed, outcome: outcomeOf(executed.work.entry, chunks) };
  }

  async #run(known: Work, context: ExecutionContext): Promise<Executed> {
    const reconciled = await each(await this.#ledger.chunks(known.entry), (chunk) =>
      isAmbiguous(chunk.state) ? this.#sender.reconcile(known, chunk) : chunk,
    );
    const { work, chunks, held, blockedBy } = await this.#reserved(known, reconciled, context);
    const blocked = new Set(blockedBy.map(({ index }) => index));
    const stops: KoreError[] = [];
    const after = await each(chunks, async (chunk) => {
      if (!isToSend(chunk, context) || blocked.has(chunk.index)) return chunk;
      const reason = this.#reasonNotToSend(work, chunk, held, context);
      if (reason !== undefined) return this.#ledger.record(work, chunk, { state: "abandoned", message: reason });
      return this.#sender.send(work, chunk, (stop) => stops.push(stop), context.requester?.kore);
    });
    return { work, chunks: after, stops, blockedBy: blockedBy.flatMap(({ sims }) => sims) };
  }

  /**
   * Plans a repetition anew, and reserves the SIMs of its abandoned chunks. Then no command that excludes this one can
   * begin, so one that has begun since the plan's review is found here, and the plan is reviewed again.
   */
  async #reserved(known: Work, recorded: readonly Chunk[], context: ExecutionContext): Promise<ToSend> {
    const { replan, isRepetition = false } = context;
    const due = recorded.filter((chunk) => isToSend(chunk, context));
    const blockedBy: Chunk[] = [];
    let toSend: Omit<ToSend, "blockedBy"> = { work: known, chunks: recorded, held: NONE };
    if (replan && isRepetition && due.length > 0) {
      toSend = await this.#replan(known, due, replan);
      const { work, held } = toSend;
      toSend.chunks = await each(toSend.chunks, async (chunk) => {
        if (!isAbandoned(chunk) || isHeld(chunk, held)) return chunk;
        const reserved = await this.#ledger.reserve(work, chunk);
        if (reserved === "conflict") blockedBy.push(chunk);
        return reserved === "conflict" ? chunk : reserved;
      });
    }
    const { work, chunks, held } = toSend;
    const open = chunks.filter(({ state }) => state === "planned");
    const excluded = await this.#review.excluded(
      work.entry,
      open.flatMap(({ sims }) => sims),
    );
    if (excluded.size === 0) return { ...toSend, blockedBy };
    const again = replan ? await this.#replan(work, open, replan) : { work, chunks, held: excluded };
    return { ...again, held: new Set([...held, ...again.held]), blockedBy };
  }

  /** Plans again, because days may have passed since the first plan, and drops SIMs that no longer need or allow the write. */
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
    // By id, not by place: a repetition may list the SIMs in another order.
    const needed = new Map([...sims, ...held].map((sim) => [sim.id, sim]));
    const done = toSend.flatMap((chunk) => chunk.sims).filter(({ id }) => !needed.has(id));
    // The values of a record hold what KORE showed when they were planned.
    const present = (sim: PlacedSim) => {
      const record = needed.get(sim.id)?.record;
      return record ? { ...sim, record } : sim;
    };
    const isOfRecords = sims.some(({ record }) => record);
    const left = toSend.map((chunk) => ({
      ...chunk,
      sims: chunk.sims.filter(({ id }) => needed.has(id)).map(present),
    }));
    const isUnchanged = done.length === 0 && !isOfRecords;
    const work = isUnchanged ? known : await this.#ledger.settleSims(known, done, resultsOf(done, settled), left);
    const chunks = await this.#ledger.chunks(work.entry);
    return { work, chunks, held: new Set(held.map(({ id }) => id)) };
  }

  /** Why a chunk must not be sent; undefined when it may. */
  #reasonNotToSend(
    { entry }: Work,
    chunk: Chunk,
    held: ReadonlySet<string>,
    { isRecovery }: ExecutionContext,
  ): string | undefined {
    const isTooOld = entry.createdAt < this.#now() - RESUME_WITHIN;
    if (isRecovery && isTooOld) return "the process was down for too long";
    return isHeld(chunk, held) ? EARLIER_UNKNOWN : undefined;
  }
}

const NONE: ReadonlySet<string> = new Set();

const isHeld = ({ sims }: Chunk, held: ReadonlySet<string>): boolean => sims.some(({ id }) => held.has(id));

/** Waits for all chunks even when one fails. Throws a single error of the store where all are such, `Fenced` first. */
async function each(chunks: readonly Chunk[], work: (chunk: Chunk) => Chunk | Promise<Chunk>): Promise<Chunk[]> {
  try {
    return await pMap(chunks, work, { concurrency: CONCURRENCY, stopOnError: false });
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    const isOfStore = errors.every((one) => one instanceof Fenced || one instanceof StoreUnavailable);
    throw isOfStore ? (errors.find((one) => one instanceof Fenced) ?? errors[0]) : error;
  }
}

export const isDone = (chunks: readonly Chunk[], context: ExecutionContext): boolean =>
  !chunks.some((chunk) => isOpen(chunk) || isToSend(chunk, context));
