import { type Claim } from "../../common/store/durable-store.ts";
import { type ExclusiveWrites, unlessTakenOver } from "../idempotency/exclusive-writes.ts";
import { type ClientEntry, ClientLedger } from "./client-ledger.ts";

/** Reconciles the interrupted commands of a ledger. Sends nothing. */
export class Recovery {
  readonly #ledger: ClientLedger;
  readonly #exclusive: ExclusiveWrites;
  readonly #reconcile: (entry: ClientEntry, claim: Claim) => Promise<void>;
  readonly #onFailed: (error: unknown) => void;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    ledger: ClientLedger,
    exclusive: ExclusiveWrites,
    reconcile: (entry: ClientEntry, claim: Claim) => Promise<void>,
    onFailed: (error: unknown) => void,
  ) {
    this.#ledger = ledger;
    this.#exclusive = exclusive;
    this.#reconcile = reconcile;
    this.#onFailed = onFailed;
  }

  get running(): Promise<unknown> {
    return this.#running;
  }

  /** Reconciles interrupted writes at the start. */
  recover(): Promise<void> {
    const recovery = this.#recover();
    this.#running = recovery;
    return recovery;
  }

  /** Reconciles writes whose claims are orphaned, by another replica or by this one. @returns their number */
  takeOver(): Promise<number> {
    const takeOver = this.#takeOver();
    this.#running = takeOver;
    return takeOver;
  }

  async #takeOver(): Promise<number> {
    await this.#recover().catch(unlessTakenOver);
    return this.#exclusive.releaseOrphans();
  }

  async #recover(): Promise<void> {
    // Sequentially: two lost creations of one name could otherwise adopt the same object.
    for (const entry of await this.#ledger.unfinished()) {
      await this.#reconcileExclusively(entry).catch(this.#onFailed);
    }
  }

  async #reconcileExclusively({ key, ...entry }: ClientEntry): Promise<void> {
    const claim = await this.#ledger.claims.tryAcquire(ClientLedger.mutexKeyOf(entry));
    if (!claim) return; // In progress elsewhere.
    try {
      const current = await this.#ledger.find(key);
      if (current?.state === "sending") await this.#reconcile(current, claim);
    } finally {
      await this.#ledger.claims.release(claim).catch(unlessTakenOver);
    }
  }
}
