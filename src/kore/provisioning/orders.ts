import { randomUUID } from "node:crypto";
import pMap from "p-map";
import { type ConnectivityApi } from "../connectivity.ts";
import { KoreError } from "../error.ts";
import { Joint, RECOVERY, RequestKeyReused, fingerprintOf } from "../intents.ts";
import { Locks } from "../locks.ts";
import { type Settling } from "../lost-replies.ts";
import { isRecord, text } from "../reading.ts";
import { type DurableStore } from "../store.ts";
import { type Chunk, type Entry, Ledger, isInDoubt, isOpen } from "./ledger.ts";
import { type ObservedRequests } from "./observed-requests.ts";
import { type Intent, type Plan, type SimResult } from "./order.ts";
import { EARLIER_UNKNOWN, type Outcome, outcomeOf, resultsOf } from "./outcome.ts";
import { detailOf } from "./reconcile.ts";
import { Sender } from "./sender.ts";

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
  /** Told of an intent that could not be taken up again after a restart. */
  onRecoveryFailed: (error: unknown) => void;
}

/** One line of the audit trail. Request keys stand in it as hashes. */
export interface AuditRecord {
  /** Whoever asked; {@link RECOVERY} when it went on after a restart. */
  who: string;
  verb: string;
  accountId: string;
  sims: number;
  requestKeyHash: string | null;
  requestIds: string[];
  outcomes: Record<string, number>;
  /** Whether it went on after a restart instead of for a caller. */
  isRecovery: boolean;
  requestId: string | undefined;
  results: readonly SimResult[];
}

/** Writes of one intent at once. */
const CONCURRENCY = 2;

/** After a crash, what was not sent is sent if the intent is no older than this; later it would surprise. */
const RESUME_WITHIN = 60 * 60_000;

/** A request with a status that we do not know is taken for unfinished until its intent is this old. */
const STRANGE_FOR = 24 * 60 * 60_000;

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
  readonly #options: OrdersOptions;
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #locks = new Locks();
  readonly #joint = new Joint<Outcome>();
  #recovery: Promise<void> = Promise.resolve();

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.store);
    this.#sender = new Sender(this.#ledger, options.kore, options.sending, options.observed);
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
    const { sims, settled, options } = await plan();
    const outcome = await this.#locks.hold(lockNames(intent.accountId, sims), async () => {
      const doubtful = await this.#doubtful(intent.accountId, sims);
      const writable = sims.filter((sim) => !doubtful.has(sim.id));
      const id = randomUUID();
      const chunks = [
        ...this.#chunksOf(writable, { state: "planned" }),
        // Not settled for good: asking again looks again.
        ...this.#chunksOf(
          sims.filter((sim) => doubtful.has(sim.id)),
          { state: "abandoned", message: EARLIER_UNKNOWN },
        ),
      ].map((chunk, index): Chunk => ({ ...chunk, entry: id, index }));
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
      if (writable.length === 0 && !entry.hasRequestKey) return outcomeOf(entry, chunks);
      if (await this.#ledger.open(entry, chunks)) return this.#proceed(entry, { who: intent.who, orderer });
      return undefined; // Another process was quicker with the same intent.
    });
    return outcome ?? this.#submit(intent, fingerprint, plan, orderer);
  }

  #chunksOf(sims: Plan["sims"], common: Pick<Chunk, "state" | "message">): Omit<Chunk, "entry" | "index">[] {
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
    const isReplanned = replan && looked.some(isToSend);
    const entry = isReplanned ? await this.#settle(known, looked.filter(isToSend), await replan()) : known;
    const stops: KoreError[] = [];
    const after = await each(isReplanned ? await this.#ledger.chunks(entry) : looked, (chunk) =>
      isToSend(chunk) ? this.#send(entry, chunk, occasion, stops) : chunk,
    );
    if (!after.some(isOpen)) await this.#ledger.close(entry, after.some(isAbandoned));
    const outcome = outcomeOf(entry, after);
    this.#audit(entry, outcome, occasion);
    const [stop] = stops;
    if (stop && stops.length === after.length && entry.settled.length === 0) throw stop;
    return outcome;
  }

  /** Days may lie between an order and its repetition: SIMs that need no write any more, or bear none, get none. */
  async #settle(entry: Entry, chunks: readonly Chunk[], plan: Plan): Promise<Entry> {
    // By id, not by place: a repetition may name the SIMs in another order.
    const needed = new Set(plan.sims.map(({ id }) => id));
    const done = chunks.flatMap(({ sims }) => sims).filter(({ id }) => !needed.has(id));
    if (done.length === 0) return entry;
    const left = chunks.map((chunk) => ({ ...chunk, sims: chunk.sims.filter(({ id }) => needed.has(id)) }));
    return this.#ledger.settle(entry, resultsOf(done, plan.settled), left);
  }

  async #send(entry: Entry, chunk: Chunk, { isRecovery, orderer }: Occasion, stops: KoreError[]): Promise<Chunk> {
    const abandon = (message: string) => this.#ledger.move(entry, chunk, { state: "abandoned", message });
    const isTooOld = entry.createdAt < this.#options.sending.now() - RESUME_WITHIN;
    if (isRecovery && isTooOld) return abandon("the process was down for too long");
    if ((await this.#doubtful(entry.accountId, chunk.sims)).size > 0) return abandon(EARLIER_UNKNOWN);
    return this.#sender.send(entry, chunk, (error) => stops.push(error), orderer?.kore);
  }

  /** Whether KORE is still at work on an intent, or it is not known to have got it. */
  async #isUnfinished(entry: Entry): Promise<boolean> {
    const chunks = await this.#ledger.chunks(entry);
    if (chunks.some(isOpen)) return true;
    for (const { requestId } of chunks) {
      if (requestId !== undefined && (await this.#isAtWork(entry, requestId))) return true;
    }
    return false;
  }

  async #isAtWork({ accountId, createdAt }: Entry, requestId: string): Promise<boolean> {
    const request = this.#options.kore.provisioningRequest(accountId, requestId);
    const reply: unknown = await request.catch(KoreError.nullIfNotFound);
    if (reply === null) return false; // KORE forgets old ones.
    const detail = isRecord(reply) ? detailOf(reply) : undefined;
    const status = text(detail?.status, "provisioning-request.status")?.trim().toLowerCase() ?? "pending";
    if (status === "completed" || status === "failed") return false;
    if (text(detail?.["date-completed"], "provisioning-request.date-completed") !== null) return false;
    if (status === "submitted" || status === "pending") return true;
    // A word that we do not know may mean either. A second order is worse than one that waits, but not for ever.
    return createdAt > this.#options.sending.now() - STRANGE_FOR;
  }

  /** SIMs with an earlier write of which it is still not known whether it arrived, after another look. */
  async #doubtful(accountId: string, sims: Plan["sims"]): Promise<ReadonlySet<string>> {
    const doubtful = new Set<string>();
    const looked = new Set<string>();
    for (const { id } of sims) {
      const doubt = await this.#ledger.doubtAbout(accountId, id);
      if (!doubt) continue;
      const name = `chunk ${doubt.chunk.entry} ${doubt.chunk.index}`;
      if (!looked.has(name)) await this.#locks.hold([name], () => this.#lookAgain(accountId, id));
      looked.add(name);
      if (await this.#ledger.doubtAbout(accountId, id)) doubtful.add(id);
    }
    return doubtful;
  }

  /** One at a time for each chunk: those who are about to write to other SIMs of it look as well. */
  async #lookAgain(accountId: string, simId: string): Promise<void> {
    const doubt = await this.#ledger.doubtAbout(accountId, simId);
    if (doubt) await this.#sender.investigate(doubt.entry, doubt.chunk);
  }

  async #recover(): Promise<void> {
    await pMap(
      await this.#ledger.unfinished(),
      // Not through `#joint`: who submits the same intent waits there for us, and we should wait for him.
      (entry) => this.#locked(entry, { who: RECOVERY, isRecovery: true }).catch(this.#options.onRecoveryFailed),
      { concurrency: CONCURRENCY },
    );
  }

  #audit(entry: Entry, { results, requestIds }: Outcome, { who, isRecovery = false, orderer }: Occasion): void {
    const outcomes: Record<string, number> = {};
    for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const { verb, accountId, key, hasRequestKey } = entry;
    const requestKeyHash = hasRequestKey ? key.slice("intent/".length) : null;
    this.#options.audit({
      verb,
      accountId,
      sims: results.length,
      requestKeyHash,
      requestIds,
      outcomes,
      who,
      isRecovery,
      requestId: orderer?.requestId,
      results,
    });
  }
}

const lockNames = (accountId: string, sims: Plan["sims"]): string[] => sims.map(({ id }) => `${accountId} ${id}`);

const isAbandoned = ({ state }: Chunk): boolean => state === "abandoned";

/** When one fails of which we know nothing better, the SIMs stay locked until the others are done, too. */
function each(chunks: readonly Chunk[], work: (chunk: Chunk) => Chunk | Promise<Chunk>): Promise<Chunk[]> {
  return pMap(chunks, work, { concurrency: CONCURRENCY, stopOnError: false });
}
