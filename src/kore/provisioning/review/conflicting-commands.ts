import { Fenced } from "../../idempotency/keyed-mutex.ts";
import { type Ledger, type Work } from "../ledger/ledger.ts";
import { type Reserved } from "../ledger/ledger-reads.ts";
import { type PlacedSim, type ProvisioningCommand, changedBy } from "../command.ts";
import { isAmbiguous } from "../ledger/records.ts";
import { type Sender } from "../sender.ts";

type Sims = readonly Pick<PlacedSim, "id" | "holds">[];
type Command = Pick<ProvisioningCommand, "accountId" | "verb">;

/** Other commands that have reserved SIMs. */
export class ConflictingCommands {
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #resume: (key: string) => Promise<void>;
  readonly #stopping: AbortSignal;

  /** @param resume continues a command with an orphaned claim; rejects with `StoreUnavailable` */
  constructor(ledger: Ledger, sender: Sender, resume: (key: string) => Promise<void>, stopping: AbortSignal) {
    this.#ledger = ledger;
    this.#sender = sender;
    this.#resume = resume;
    this.#stopping = stopping;
  }

  /** Of what the command changes, that with an ambiguous outcome, by the ledger. */
  async ambiguousSims(command: Command, sims: Sims): Promise<ReadonlySet<string>> {
    const reserved = await this.#ledger.reservedFor(command, namesOf(sims));
    return namesWhere(reserved, ({ chunk }) => isAmbiguous(chunk.state));
  }

  /**
   * Waits until no command in progress has reserved one of the SIMs. Must not be called under a claim, where two commands
   * could wait for each other. Returns at once when the server stops.
   *
   * @throws StoreUnavailable
   * @returns whether it had to wait, so that earlier reads of the SIMs may be outdated
   */
  async waitUntilFree(command: Command, sims: Sims): Promise<boolean> {
    for (let hasWaited = false; ; hasWaited = true) {
      const keys = await this.#keysOf(command, sims, ({ chunk }) => chunk.state !== "unknown");
      if (keys.length === 0 || this.#stopping.aborted) return hasWaited;
      const busy = await this.#ledger.claims.busy(keys);
      const left = keys.filter((key) => !busy.has(key));
      for (const key of left) await this.#resume(key);
      if (left.length === 0) await this.#ledger.claims.wait(keys);
    }
  }

  /**
   * Of what the command changes, that which stays reserved after reconciling ambiguous outcomes. Does not wait: SIMs of
   * commands in progress count as reserved.
   *
   * @param own the command under review, whose reservations do not count
   */
  async stillReserved(command: Command, sims: Sims, own?: Work): Promise<ReadonlySet<string>> {
    const isOther = ({ entry }: Reserved) => entry.key !== own?.entry.key;
    const keys = await this.#keysOf(command, sims, isOther);
    if (keys.length === 0) return new Set();
    for (const key of keys) {
      const work = await this.#ledger.tryClaim(key);
      if (work) await this.#reconcile(work, sims);
    }
    return namesWhere(await this.#ledger.reservedFor(command, namesOf(sims)), isOther);
  }

  /** Only for chunks with one of the SIMs, because each search costs requests to KORE. */
  async #reconcile(work: Work, sims: Sims): Promise<void> {
    const wanted = new Set(namesOf(sims));
    try {
      for (const chunk of await this.#ledger.chunks(work.entry)) {
        const isWanted = chunk.sims.flatMap(changedBy).some((name) => wanted.has(name));
        const isConflicting = isAmbiguous(chunk.state) && isWanted;
        if (isConflicting) await this.#sender.reconcile(work, chunk);
      }
    } catch (error) {
      if (!(error instanceof Fenced)) throw error; // Fenced: another replica has taken over.
    } finally {
      await this.#ledger.releaseAsStored(work);
    }
  }

  async #keysOf(command: Command, sims: Sims, isMeant: (reserved: Reserved) => boolean): Promise<string[]> {
    const reserved = await this.#ledger.reservedFor(command, namesOf(sims));
    return [
      ...new Set(
        [...reserved.values()]
          .flat()
          .filter(isMeant)
          .map(({ entry }) => entry.key),
      ),
    ];
  }
}

function namesWhere(
  reserved: ReadonlyMap<string, readonly Reserved[]>,
  isMeant: (reserved: Reserved) => boolean,
): ReadonlySet<string> {
  return new Set([...reserved].filter(([, each]) => each.some(isMeant)).map(([name]) => name));
}

const namesOf = (sims: Sims): string[] => sims.flatMap(changedBy);
