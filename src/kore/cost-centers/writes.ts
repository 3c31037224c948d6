import { type Claim, type DurableStore } from "../../common/store/durable-store.ts";
import { LEDGER_NAMESPACES, namespacedStore } from "../../common/store/namespaced-store.ts";
import { type ConnectivityApi } from "../api/connectivity.ts";
import { type ClientCommand, type ClientEntry, ClientLedger } from "../api-clients/client-ledger.ts";
import { ExclusiveWrites } from "../idempotency/exclusive-writes.ts";
import { IdempotentRequests } from "../api-clients/idempotent-requests.ts";
import { Recovery } from "../api-clients/recovery.ts";
import { KoreError } from "../errors.ts";
import { type ReconciliationOptions } from "../idempotency/ambiguous-outcome.ts";
import { RECOVERY } from "../idempotency/single-flight.ts";
import { CostCenterCreation, describeCostCenter } from "./creation.ts";
import { type Renaming, renameCostCenter } from "./renaming.ts";
import { type CostCenterResult, nameExists, named, readCostCenters } from "./result.ts";

interface CostCenterWritesOptions {
  /** With reads that are neither deduplicated nor cached, see `Kore.writer`. */
  kore: ConnectivityApi;
  store: DurableStore;
  reconciliation: ReconciliationOptions;
  /** Called for every write that was sent or should have been sent. */
  audit: (record: CostCenterAuditRecord) => void;
  /** Called when a command could not be reconciled after a restart. */
  onRecoveryFailed: (error: unknown) => void;
  /** Called when the outcome could not be stored. */
  onNotKept: (error: unknown) => void;
}

/** One record of the audit trail. Request keys are hashed. */
interface CostCenterAuditRecord {
  /** The caller; {@link RECOVERY} after a restart. */
  who: string;
  operation: "createCostCenter" | "renameCostCenter";
  accountId: string;
  costCenterKey: string | null;
  requestKeyHash: string | null;
  outcome: CostCenterResult["outcome"] | "NOT_SENT";
  isRecovery: boolean;
  /** Of the caller's operation, as in its log lines; undefined after a restart. */
  requestId: string | undefined;
}

/** On whose behalf a write is sent. */
interface WriteContext {
  /** The caller's name in the audit trail. */
  who: string;
  /** Counts requests for the operation. */
  kore: ConnectivityApi;
  requestId: string;
}

interface CreationInput {
  accountId: string;
  name: string;
  requestKey: string | null;
}

type About = Pick<CostCenterAuditRecord, "who" | "operation" | "accountId" | "requestId"> &
  Partial<Pick<CostCenterAuditRecord, "costCenterKey" | "requestKeyHash">>;

/** Creates and renames cost centers, each write at most once. Its ledger has a namespace of its own in the store. */
export class CostCenterWrites {
  readonly #options: CostCenterWritesOptions;
  readonly #ledger: ClientLedger;
  readonly #idempotentRequests: IdempotentRequests<CostCenterResult, never>;
  readonly #exclusive: ExclusiveWrites;
  readonly #recovery: Recovery;

  constructor(options: CostCenterWritesOptions) {
    this.#options = options;
    this.#ledger = new ClientLedger(namespacedStore(options.store, LEDGER_NAMESPACES.costCenters));
    this.#idempotentRequests = new IdempotentRequests(this.#ledger, options.reconciliation.now);
    this.#exclusive = new ExclusiveWrites(this.#ledger.claims, options.onNotKept);
    const reconcile = (entry: ClientEntry, claim: Claim) => this.#reconcileAlone(entry, claim);
    this.#recovery = new Recovery(this.#ledger, this.#exclusive, reconcile, options.onRecoveryFailed);
  }

  /** Reconciles interrupted creations at the start. Sends nothing. */
  recover(): Promise<void> {
    return this.#recovery.recover();
  }

  /** Reconciles creations whose claims are orphaned, by another replica or by this one. @returns their number */
  takeOver(): Promise<number> {
    return this.#recovery.takeOver();
  }

  /** Deletes entries created before an instant. Milliseconds since the epoch. */
  prune(before: number): Promise<void> {
    return this.#ledger.prune(before);
  }

  /** Creation time of the newest entry. Milliseconds since the epoch, by the clock at that time. */
  newest(): Promise<number | undefined> {
    return this.#ledger.newest();
  }

  /** Resolves when no write is in progress. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#recovery.running, ...this.#exclusive.running()]);
  }

  /** Whether a creation would be sent, without sending it. */
  async rehearseCreation({ accountId, name }: CreationInput, kore: ConnectivityApi): Promise<CostCenterResult> {
    const other = named(await readCostCenters(kore, accountId), name);
    return other ? nameExists(other) : { outcome: "WOULD_BE_DONE" };
  }

  /**
   * @throws RequestKeyReused
   * @throws KoreError when it was not sent, and no other input would help
   */
  create({ accountId, name, requestKey }: CreationInput, context: WriteContext): Promise<CostCenterResult> {
    const { kore, who, requestId } = context;
    const operation = "createCostCenter";
    const command: ClientCommand = { operation, accountId, requestKey, input: { name } };
    const creation = (claim: Claim) => this.#creation(accountId, name, claim, kore);
    const about = (entry: ClientEntry): About => ({
      who,
      operation,
      accountId,
      requestId,
      requestKeyHash: ClientLedger.keyHashOf(entry),
    });
    return this.#idempotentRequests.run(
      command,
      { name },
      {
        send: (entry, claim) => this.#audited(about(entry), () => creation(claim).send(entry)),
        reconcile: async (entry, claim) => {
          const found = await creation(claim).reconcile(entry);
          if (found.entry.state === "adopted") this.#audit(about(entry), describeCostCenter(found.entry));
          return found;
        },
        describe: describeCostCenter,
      },
      (key, work) => this.#exclusive.run(key, work),
    );
  }

  /** Renames a cost center, which is repeated safely. @throws KoreError when it was not sent */
  rename(renaming: Renaming, { kore, who, requestId }: WriteContext): Promise<CostCenterResult> {
    const { accountId, key } = renaming;
    const { reconciliation } = this.#options;
    const about: About = { who, operation: "renameCostCenter", accountId, requestId, costCenterKey: key };
    const mutex = ClientLedger.mutexKeyOfClient(JSON.stringify([accountId, key]));
    const rename = () => renameCostCenter(renaming, kore, reconciliation);
    if (renaming.isDryRun) return rename();
    return this.#exclusive.run(mutex, () => this.#audited(about, rename));
  }

  #creation(accountId: string, name: string, claim: Claim, kore: ConnectivityApi): CostCenterCreation {
    const { reconciliation, onNotKept } = this.#options;
    return new CostCenterCreation(
      { accountId, name },
      { ledger: this.#ledger, claim, kore, reconciliation, onNotKept },
    );
  }

  async #reconcileAlone(entry: ClientEntry, claim: Claim): Promise<void> {
    const { accountId, name } = entry;
    if (accountId === null) return;
    const { entry: settled } = await this.#creation(accountId, name, claim, this.#options.kore).reconcile(entry);
    const requestKeyHash = ClientLedger.keyHashOf(entry);
    const about: About = {
      who: RECOVERY,
      operation: "createCostCenter",
      accountId,
      requestId: undefined,
      requestKeyHash,
    };
    if (settled.state === "abandoned") this.#audit(about, "NOT_SENT");
    else this.#audit(about, describeCostCenter(settled));
  }

  async #audited(about: About, work: () => Promise<CostCenterResult>): Promise<CostCenterResult> {
    try {
      const result = await work();
      this.#audit(about, result);
      return result;
    } catch (error) {
      if (error instanceof KoreError) this.#audit(about, "NOT_SENT");
      else this.#audit(about, { outcome: "OUTCOME_UNKNOWN" });
      throw error;
    }
  }

  #audit(
    { costCenterKey = null, requestKeyHash = null, ...about }: About,
    result: CostCenterResult | "NOT_SENT",
  ): void {
    const { outcome, key } = result === "NOT_SENT" ? { outcome: result, key: undefined } : result;
    const isRecovery = about.who === RECOVERY;
    this.#options.audit({ ...about, costCenterKey: key ?? costCenterKey, requestKeyHash, outcome, isRecovery });
  }
}
