import { Locks } from "../locks.ts";
import { type Ledger } from "./ledger.ts";
import { type PlacedSim } from "./order.ts";
import { type Sender } from "./sender.ts";

/** Writes to SIMs of which it is not known whether they arrived at KORE. */
export class Doubts {
  readonly #ledger: Ledger;
  readonly #sender: Sender;
  readonly #locks = new Locks();

  constructor(ledger: Ledger, sender: Sender) {
    this.#ledger = ledger;
    this.#sender = sender;
  }

  /** Ids of the SIMs that are in doubt as far as the ledger shows. */
  async about(accountId: string, sims: readonly PlacedSim[]): Promise<ReadonlySet<string>> {
    const doubtful = new Set<string>();
    for (const { id } of sims) if (await this.#ledger.doubtAbout(accountId, id)) doubtful.add(id);
    return doubtful;
  }

  /** Ids of the SIMs that are in doubt even after another look at KORE's list. */
  async after(accountId: string, sims: readonly PlacedSim[]): Promise<ReadonlySet<string>> {
    const doubtful = new Set<string>();
    const looked = new Set<string>();
    for (const { id } of sims) {
      const doubt = await this.#ledger.doubtAbout(accountId, id);
      if (!doubt) continue;
      const name = `${doubt.chunk.entry} ${doubt.chunk.index}`;
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
}
