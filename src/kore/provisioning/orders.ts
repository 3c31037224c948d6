import { randomUUID } from "node:crypto";
import pMap from "p-map";
import { type ConnectivityApi } from "../connectivity.ts";
import { type KoreError } from "../error.ts";
import { isRecord, text } from "../reading.ts";
import { type Chunk, type Entry, Ledger, isOpen } from "./ledger.ts";
import { type Intent, type Plan, type SimResult, fingerprintOf } from "./order.ts";
import { detailOf } from "./reconcile.ts";
import { Sender, type SenderOptions } from "./sender.ts";
import { SimLocks } from "./sim-locks.ts";
import { type DurableStore } from "./store.ts";

export interface OrdersOptions {
  kore: ConnectivityApi;
  store: DurableStore;
  /** SIMs of one provisioning request. How many KORE takes is not stated. */
  chunkSize: number;
  sending: SenderOptions;
  /** Told of every intent that wrote or tried to. */
  audit: (record: AuditRecord) => void;
  /** Told of an intent that could not be taken up again after a restart. */
  onRecoveryFailed: (error: unknown) => void;
}

/** What became of an intent. */
export interface Outcome {
  /** In the order in which the caller named the SIMs. */
  results: SimResult[];
  /** KORE's provisioning requests. */
  requestIds: string[];
}

/** One line of the audit trail. Request keys stand in it as hashes. */
export interface AuditRecord {
  verb: string;
  accountId: string;
  sims: number;
  requestKeyHash: string | null;
  requestIds: string[];
  outcomes: Record<string, number>;
  /** Whether it went on after a restart instead of for a caller. */
  isRecovery: boolean;
  results: readonly SimResult[];
}

/** The same request key came with another input. */
export class RequestKeyReused extends Error {
  override readonly name = "RequestKeyReused";
}

/** Writes of one intent at once. */
const CONCURRENCY = 2;

/** After a crash, what was not sent is sent if the intent is no older than this; later it would surprise. */
const RESUME_WITHIN = 60 * 60_000;

const EARLIER_UNKNOWN = "it is still not known whether an earlier order for the SIM arrived at KORE";

/** Orders to KORE of which each intent is written at most once, whatever fails. */
export class ProvisioningOrders {
  readonly #options: OrdersOptions;
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #locks = new SimLocks();
  readonly #running = new Map<string, { fingerprint: string; outcome: Promise<Outcome> }>();
  #recovery: Promise<void> = Promise.resolve();

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.store);
    this.#sender = new Sender(this.#ledger, options.kore, options.sending);
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
    await Promise.allSettled([this.#recovery, ...[...this.#running.values()].map(({ outcome }) => outcome)]);
  }

  /**
   * Carries an intent out, or tells again what became of it. `plan` looks at the SIMs; it is not called when the
   * answer is known.
   *
   * @throws RequestKeyReused
   * @throws KoreError when nothing could be written and the caller cannot mend it
   */
  submit(intent: Intent, plan: () => Promise<Plan>): Promise<Outcome> {
    const fingerprint = fingerprintOf(intent.input);
    return this.#once(Ledger.keyOf(intent), fingerprint, async () => {
      await this.#recovery;
      return this.#submit(intent, fingerprint, plan);
    });
  }

  /** Two at once with the same key are one. */
  #once(key: string, fingerprint: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const running = this.#running.get(key);
    if (running) {
      return running.fingerprint === fingerprint ? running.outcome : Promise.reject(new RequestKeyReused());
    }
    const outcome = work().finally(() => this.#running.delete(key));
    this.#running.set(key, { fingerprint, outcome });
    return outcome;
  }

  async #submit(intent: Intent, fingerprint: string, plan: () => Promise<Plan>): Promise<Outcome> {
    const known = await this.#ledger.find(Ledger.keyOf(intent));
    if (known) {
      if (known.fingerprint !== fingerprint) throw new RequestKeyReused();
      if (known.hasRequestKey || (await this.#isUnfinished(known))) return this.#locked(known);
      await this.#ledger.forget(known); // Finished, and said again without a key: a new intent.
    }
    const { sims, settled, options } = await plan();
    const outcome = await this.#locks.hold(lockNames(intent.accountId, sims), async () => {
      const doubtful = await this.#doubtful(intent.accountId, sims);
      const writable = sims.filter(({ id }) => !doubtful.has(id));
      const entry: Entry = {
        key: Ledger.keyOf(intent),
        id: randomUUID(),
        accountId: intent.accountId,
        verb: intent.verb,
        fingerprint,
        hasRequestKey: intent.requestKey !== null,
        createdAt: this.#options.sending.now(),
        settled: [...settled, ...sims.filter(({ id }) => doubtful.has(id)).map(inDoubt)],
        chunks: Math.ceil(writable.length / this.#options.chunkSize),
        options,
      };
      if (entry.chunks === 0 && !entry.hasRequestKey) return outcomeOf(entry, []);
      if (await this.#ledger.open(entry, this.#chunksOf(entry, writable))) return this.#proceed(entry);
      return undefined; // Another process was quicker with the same intent.
    });
    return outcome ?? this.#submit(intent, fingerprint, plan);
  }

  #chunksOf({ id: entry, chunks }: Entry, sims: Plan["sims"]): Chunk[] {
    const size = this.#options.chunkSize;
    return Array.from({ length: chunks }, (_, index) => ({
      entry,
      index,
      sims: sims.slice(index * size, (index + 1) * size),
      state: "planned",
    }));
  }

  async #locked(entry: Entry, isRecovery = false): Promise<Outcome> {
    const sims = (await this.#ledger.chunks(entry)).flatMap((chunk) => chunk.sims);
    return this.#locks.hold(lockNames(entry.accountId, sims), () => this.#proceed(entry, isRecovery));
  }

  /** Sends what is not sent, finds out what is not known, and tells what became of all of it. */
  async #proceed(entry: Entry, isRecovery = false): Promise<Outcome> {
    const before = await this.#ledger.chunks(entry);
    const isToDo = (chunk: Chunk) => isOpen(chunk) || (chunk.state === "abandoned" && !isRecovery);
    if (!before.some(isToDo)) {
      // Left open by a crash that came before it was closed, or by others who found out what had become of it.
      if (entry.options) await this.#ledger.close(entry, before.some(isAbandoned));
      return outcomeOf(entry, before);
    }

    const isTooOld = isRecovery && entry.createdAt < this.#options.sending.now() - RESUME_WITHIN;
    const stops: KoreError[] = [];
    const after = await pMap(
      before,
      async (chunk) => {
        if (!isToDo(chunk)) return chunk;
        const isAsked = chunk.state === "sending" || chunk.state === "unknown";
        const known = isAsked ? await this.#sender.investigate(entry, chunk) : chunk;
        if (known.state !== "planned" && (known.state !== "abandoned" || isRecovery)) return known;
        if (isTooOld)
          return this.#ledger.move(entry, known, { state: "abandoned", message: "the process was down for too long" });
        if ((await this.#doubtful(entry.accountId, known.sims)).size > 0)
          return this.#ledger.move(entry, known, { state: "abandoned", message: EARLIER_UNKNOWN });
        return this.#sender.send(entry, known, (error) => stops.push(error));
      },
      // When one fails of which we know nothing better, the SIMs stay locked until the others are done, too.
      { concurrency: CONCURRENCY, stopOnError: false },
    );
    if (!after.some(isOpen)) await this.#ledger.close(entry, after.some(isAbandoned));
    const outcome = outcomeOf(entry, after);
    this.#audit(entry, outcome, isRecovery);
    const [stop] = stops;
    if (stop && after.every(isAbandoned) && entry.settled.length === 0) throw stop;
    return outcome;
  }

  /** Whether KORE is still at work on an intent, or it is not known to have got it. */
  async #isUnfinished(entry: Entry): Promise<boolean> {
    const chunks = await this.#ledger.chunks(entry);
    if (chunks.some(isOpen)) return true;
    for (const { requestId } of chunks) {
      if (requestId === undefined) continue;
      const reply: unknown = await this.#options.kore.provisioningRequest(entry.accountId, requestId);
      const detail = isRecord(reply) ? detailOf(reply) : undefined;
      const status = text(detail?.status, "provisioning-request.status")?.toLowerCase();
      if (status !== "completed" && status !== "failed") return true;
    }
    return false;
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
      // Not through `#once`: who submits the same intent waits there for us, and we should wait for him.
      (entry) => this.#locked(entry, true).catch(this.#options.onRecoveryFailed),
      { concurrency: CONCURRENCY },
    );
  }

  #audit(entry: Entry, { results, requestIds }: Outcome, isRecovery: boolean): void {
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
      isRecovery,
      results,
    });
  }
}

const lockNames = (accountId: string, sims: Plan["sims"]): string[] => sims.map(({ id }) => `${accountId} ${id}`);

const isAbandoned = ({ state }: Chunk): boolean => state === "abandoned";

function outcomeOf({ settled }: Entry, chunks: readonly Chunk[]): Outcome {
  const written = chunks.flatMap((chunk) => chunk.sims.map((sim) => resultOf(sim, chunk)));
  const requestIds = chunks.map(({ requestId }) => requestId).filter((id) => id !== undefined);
  return { results: [...settled, ...written].sort((a, b) => a.place - b.place), requestIds };
}

function resultOf({ place, id, iccid }: Plan["sims"][number], chunk: Chunk): SimResult {
  const sim = { place, id, iccid };
  switch (chunk.state) {
    case "acknowledged":
      return { ...sim, outcome: "SUBMITTED", ...(chunk.requestId !== undefined && { requestId: chunk.requestId }) };
    case "refused":
      return { ...sim, outcome: "REJECTED", reason: "KORE_REFUSED", message: `KORE refused: ${chunk.message ?? ""}` };
    case "planned":
    case "abandoned":
      return {
        ...sim,
        outcome: "REJECTED",
        reason: "NOT_SENT",
        message: `Not written: ${chunk.message ?? "it was not sent"}. Asking again tries again.`,
      };
    case "sending":
    case "unknown":
      return {
        ...sim,
        outcome: "OUTCOME_UNKNOWN",
        reason: "REPLY_LOST",
        message: `KORE's reply was lost. ${chunk.message ?? "KORE could not be asked"}. Look at the SIM's provisioning requests since ${new Date(chunk.sentAt ?? 0).toISOString()}; asking again has it looked up again.`,
      };
  }
}

function inDoubt({ place, id, iccid }: Plan["sims"][number]): SimResult {
  return {
    place,
    id,
    iccid,
    outcome: "REJECTED",
    reason: "EARLIER_OUTCOME_UNKNOWN",
    message: `Nothing was written: ${EARLIER_UNKNOWN}.`,
  };
}
