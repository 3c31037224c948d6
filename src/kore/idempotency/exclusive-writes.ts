import { type Claim } from "../../common/store/durable-store.ts";
import { StoreUnavailable, noneIfUnavailable } from "../../common/store/store-errors.ts";
import { type KeyedMutex, Fenced } from "./keyed-mutex.ts";

/** Runs one write at a time per key, across all replicas. */
export class ExclusiveWrites {
  readonly #claims: KeyedMutex;
  readonly #onNotReleased: (error: unknown) => void;
  readonly #running = new Set<Promise<unknown>>();

  constructor(claims: KeyedMutex, onNotReleased: (error: unknown) => void) {
    this.#claims = claims;
    this.#onNotReleased = onNotReleased;
  }

  /** Work whose claim another replica has taken over is run again, and finds the outcome in the ledger. @throws StoreUnavailable */
  async run<Result>(key: string, work: (claim: Claim) => Promise<Result>): Promise<Result> {
    const done = this.#run(key, work);
    this.#running.add(done);
    try {
      return await done;
    } finally {
      this.#running.delete(done);
    }
  }

  running(): Promise<unknown>[] {
    return [...this.#running];
  }

  /** Releases claims that a crash has left. @returns their number */
  async releaseOrphans(): Promise<number> {
    const orphans = await this.#claims.orphans().catch(noneIfUnavailable);
    for (const key of orphans) {
      const claim = await this.#claims.tryAcquire(key);
      if (claim) await this.#claims.release(claim);
    }
    return orphans.length;
  }

  async #run<Result>(key: string, work: (claim: Claim) => Promise<Result>): Promise<Result> {
    for (;;) {
      const claim = await this.#claims.tryAcquire(key);
      if (!claim) {
        await this.#claims.wait([key]);
        continue;
      }
      try {
        return await work(claim);
      } catch (error) {
        if (!(error instanceof Fenced)) throw error;
      } finally {
        // A failed release must not discard the result, which may hold a secret that KORE shows once.
        await this.#claims.release(claim).catch((error: unknown) => {
          if (!isTakenOver(error)) this.#onNotReleased(error);
        });
      }
    }
  }
}

/** Whether another holder takes over a claim that could not be released. */
const isTakenOver = (error: unknown): boolean => error instanceof Fenced || error instanceof StoreUnavailable;

export function unlessTakenOver(error: unknown): void {
  if (!isTakenOver(error)) throw error;
}
