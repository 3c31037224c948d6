import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { type Logger } from "../logging/log.ts";

/** A ledger of writes. */
interface Ledger {
  /** Reconciles interrupted writes at the start, and continues their orders. */
  recover(): Promise<void>;
  /** The same for writes that another replica, or an operation of this one, has left unfinished since. */
  takeOver(): Promise<number>;
}

const EVERY_MS = 1000;

/**
 * Continues unfinished writes at the start and every second. Writes to the same resources wait for them, others do not. The
 * returned function stops it.
 */
export function takeOverEverySecond(
  ledgers: readonly Ledger[],
  log: Logger,
  onTakeOver: (count: number) => void = () => undefined,
): () => Promise<void> {
  const failed = (err: unknown) => {
    // The store's health is logged by itself; the next second tries again.
    if (!(err instanceof StoreUnavailable)) log.error({ err }, "the ledger of writes could not be read");
  };
  const timers = ledgers.map((ledger) => {
    let isRunning = true;
    const done = () => void (isRunning = false);
    ledger.recover().catch(failed).finally(done);
    return setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      ledger
        .takeOver()
        .then((count) => count > 0 && onTakeOver(count))
        .catch(failed)
        .finally(done);
    }, EVERY_MS).unref();
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
    return Promise.resolve();
  };
}
