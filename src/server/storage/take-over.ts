import { type Logger } from "../logging/log.ts";

/** A ledger of writes. */
interface Ledger {
  /** Finds out at the start what became of writes that were cut off, and goes on with their intents. */
  recover(): Promise<void>;
  /** The same for what another replica, or an operation of this one, has left since. */
  takeOver(): Promise<number>;
}

const EVERY_MS = 1000;

/**
 * Goes on with what was left unfinished, at the start and from then on each second; the function ends it. Writes that
 * concern the same things wait for it, all else goes on.
 */
export function takeOverEverySecond(
  ledgers: readonly Ledger[],
  log: Logger,
  onTakeOver: (count: number) => void = () => undefined,
): () => Promise<void> {
  const failed = (err: unknown) => log.error({ err }, "the ledger of writes could not be read");
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
