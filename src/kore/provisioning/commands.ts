import { randomUUID } from "node:crypto";
import pMap from "p-map";
import { StoreUnavailable, ifUnavailable, noneIfUnavailable } from "../../common/store-errors.ts";
import { Fenced } from "../idempotency/keyed-mutex.ts";
import { type ConnectivityApi } from "../api/connectivity.ts";
import { type DurableStore } from "../../common/durable-store.ts";
import { SingleFlight, RECOVERY, RequestKeyReused, hashOf } from "../idempotency/single-flight.ts";
import { type ReconciliationOptions } from "../idempotency/ambiguous-outcome.ts";
import { type AuditRecord, auditRecordOf } from "./audit-record.ts";
import { Execution, type ExecutionContext, type CommandRequester, isDone } from "./execution.ts";
import { Ledger, type Work } from "./ledger/ledger.ts";
import { ObservedRequests } from "./reconciliation/observed-requests.ts";
import { type ProvisioningCommand, type PlacedSim, type Plan, type SimResult } from "./command.ts";
import { HELD, asDeleted, asNotStarted, chunksOf } from "./chunks.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { type Chunk, type Entry, isAbandoned, isOpen } from "./ledger/records.ts";
import { CommandResolution, type ResolutionRecord } from "./resolution.ts";
import { newestIn, pruneLedger } from "./ledger/retention.ts";
import { Review } from "./review/review.ts";
import { ConflictingCommands } from "./review/conflicting-commands.ts";
import { Sender } from "./sender.ts";
import { UnfinishedCommands } from "./review/unfinished-commands.ts";
import { upgradeLedger } from "./ledger/upgrade.ts";

export interface ProvisioningCommandsOptions {
  kore: ConnectivityApi;
  store: DurableStore;
  /** SIMs of one provisioning request. How many KORE takes is not stated. */
  chunkSize: number;
  reconciliation: ReconciliationOptions;
  /** Metadata observed by the credential that serves an account. @default empty */
  observed?: (accountId: string) => ObservedRequests;
  /** Called for every command that wrote or tried to. */
  audit: (record: AuditRecord) => void;
  /** Called for every ambiguous command that was resolved by hand. */
  auditResolution: (record: ResolutionRecord) => void;
  /** Called when a command could not be resumed after a restart. */
  onRecoveryFailed: (error: unknown) => void;
}

/** Intents taken up again at once. */
const CONCURRENCY = 2;

/** Reservations that outlive their intents would be a defect, and one that must not go round for ever. */
const MAX_CONFLICTS = 100;

/** Orders to KORE of which each intent is written at most once, whatever fails. */
export class ProvisioningCommands {
  /** Settles by hand what stays in doubt. */
  readonly resolution: CommandResolution;
  readonly #options: ProvisioningCommandsOptions;
  readonly #ledger: Ledger;
  readonly #conflicting: ConflictingCommands;
  readonly #review: Review;
  readonly #execution: Execution;
  readonly #unfinished: UnfinishedCommands;
  readonly #singleFlight = new SingleFlight<Outcome>();
  readonly #stopping: AbortSignal;
  #upgrade: Promise<void> | undefined;
  #recovery: Promise<unknown> = Promise.resolve();

  constructor(options: ProvisioningCommandsOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.store);
    const nothing = new ObservedRequests();
    const { kore, reconciliation, observed = () => nothing, auditResolution } = options;
    const sender = new Sender(this.#ledger, kore, reconciliation, observed);
    this.#unfinished = new UnfinishedCommands(this.#ledger, kore, reconciliation.now);
    this.#stopping = reconciliation.stopping ?? new AbortController().signal;
    this.#conflicting = new ConflictingCommands(this.#ledger, sender, (key) => this.#resume(key), this.#stopping);
    this.#review = new Review(this.#conflicting, this.#unfinished);
    this.#execution = new Execution(this.#ledger, sender, this.#review, reconciliation.now);
    this.resolution = new CommandResolution({
      ledger: this.#ledger,
      kore,
      observed,
      now: reconciliation.now,
      isClockOff: () => reconciliation.isClockOff?.() ?? false,
      audit: auditResolution,
    });
  }

  /** Finds out at the start what became of writes that were cut off, and goes on with their intents. */
  recover(): Promise<void> {
    return (this.#recovery = this.#recover());
  }

  /** The same for intents that another replica, or an operation of this one, has left since. @returns how many there were */
  takeOver(): Promise<number> {
    return (this.#recovery = this.#takeOver());
  }

  async #takeOver(): Promise<number> {
    const orphans = await this.#ledger.claims.orphans().catch(noneIfUnavailable);
    await pMap(orphans, (key) => this.#resumeIfAvailable(key), { concurrency: CONCURRENCY });
    return orphans.length;
  }

  /** Forgets intents that were made before an instant. */
  prune(before: number): Promise<void> {
    return pruneLedger(this.#options.store, this.#ledger, before);
  }

  /** The newest time that the ledger holds, as of the clock when it was kept. Milliseconds since the epoch. */
  newest(): Promise<number | undefined> {
    return newestIn(this.#options.store);
  }

  /** Whether KORE gave the id of a request a short time ago, so that its 404 means "not yet shown". */
  isJustAcknowledged(accountId: string, requestId: string): Promise<boolean> {
    return this.#unfinished.isJustAcknowledged(accountId, requestId);
  }

  /** Records the end of a request that a detail reply shows, so that it is not read again. Never rejects. */
  async recordProgress(accountId: string, requestId: string, reply: unknown): Promise<void> {
    await this.#unfinished.recordProgress(accountId, requestId, reply).catch(() => undefined);
  }

  /**
   * Dry run of a command: the SIMs that would be written, and the results of the others. Nothing is written
   * to KORE, and earlier writes in doubt are not looked up.
   */
  async dryRun(
    intent: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: () => Promise<Plan>,
  ): Promise<{ sims: PlacedSim[]; settled: SimResult[] }> {
    const { sims, held, settled } = await this.#review.dryRun(intent, await plan(), plan);
    const chunk: Chunk = { entry: "", index: 0, sims: held, ...HELD };
    return { sims, settled: outcomeOf({ settled }, [chunk]).results };
  }

  /** Waits for all that is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#recovery, ...this.#singleFlight.running()]);
  }

  /**
   * Executes a command, or returns the outcome of a known one. `plan` looks at the SIMs; it is not called when nothing
   * is to be sent.
   *
   * @throws RequestKeyReused
   * @throws StoreUnavailable when the ledger cannot be written; nothing was sent then
   * @throws KoreError when nothing could be written and the caller cannot mend it
   */
  submit(intent: ProvisioningCommand, plan: () => Promise<Plan>, orderer?: CommandRequester): Promise<Outcome> {
    const fingerprint = hashOf(intent.input);
    return this.#singleFlight.run(Ledger.keyOf(intent), fingerprint, async () => {
      await this.#upgraded();
      return this.#submit(intent, fingerprint, plan, orderer);
    });
  }

  async #submit(
    intent: ProvisioningCommand,
    fingerprint: string,
    plan: () => Promise<Plan>,
    requester: CommandRequester | undefined,
  ): Promise<Outcome> {
    const key = Ledger.keyOf(intent);
    const { accountId, who } = intent;
    let planned: Plan | undefined;
    /** The entry that this call has opened, and the id of that or of the one it has joined. */
    let begun: { entry: Entry; chunks: readonly Chunk[] } | undefined;
    let joined: string | undefined;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS;) {
      const known = await this.#ledger.find(key);
      if (begun && known?.id !== begun.entry.id) return outcomeOf(begun.entry, begun.chunks.map(asDeleted));
      if (known && known.fingerprint !== fingerprint) throw new RequestKeyReused();
      if (known && (known.hasRequestKey || known.id === joined || (await this.#isUnfinished(known)))) {
        joined = known.id;
        const outcome = await this.#repeat(known, { who, replan: plan, requester });
        if (outcome) return outcome;
        continue;
      }
      if (known) {
        // Finished, and said again without a key: a new intent.
        const isForgotten = await this.#ledger.delete(known, ({ id }) => id === known.id);
        if (!isForgotten) await this.#ledger.claims.wait([key]);
        continue;
      }
      planned ??= await plan();
      if (await this.#conflicting.waitUntilFree(accountId, planned.sims)) {
        planned = await plan(); // The order that was waited for may have changed the SIMs.
        continue;
      }
      const { sims, held, settled, options } = await this.#review.of(intent, planned, plan);
      const entry: Entry = {
        key,
        id: randomUUID(),
        accountId,
        verb: intent.verb,
        fingerprint,
        hasRequestKey: intent.requestKey !== null,
        createdAt: this.#options.reconciliation.now(),
        settled,
        chunks: 0,
        options,
      };
      const chunks = chunksOf(entry, sims, held, this.#options.chunkSize);
      if (sims.length === 0 && !entry.hasRequestKey) return outcomeOf(entry, chunks);
      const work = await this.#ledger.open({ ...entry, chunks: chunks.length }, chunks);
      if (!work) {
        // The intents in the way are left to the others, or to the next start.
        if (this.#stopping.aborted) return outcomeOf(entry, chunks.map(asNotStarted));
        conflicts += 1;
        continue;
      }
      begun = { entry: work.entry, chunks };
      joined = entry.id;
      const outcome = await this.#execute(work, { who, requester });
      if (outcome) return outcome;
    }
    throw new Error("SIMs stay reserved though no order for them is open");
  }

  /** Goes on with a known intent; undefined when it is to be looked at again. */
  async #repeat(known: Entry, occasion: ExecutionContext): Promise<Outcome | undefined> {
    const chunks = await this.#ledger.chunks(known);
    if (isDone(chunks, occasion)) return outcomeOf(known, chunks);
    const abandoned = chunks.filter(isAbandoned).flatMap(({ sims }) => sims);
    await this.#conflicting.waitUntilFree(known.accountId, abandoned);
    const work = await this.#ledger.tryClaim(known.key);
    if (!work && this.#stopping.aborted) return outcomeOf(known, chunks);
    if (!work) await this.#ledger.claims.wait([known.key]);
    else if (await this.#isOver(work, occasion)) await this.#ledger.releaseAsStored(work);
    else return this.#execute(work, occasion);
    return undefined;
  }

  /** @returns undefined when others have to be waited for, or have taken over */
  async #execute(work: Work, occasion: ExecutionContext): Promise<Outcome | undefined> {
    const { who, isRecovery = false, requester } = occasion;
    try {
      const { work: done, chunks, stops, blockedBy, outcome } = await this.#execution.execute(work, occasion);
      if (blockedBy.length > 0) {
        await this.#conflicting.waitUntilFree(work.entry.accountId, blockedBy);
        return undefined;
      }
      const { entry } = done;
      this.#options.audit(auditRecordOf(entry, outcome, { who, isRecovery, requestId: requester?.requestId }));
      const [stop] = stops;
      if (stop && stops.length === chunks.length && entry.settled.length === 0) throw stop;
      return outcome;
    } catch (error) {
      if (error instanceof Fenced) return undefined;
      throw error;
    }
  }

  /** Whether KORE is still at work on an intent, or it is not known to have got it. */
  async #isUnfinished(entry: Entry): Promise<boolean> {
    const chunks = await this.#ledger.chunks(entry);
    return chunks.some(isOpen) || this.#unfinished.isInProgress(entry, chunks);
  }

  async #recover(): Promise<void> {
    await this.#upgraded();
    await pMap(await this.#ledger.unfinished(), ({ key }) => this.#resumeIfAvailable(key), {
      concurrency: CONCURRENCY,
    });
  }

  #resumeIfAvailable(key: string): Promise<void> {
    return this.#resume(key).catch(ifUnavailable);
  }

  /** Goes on with an intent that nobody is at work on. @throws StoreUnavailable */
  async #resume(key: string): Promise<void> {
    try {
      const work = await this.#ledger.tryClaim(key);
      if (!work) return;
      const occasion = { who: RECOVERY, isRecovery: true };
      if (await this.#isOver(work, occasion)) await this.#ledger.releaseAsStored(work);
      else await this.#execute(work, occasion);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      this.#options.onRecoveryFailed(error);
    }
  }

  async #isOver(work: Work, occasion: ExecutionContext): Promise<boolean> {
    try {
      return isDone(await this.#ledger.chunks(work.entry), occasion);
    } catch (error) {
      await this.#ledger.releaseAsStored(work);
      throw error;
    }
  }

  async #upgraded(): Promise<void> {
    this.#upgrade ??= upgradeLedger(this.#options.store, this.#options.reconciliation.now());
    try {
      await this.#upgrade;
    } catch (error) {
      this.#upgrade = undefined;
      throw error;
    }
  }
}
