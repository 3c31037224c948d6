import { Fenced } from "../../idempotency/keyed-mutex.ts";
import { type Ledger, type Work } from "../ledger/ledger.ts";
import { type Reserved } from "../ledger/ledger-reads.ts";
import { type PlacedSim } from "../command.ts";
import { isAmbiguous } from "../ledger/records.ts";
import { type Sender } from "../sender.ts";

type Sims = readonly Pick<PlacedSim, "id">[];

/** Other intents that have reserved SIMs. */
export class ConflictingCommands {
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #resume: (key: string) => Promise<void>;
  readonly #stopping: AbortSignal;

  /** @param resume goes on with an intent that its replica has left; rejects with `StoreUnavailable` */
  constructor(ledger: Ledger, sender: Sender, resume: (key: string) => Promise<void>, stopping: AbortSignal) {
    this.#ledger = ledger;
    this.#sender = sender;
    this.#resume = resume;
    this.#stopping = stopping;
  }

  /** Ids of the SIMs that are in doubt as far as the ledger shows. */
  async ambiguousSims(accountId: string, sims: Sims): Promise<ReadonlySet<string>> {
    const reserved = await this.#ledger.reservedFor(accountId, idsOf(sims));
    return new Set([...reserved].filter(([, { chunk }]) => isAmbiguous(chunk.state)).map(([id]) => id));
  }

  /**
   * Waits until nobody is at work on an intent that has reserved one of the SIMs. Must not be called under a claim:
   * two that wait for each other would wait for ever. Once the server stops nothing is sent any more, so nothing is
   * waited for.
   *
   * @throws StoreUnavailable
   * @returns whether there was something to wait for: what was read of the SIMs before may be out of date then
   */
  async waitUntilFree(accountId: string, sims: Sims): Promise<boolean> {
    for (let hasWaited = false; ; hasWaited = true) {
      const keys = await this.#keysOf(accountId, sims, ({ chunk }) => chunk.state !== "unknown");
      if (keys.length === 0 || this.#stopping.aborted) return hasWaited;
      const busy = await this.#ledger.claims.busy(keys);
      const left = keys.filter((key) => !busy.has(key));
      for (const key of left) await this.#resume(key);
      if (left.length === 0) await this.#ledger.claims.wait(keys);
    }
  }

  /**
   * Ids of the SIMs that stay reserved even after another look at KORE's list for writes in doubt. Waits for nobody: a
   * SIM that somebody else is at work on counts as reserved.
   *
   * @param own the intent that this is for
   */
  async stillReserved(accountId: string, sims: Sims, own?: Work): Promise<ReadonlySet<string>> {
    const isRival = ({ entry }: Reserved) => entry.key !== own?.entry.key;
    const rivals = await this.#keysOf(accountId, sims, isRival);
    if (rivals.length === 0) return new Set();
    for (const key of rivals) {
      const work = await this.#ledger.tryClaim(key);
      if (work) await this.#reconcile(work, sims);
    }
    const reserved = await this.#ledger.reservedFor(accountId, idsOf(sims));
    return new Set([...reserved].filter(([, each]) => isRival(each)).map(([id]) => id));
  }

  /** Only for the chunks that stand in the way: each look costs KORE a request. */
  async #reconcile(work: Work, sims: Sims): Promise<void> {
    const wanted = new Set(idsOf(sims));
    try {
      for (const chunk of await this.#ledger.chunks(work.entry)) {
        const isInTheWay = isAmbiguous(chunk.state) && chunk.sims.some(({ id }) => wanted.has(id));
        if (isInTheWay) await this.#sender.reconcile(work, chunk);
      }
    } catch (error) {
      if (!(error instanceof Fenced)) throw error; // Else another replica is at work on it.
    } finally {
      await this.#ledger.releaseAsStored(work);
    }
  }

  async #keysOf(accountId: string, sims: Sims, isMeant: (reserved: Reserved) => boolean): Promise<string[]> {
    const reserved = await this.#ledger.reservedFor(accountId, idsOf(sims));
    return [...new Set([...reserved.values()].filter(isMeant).map(({ entry }) => entry.key))];
  }
}

const idsOf = (sims: Sims): string[] => sims.map(({ id }) => id);
