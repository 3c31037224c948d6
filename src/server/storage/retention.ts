import { type DurableStore } from "../../common/store/durable-store.ts";
import { StoreUnavailable } from "../../common/store/store-errors.ts";
import { type Logger } from "../logging/log.ts";

/** Data with a retention period. Times are milliseconds since the epoch. */
interface Prunable {
  prune(before: number): Promise<void>;
  /** The newest time in the data, where it is known. */
  newest?(): Promise<number | undefined>;
}

interface Clocks {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds since any fixed point, untouched by steps of the system clock. */
  monotonic: () => number;
}

interface RetentionOptions {
  /** Milliseconds. */
  retention: number;
  prunables: readonly Prunable[];
  store: Pick<DurableStore, "get" | "commit">;
  log: Logger;
  /** @default the system's */
  clocks?: Clocks;
}

const SYSTEM_CLOCKS: Clocks = { now: Date.now, monotonic: () => performance.now() };

/**
 * Deletes data past its retention, now and once a day. The returned function ends it.
 *
 * Retention is measured by the store's own time, which advances by the monotonic clock while a process runs on the store,
 * and is never ahead of the system clock. A start with a clock that is days ahead deletes nothing; data are kept longer by
 * the time in which no process runs.
 */
export async function pruneDaily(options: RetentionOptions): Promise<() => Promise<void>> {
  const { retention, prunables, store, log, clocks } = options;
  const { now, monotonic } = clocks ?? SYSTEM_CLOCKS;
  const kept = await store.get(STORE_TIME);
  let time = typeof kept === "number" ? kept : await newestOf(prunables);
  let countedAt = monotonic();
  const advance = async () => {
    time = Math.min(now(), (time ?? now()) + monotonic() - countedAt);
    countedAt = monotonic();
    await store.commit({ set: [[STORE_TIME, time]] });
    return time;
  };
  const prune = async () => {
    const before = (await advance()) - retention;
    for (const prunable of prunables) await prunable.prune(before);
  };
  const failed = (err: unknown) => log.error({ err }, "data past their retention could not be deleted");
  await prune().catch((error: unknown) => {
    // The start does not depend on it, and the database may be unreachable for a moment.
    if (!(error instanceof StoreUnavailable)) throw error;
    failed(error);
  });
  let hours = 0;
  const hourly = setInterval(() => {
    hours += 1;
    (hours % 24 === 0 ? prune() : advance()).catch(failed);
  }, HOUR_MS);
  return async () => {
    clearInterval(hourly);
    await advance().catch(failed);
  };
}

/** The store's time is written this often: a crash loses no more of it. */
const HOUR_MS = 3600 * 1000;

const STORE_TIME = "store-time";

/** Stores of earlier versions have no time of their own: the newest time in their data stands in. */
async function newestOf(prunables: readonly Prunable[]): Promise<number | undefined> {
  let newest: number | undefined;
  for (const prunable of prunables) {
    const time = await prunable.newest?.();
    if (time !== undefined) newest = Math.max(newest ?? time, time);
  }
  return newest;
}
