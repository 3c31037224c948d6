import { randomUUID } from "node:crypto";
import { Fenced } from "../idempotency/keyed-mutex.ts";
import { type DurableStore } from "../../common/store/durable-store.ts";
import { SingleFlight, RequestKeyReused, hashOf } from "../idempotency/single-flight.ts";
import { type ReconciliationOptions } from "../idempotency/ambiguous-outcome.ts";
import { type ActivationNeeds } from "./activation-needs.ts";
import { type AuditRecord, auditRecordOf } from "./audit-record.ts";
import { Execution, type ExecutionContext, type CommandRequester, isDone } from "./execution.ts";
import { Ledger, type Work } from "./ledger/ledger.ts";
import { InterruptedCommands } from "./reconciliation/interrupted-commands.ts";
import { ObservedRequests } from "./reconciliation/observed-requests.ts";
import { type ProvisioningCommand, type PlacedSim, type Plan, type SimResult } from "./command.ts";
import { type CommandVerb, type RequestKind } from "./verbs.ts";
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
  kore: CommandRequester["kore"];
  store: DurableStore;
  /** SIMs per provisioning request. KORE states no limit. */
  chunkSize: number;
  reconciliation: ReconciliationOptions;
  /** Learns from KORE's failures. @default nothing is learned */
  activationNeeds?: ActivationNeeds;
  /** Metadata of the verb's kind of requests, observed by the credential that serves an account. @default empty */
  observed?: (accountId: string, verb: CommandVerb) => ObservedRequests;
  /** Called for every command that wrote or tried to. */
  audit: (record: AuditRecord) => void;
  /** Called for every ambiguous command that was resolved by hand. */
  auditResolution: (record: ResolutionRecord) => void;
  /** Called when a command could not be resumed after a restart. */
  onRecoveryFailed: (error: unknown) => void;
}

/** Bound of a loop that only a defect, a reservation without its command, would keep running. */
const MAX_CONFLICTS = 100;

/** Executes provisioning commands, each at most once, whatever fails. */
export class ProvisioningCommands {
  /** Resolves ambiguous commands by hand. */
  readonly resolution: CommandResolution;
  readonly #options: ProvisioningCommandsOptions;
  readonly #ledger: Ledger;
  readonly #conflicting: ConflictingCommands;
  readonly #review: Review;
  readonly #execution: Execution;
  readonly #unfinished: UnfinishedCommands;
  readonly #interrupted: InterruptedCommands;
  readonly #singleFlight = new SingleFlight<Outcome>();
  readonly #stopping: AbortSignal;
  #upgrade: Promise<void> | undefined;
  #recovery: Promise<unknown> = Promise.resolve();

  constructor(options: ProvisioningCommandsOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.store, options.activationNeeds);
    const none = new ObservedRequests();
    const { kore, reconciliation, observed = () => none, auditResolution } = options;
    const sender = new Sender(this.#ledger, kore, reconciliation, observed);
    this.#unfinished = new UnfinishedCommands(this.#ledger, kore, reconciliation.now);
    this.#stopping = reconciliation.stopping ?? new AbortController().signal;
    const execute = (work: Work, context: ExecutionContext) => this.#execute(work, context);
    this.#interrupted = new InterruptedCommands(this.#ledger, execute, options.onRecoveryFailed);
    const resume = (key: string) => this.#interrupted.resume(key);
    this.#conflicting = new ConflictingCommands(this.#ledger, sender, resume, this.#stopping);
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

  /** Reconciles interrupted writes at the start, and continues their commands. */
  recover(): Promise<void> {
    return (this.#recovery = this.#recover());
  }

  async #recover(): Promise<void> {
    await this.#upgraded();
    await this.#interrupted.recover();
  }

  /** Continues commands whose claims are orphaned, by another replica or by this one. @returns their number */
  takeOver(): Promise<number> {
    return (this.#recovery = this.#interrupted.takeOver());
  }

  /** Deletes commands created before an instant. Milliseconds since the epoch. */
  prune(before: number): Promise<void> {
    return pruneLedger(this.#options.store, this.#ledger, before);
  }

  /** Creation time of the newest command. Milliseconds since the epoch, by the clock at that time. */
  newest(): Promise<number | undefined> {
    return newestIn(this.#options.store);
  }

  /** Whether KORE acknowledged a request recently, so that its 404 means "not yet visible". */
  isJustAcknowledged(accountId: string, requestId: string, kind?: RequestKind): Promise<boolean> {
    return this.#unfinished.isJustAcknowledged(accountId, requestId, kind);
  }

  /** Records the end of a request, if a detail reply shows it, so that it is not read again. Never rejects. */
  async recordProgress(accountId: string, requestId: string, reply: unknown, kind?: RequestKind): Promise<void> {
    await this.#unfinished.recordProgress(accountId, requestId, reply, kind).catch(() => undefined);
  }

  /** Records that KORE works again on a request, such as after a retry. Never rejects. */
  async reopen(accountId: string, requestId: string, kind?: RequestKind): Promise<void> {
    await this.#ledger.reopen(accountId, requestId, kind).catch(() => undefined);
  }

  /**
   * Dry run of a command: the SIMs that would be written, and the results of the others. Sends nothing, and reconciles no
   * earlier ambiguous outcome.
   */
  async dryRun(
    command: Pick<ProvisioningCommand, "accountId" | "verb">,
    plan: () => Promise<Plan>,
  ): Promise<{ sims: PlacedSim[]; settled: SimResult[] }> {
    const { sims, held, settled } = await this.#review.dryRun(command, await plan(), plan);
    const chunk: Chunk = { entry: "", index: 0, sims: held, ...HELD };
    return { sims, settled: outcomeOf({ settled }, [chunk]).results };
  }

  /** Resolves when no command is in progress. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#recovery, ...this.#singleFlight.running()]);
  }

  /**
   * Executes a command, or returns the outcome of a recorded one.
   *
   * @param plan reads the SIMs; not called when nothing is to be sent
   * @throws RequestKeyReused
   * @throws StoreUnavailable when the ledger cannot be written; nothing was sent then
   * @throws KoreError when nothing could be written, and no other input would help
   */
  submit(command: ProvisioningCommand, plan: () => Promise<Plan>, requester?: CommandRequester): Promise<Outcome> {
    const fingerprint = hashOf(command.input);
    return this.#singleFlight.run(Ledger.keyOf(command), fingerprint, async () => {
      await this.#upgraded();
      return this.#submit(command, fingerprint, plan, requester);
    });
  }

  async #submit(
    command: ProvisioningCommand,
    fingerprint: string,
    plan: () => Promise<Plan>,
    requester: CommandRequester | undefined,
  ): Promise<Outcome> {
    const key = Ledger.keyOf(command);
    const { who } = command;
    let planned: Plan | undefined;
    /** The entry that this call has opened. */
    let opened: { entry: Entry; chunks: readonly Chunk[] } | undefined;
    /** Id of an entry that was finished before this call. Any other was opened since, here or by another replica. */
    let finished: string | undefined;
    for (let conflicts = 0, isFirst = true; conflicts < MAX_CONFLICTS; isFirst = false) {
      const known = await this.#ledger.find(key);
      if (opened && known?.id !== opened.entry.id) return outcomeOf(opened.entry, opened.chunks.map(asDeleted));
      if (known && known.fingerprint !== fingerprint) throw new RequestKeyReused();
      const isSame = known && (known.hasRequestKey || (!isFirst && known.id !== finished));
      if (known && (isSame || (await this.#isUnfinished(known)))) {
        const outcome = await this.#repeat(known, { who, replan: plan, requester, isRepetition: true });
        if (outcome) return outcome;
        continue;
      }
      if (known) {
        // Finished, and repeated without a request key: a new command.
        finished = known.id;
        const isDeleted = await this.#ledger.delete(known, ({ id }) => id === known.id);
        if (!isDeleted) await this.#ledger.claims.wait([key]);
        continue;
      }
      planned ??= await plan();
      if (await this.#conflicting.waitUntilFree(command, planned.sims)) {
        planned = undefined; // The other command may have changed the SIMs.
        continue;
      }
      const { sims, held, settled, options } = await this.#review.of(command, planned, plan);
      // Others may have reserved SIMs since, by a command that is not ambiguous but in progress.
      if (await this.#conflicting.waitUntilFree(command, held)) {
        planned = undefined;
        continue;
      }
      const entry = this.#newEntry(command, { key, fingerprint, settled, options });
      const chunks = chunksOf(entry, sims, held, this.#options.chunkSize);
      const isUnrecorded = sims.length === 0 && !entry.hasRequestKey;
      const work = isUnrecorded ? undefined : await this.#ledger.open({ ...entry, chunks: chunks.length }, chunks);
      if (!work) {
        // When the server stops, conflicting commands are continued by other replicas or the next start. Another replica
        // may also have opened this command: then its outcome is the one to return.
        const isOver = isUnrecorded || this.#stopping.aborted;
        if (isOver && !(await this.#ledger.find(key))) return outcomeOf(entry, chunks.map(asNotStarted));
        conflicts += 1;
        continue;
      }
      opened = { entry: work.entry, chunks };
      const outcome = await this.#execute(work, { who, requester, replan: plan });
      if (outcome) return outcome;
    }
    throw new Error("SIMs stay reserved though no command for them is open");
  }

  #newEntry(
    { accountId, verb, requestKey }: ProvisioningCommand,
    planned: Pick<Entry, "key" | "fingerprint" | "settled" | "options">,
  ): Entry {
    const createdAt = this.#options.reconciliation.now();
    return { ...planned, id: randomUUID(), accountId, verb, hasRequestKey: requestKey !== null, createdAt, chunks: 0 };
  }

  /** Continues a recorded command. @returns undefined when its entry has to be read again */
  async #repeat(known: Entry, context: ExecutionContext): Promise<Outcome | undefined> {
    const chunks = await this.#ledger.chunks(known);
    if (isDone(chunks, context)) return outcomeOf(known, chunks);
    const abandoned = chunks.filter(isAbandoned).flatMap(({ sims }) => sims);
    await this.#conflicting.waitUntilFree(known, abandoned);
    const work = await this.#ledger.tryClaim(known.key);
    if (!work && this.#stopping.aborted) return outcomeOf(known, chunks);
    if (!work) await this.#ledger.claims.wait([known.key]);
    else if (!(await this.#interrupted.endIfDone(work, context))) return this.#execute(work, context);
    return undefined;
  }

  /** @returns undefined after waiting for a conflicting command, or when another replica has taken over */
  async #execute(work: Work, context: ExecutionContext): Promise<Outcome | undefined> {
    const { who, isRecovery = false, requester } = context;
    try {
      const { work: done, chunks, stops, blockedBy, outcome } = await this.#execution.execute(work, context);
      if (blockedBy.length > 0) {
        await this.#conflicting.waitUntilFree(work.entry, blockedBy);
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

  /** Whether a command has unsent or ambiguous chunks, or KORE is still processing it. */
  async #isUnfinished(entry: Entry): Promise<boolean> {
    const chunks = await this.#ledger.chunks(entry);
    return chunks.some(isOpen) || this.#unfinished.isInProgress(entry, chunks);
  }

  async #upgraded(): Promise<void> {
    this.#upgrade ??= upgradeLedger(this.#options.store, this.#options.reconciliation.now());
    await this.#upgrade.catch((error: unknown) => {
      this.#upgrade = undefined;
      throw error;
    });
  }
}
