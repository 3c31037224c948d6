import pMap from "p-map";
import { StoreUnavailable, ifUnavailable, noneIfUnavailable } from "../../../common/store/store-errors.ts";
import { RECOVERY } from "../../idempotency/single-flight.ts";
import { type ExecutionContext, isDone } from "../execution.ts";
import { type Ledger, type Work } from "../ledger/ledger.ts";

/** Commands continued at once after a restart or take-over. */
const CONCURRENCY = 2;

/** Continues interrupted commands without their callers. */
export class InterruptedCommands {
  readonly #ledger: Ledger;
  readonly #execute: (work: Work, context: ExecutionContext) => Promise<unknown>;
  readonly #onFailed: (error: unknown) => void;

  /** @param onFailed called when a command could not be continued */
  constructor(
    ledger: Ledger,
    execute: (work: Work, context: ExecutionContext) => Promise<unknown>,
    onFailed: (error: unknown) => void,
  ) {
    this.#ledger = ledger;
    this.#execute = execute;
    this.#onFailed = onFailed;
  }

  /** Continues all unfinished commands. */
  async recover(): Promise<void> {
    const unfinished = await this.#ledger.unfinished();
    await this.#resumeEach(unfinished.map(({ key }) => key));
  }

  /** Continues commands whose claims are orphaned. @returns their number */
  async takeOver(): Promise<number> {
    const orphans = await this.#ledger.claims.orphans().catch(noneIfUnavailable);
    await this.#resumeEach(orphans);
    return orphans.length;
  }

  async #resumeEach(keys: readonly string[]): Promise<void> {
    await pMap(keys, (key) => this.resume(key).catch(ifUnavailable), { concurrency: CONCURRENCY });
  }

  /** Continues a command, unless it is in progress elsewhere. @throws StoreUnavailable */
  async resume(key: string): Promise<void> {
    try {
      const work = await this.#ledger.tryClaim(key);
      if (!work) return;
      const context = { who: RECOVERY, isRecovery: true };
      if (!(await this.endIfDone(work, context))) await this.#execute(work, context);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      this.#onFailed(error);
    }
  }

  /** Releases a command of which nothing is left to execute. @returns whether it was one */
  async endIfDone(work: Work, context: ExecutionContext): Promise<boolean> {
    let isOver = true; // Also when its chunks cannot be read.
    try {
      isOver = isDone(await this.#ledger.chunks(work.entry), context);
      return isOver;
    } finally {
      if (isOver) await this.#ledger.releaseAsStored(work);
    }
  }
}
