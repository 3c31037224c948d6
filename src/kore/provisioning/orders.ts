import { randomUUID } from "node:crypto";
import pMap from "p-map";
import { type ConnectivityApi } from "../connectivity.ts";
import { type KoreError } from "../error.ts";
import { Joint, RECOVERY, RequestKeyReused, fingerprintOf } from "../intents.ts";
import { Locks } from "../locks.ts";
import { type Settling } from "../lost-replies.ts";
import { type DurableStore } from "../store.ts";
import { type AuditRecord, auditRecordOf } from "./audit-record.ts";
import { Doubts } from "./doubts.ts";
import { type Chunk, type Entry, Ledger, isInDoubt, isOpen } from "./ledger.ts";
import { ObservedRequests } from "./observed-requests.ts";
import { type Intent, type PlacedSim, type Plan, type SimResult, placed } from "./order.ts";
import { EARLIER_UNKNOWN, type Outcome, outcomeOf, resultsOf } from "./outcome.ts";
import { OrderResolution, type ResolutionRecord } from "./resolution.ts";
import { Sender } from "./sender.ts";
import { type Reviewed, UnfinishedOrders } from "./unfinished.ts";

export interface OrdersOptions {
  kore: ConnectivityApi;
  store: DurableStore;
  /** SIMs of one provisioning request. How many KORE takes is not stated. */
  chunkSize: number;
  sending: Settling;
  /** What the reads and writes of the credential that serves an account have shown. Default: nothing yet. */
  observed?: (accountId: string) => ObservedRequests;
  /** Told of every intent that wrote or tried to. */
  audit: (record: AuditRecord) => void;
  /** Told of every order in doubt that was settled by hand. */
  auditResolution: (record: ResolutionRecord) => void;
  /** Told of an intent that could not be taken up again after a restart. */
  onRecoveryFailed: (error: unknown) => void;
}

/** Writes of one intent at once. */
const CONCURRENCY = 2;

/** After a crash, what was not sent is sent if the intent is no older than this; later it would surprise. */
const RESUME_WITHIN = 60 * 60_000;

/**
 * Stores of earlier versions do not mark what is unfinished: at the first start this is made up for, as far back as KORE
 * is likely to be at work still. KORE states no longest time; most requests take seconds, some take hours.
 */
const UNMARKED_FOR = 24 * 60 * 60_000;

/** For whom an intent is carried out. */
export interface Orderer {
  kore: ConnectivityApi;
  /** By which the operation is known in logs. */
  requestId: string;
}

/** Who carries an intent on, and why. */
interface Occasion {
  who: string;
  orderer?: Orderer | undefined;
  isRecovery?: boolean;
  /** The caller asks again: what was reported as not sent is sent, to SIMs that still need it. */
  replan?: () => Promise<Plan>;
}

/** Orders to KORE of which each intent is written at most once, whatever fails. */
export class ProvisioningOrders {
  /** Settles by hand what stays in doubt. */
  readonly resolution: OrderResolution;
  readonly #options: OrdersOptions;
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #doubts: Doubts;
  readonly #unfinished: UnfinishedOrders;
  readonly #locks = new Locks();
  readonly #joint = new Joint<Outcome>();
  #recovery: Promise<void> = Promise.resolve();

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.store);
    const nothing = new ObservedRequests();
    const { kore, sending, observed = () => nothing, auditResolution } = options;
    this.#sender = new Sender(this.#ledger, kore, sending, observed);
    this.#doubts = new Doubts(this.#ledger, this.#sender);
    this.#unfinished = new UnfinishedOrders(this.#ledger, kore, sending.now);
    this.resolution = new OrderResolution({
      ledger: this.#ledger,
      kore,
      observed,
      now: sending.now,
      isClockOff: () => sending.isClockOff?.() ?? false,
      locks: this.#locks,
      lockNames,
      audit: auditResolution,
    });
  }

  /**
   * Finds out what became of writes that a crash cut off, and goes on with their intents. Writes wait for it.
   */
  recover(): Promise<void> {
    this.#recovery = this.#recover();
    return this.#recovery;
  }

  /** Forgets intents that were made before an instant. */
  prune(before: number): Promise<void> {
    return this.#ledger.prune(before);
  }

  /** The newest time that the ledger holds, as of the clock when it was kept. Milliseconds since the epoch. */
  newest(): Promise<number | undefined> {
    return this.#ledger.newest();
  }

  /** Whether KORE gave the id of a request a short time ago, so that its 404 means "not yet shown". */
  isJustAcknowledged(accountId: string, requestId: string): Promise<boolean> {
    return this.#unfinished.isJustAcknowledged(accountId, requestId);
  }

  /**
   * Keeps the end of a request, if a detail reply of KORE's shows it, so that nobody has to ask KORE for it again. A
   * ledger that cannot be written costs that only, and no reader's answer.
   */
  async saw(accountId: string, requestId: string, reply: unknown): Promise<void> {
    await this.#unfinished.saw(accountId, requestId, reply).catch(() => undefined);
  }

  /**
   * What an intent would come to now: the SIMs that would be written, and the results of the others. Nothing is written
   * to KORE, and earlier writes in doubt are not looked up.
   */
  async rehearse(
    intent: Pick<Intent, "accountId" | "verb">,
    plan: () => Promise<Plan>,
  ): Promise<{ sims: PlacedSim[]; settled: SimResult[] }> {
    const look = (sims: readonly PlacedSim[]) => this.#doubts.about(intent.accountId, sims);
    const { sims, held, settled } = await this.#review(intent, await plan(), plan, look);
    const chunk: Chunk = { entry: "", index: 0, sims: held, ...HELD };
    return { sims, settled: outcomeOf({ settled }, [chunk]).results };
  }

  /** Waits for all that is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#recovery, ...this.#joint.running()]);
  }

  /**
   * Carries an intent out, or tells again what became of it. `plan` looks at the SIMs; it is not called when nothing
   * is to be sent.
   *
   * @throws RequestKeyReused
   * @throws KoreError when nothing could be written and the caller cannot mend it
   */
  submit(intent: Intent, plan: () => Promise<Plan>, orderer?: Orderer): Promise<Outcome> {
    const fingerprint = fingerprintOf(intent.input);
    return this.#joint.run(Ledger.keyOf(intent), fingerprint, async () => {
      await this.#recovery;
      return this.#submit(intent, fingerprint, plan, orderer);
    });
  }

  async #submit(
    intent: Intent,
    fingerprint: string,
    plan: () => Promise<Plan>,
    orderer: Orderer | undefined,
  ): Promise<Outcome> {
    const known = await this.#ledger.find(Ledger.keyOf(intent));
    if (known) {
      if (known.fingerprint !== fingerprint) throw new RequestKeyReused();
      if (known.hasRequestKey || (await this.#isUnfinished(known))) {
        return this.#locked(known, { who: intent.who, replan: plan, orderer });
      }
      await this.#ledger.forget(known); // Finished, and said again without a key: a new intent.
    }
    const planned = await plan();
    const locked = new Set(planned.sims.map((sim) => sim.id));
    const outcome = await this.#locks.hold(lockNames(intent.accountId, planned.sims), async (hasWaited) => {
      // The order that was waited for may have changed the SIMs.
      const current = hasWaited ? await plan() : planned;
      const look = (sims: readonly PlacedSim[]) => this.#doubts.after(intent.accountId, sims);
      const { sims, held, settled, options } = await this.#review(intent, current, plan, look);
      if ([...sims, ...held].some((sim) => !locked.has(sim.id))) return undefined; // An ICCID names another SIM now.
      const id = randomUUID();
      // Those that are held back are not settled for good: asking again looks again.
      const chunks = [...this.#chunksOf(sims, { state: "planned" }), ...this.#chunksOf(held, HELD)].map(
        (chunk, index): Chunk => ({ ...chunk, entry: id, index }),
      );
      const entry: Entry = {
        key: Ledger.keyOf(intent),
        id,
        accountId: intent.accountId,
        verb: intent.verb,
        fingerprint,
        hasRequestKey: intent.requestKey !== null,
        createdAt: this.#options.sending.now(),
        settled,
        chunks: chunks.length,
        options,
      };
      if (sims.length === 0 && !entry.hasRequestKey) return outcomeOf(entry, chunks);
      if (await this.#ledger.open(entry, chunks)) return this.#proceed(entry, { who: intent.who, orderer });
      return undefined; // Another process was quicker with the same intent.
    });
    return outcome ?? this.#submit(intent, fingerprint, plan, orderer);
  }

  /**
   * A plan after a look at the ledger. `held`: SIMs with an earlier order in doubt, or not known to be finished though
   * everything depends on it.
   */
  async #review(
    intent: Pick<Intent, "accountId" | "verb">,
    plan: Plan,
    replan: () => Promise<Plan>,
    look: (sims: readonly PlacedSim[]) => Promise<ReadonlySet<string>>,
    own?: Entry,
  ): Promise<Omit<Reviewed, "unclear"> & { held: PlacedSim[] }> {
    const doubtful = await look(plan.sims);
    const certain = ({ sims, ...rest }: Plan): Plan => ({ ...rest, sims: sims.filter(({ id }) => !doubtful.has(id)) });
    const again = async () => certain(await replan());
    const { unclear, ...reviewed } = await this.#unfinished.review(intent, certain(plan), again, own);
    const inDoubt = plan.sims.filter(({ id }) => doubtful.has(id));
    return { ...reviewed, held: [...inDoubt.map(placed), ...unclear] };
  }

  #chunksOf(sims: readonly PlacedSim[], common: Pick<Chunk, "state" | "message">): Omit<Chunk, "entry" | "index">[] {
    const size = this.#options.chunkSize;
    return Array.from({ length: Math.ceil(sims.length / size) }, (_, index) => ({
      ...common,
      sims: sims.slice(index * size, (index + 1) * size),
    }));
  }

  async #locked(entry: Entry, occasion: Occasion): Promise<Outcome> {
    const sims = (await this.#ledger.chunks(entry)).flatMap((chunk) => chunk.sims);
    return this.#locks.hold(lockNames(entry.accountId, sims), () => this.#proceed(entry, occasion));
  }

  /** Finds out what is not known, sends what is not sent, and tells what became of all of it. */
  async #proceed(known: Entry, occasion: Occasion): Promise<Outcome> {
    const { replan } = occasion;
    const before = await this.#ledger.chunks(known);
    const isToSend = ({ state }: Chunk) => state === "planned" || (state === "abandoned" && replan !== undefined);
    if (!before.some((chunk) => isOpen(chunk) || isToSend(chunk))) {
      // Left open by a crash that came before it was closed, or by others who found out what had become of it.
      if (known.options) await this.#ledger.close(known, before.some(isAbandoned));
      return outcomeOf(known, before);
    }

    const looked = await each(before, (chunk) =>
      isInDoubt(chunk.state) ? this.#sender.investigate(known, chunk) : chunk,
    );
    const replanned = replan && looked.some(isToSend) ? await this.#replan(known, looked, isToSend, replan) : undefined;
    const { entry, chunks, held } = replanned ?? { entry: known, chunks: looked, held: NONE };
    const stops: KoreError[] = [];
    const after = await each(chunks, (chunk) =>
      isToSend(chunk) ? this.#send(entry, chunk, occasion, stops, held) : chunk,
    );
    if (!after.some(isOpen)) await this.#ledger.close(entry, after.some(isAbandoned));
    const outcome = outcomeOf(entry, after);
    const { who, isRecovery = false, orderer } = occasion;
    this.#options.audit(auditRecordOf(entry, outcome, { who, isRecovery, requestId: orderer?.requestId }));
    const [stop] = stops;
    if (stop && stops.length === after.length && entry.settled.length === 0) throw stop;
    return outcome;
  }

  /** Days may lie between an order and its repetition: SIMs that need no write any more, or bear none, get none. */
  async #replan(
    known: Entry,
    looked: readonly Chunk[],
    isToSend: (chunk: Chunk) => boolean,
    replan: () => Promise<Plan>,
  ): Promise<{ entry: Entry; chunks: Chunk[]; held: ReadonlySet<string> }> {
    const toSend = looked.filter(isToSend);
    const wanted = new Set(toSend.flatMap(({ sims }) => sims.map(({ id }) => id)));
    const plan = async (): Promise<Plan> => {
      const { sims, ...rest } = await replan();
      return { ...rest, sims: sims.filter(({ id }) => wanted.has(id)) };
    };
    const look = (sims: readonly PlacedSim[]) => this.#doubts.after(known.accountId, sims);
    const reviewed = await this.#review(known, await plan(), plan, look, known);
    const entry = await this.#settle(known, toSend, reviewed);
    const held = new Set(reviewed.held.map(({ id }) => id));
    return { entry, chunks: await this.#ledger.chunks(entry), held };
  }

  async #settle(
    entry: Entry,
    chunks: readonly Chunk[],
    plan: Pick<Reviewed, "sims" | "settled"> & { held: readonly PlacedSim[] },
  ): Promise<Entry> {
    // By id, not by place: a repetition may name the SIMs in another order.
    const needed = new Set([...plan.sims, ...plan.held].map(({ id }) => id));
    const done = chunks.flatMap(({ sims }) => sims).filter(({ id }) => !needed.has(id));
    if (done.length === 0) return entry;
    const left = chunks.map((chunk) => ({ ...chunk, sims: chunk.sims.filter(({ id }) => needed.has(id)) }));
    return this.#ledger.settle(entry, resultsOf(done, plan.settled), left);
  }

  async #send(
    entry: Entry,
    chunk: Chunk,
    { isRecovery, orderer }: Occasion,
    stops: KoreError[],
    held: ReadonlySet<string>,
  ): Promise<Chunk> {
    const abandon = (message: string) => this.#ledger.record(entry, chunk, { state: "abandoned", message });
    const isTooOld = entry.createdAt < this.#options.sending.now() - RESUME_WITHIN;
    if (isRecovery && isTooOld) return abandon("the process was down for too long");
    const isHeld = chunk.sims.some(({ id }) => held.has(id));
    if (isHeld || (await this.#doubts.after(entry.accountId, chunk.sims)).size > 0) return abandon(EARLIER_UNKNOWN);
    return this.#sender.send(entry, chunk, (error) => stops.push(error), orderer?.kore);
  }

  /** Whether KORE is still at work on an intent, or it is not known to have got it. */
  async #isUnfinished(entry: Entry): Promise<boolean> {
    const chunks = await this.#ledger.chunks(entry);
    return chunks.some(isOpen) || this.#unfinished.isAtWork(entry, chunks);
  }

  async #recover(): Promise<void> {
    await this.#ledger.markUnfinished(this.#options.sending.now() - UNMARKED_FOR);
    await pMap(
      await this.#ledger.unfinished(),
      // Not through `#joint`: who submits the same intent waits there for us, and we should wait for him.
      (entry) => this.#locked(entry, { who: RECOVERY, isRecovery: true }).catch(this.#options.onRecoveryFailed),
      { concurrency: CONCURRENCY },
    );
  }
}

const NONE: ReadonlySet<string> = new Set();

/** How SIMs are kept that are held back because of an earlier order. */
const HELD = { state: "abandoned", message: EARLIER_UNKNOWN } as const;

const lockNames = (accountId: string, sims: readonly Pick<PlacedSim, "id">[]): string[] =>
  sims.map(({ id }) => `${accountId} ${id}`);

const isAbandoned = ({ state }: Chunk): boolean => state === "abandoned";

/** When one fails of which we know nothing better, the SIMs stay locked until the others are done, too. */
function each(chunks: readonly Chunk[], work: (chunk: Chunk) => Chunk | Promise<Chunk>): Promise<Chunk[]> {
  return pMap(chunks, work, { concurrency: CONCURRENCY, stopOnError: false });
}
