import { type DurableStore } from "../../common/durable-store.ts";
import { StoreUnavailable } from "../../common/store-errors.ts";
import { type Logger } from "../logging/log.ts";

/** Data with a retention. Times are milliseconds since the epoch. */
interface Prunable {
  prune(before: number): Promise<void>;
  /** The newest time that it holds, where it can say so. */
  newest?(): Promise<number | undefined>;
}

interface Clocks {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds since any fixed point, untouched by steps of the system clock. */
  monotonic: () => number;
}

/**
 * Forgets what is past its retention, now and once a day; the function ends it.
 *
 * Retention goes by the store's own time, which advances only while a process runs on the store, by the monotonic clock,
 * and is never ahead of the system clock. One start with a clock that is days ahead forgets nothing; time in which no
 * process runs keeps things longer.
 *
 * @param retention milliseconds
 */
export async function pruneDaily(
  retention: number,
  memories: readonly Prunable[],
  store: Pick<DurableStore, "get" | "commit">,
  log: Logger,
  { now, monotonic }: Clocks = { now: Date.now, monotonic: () => performance.now() },
): Promise<() => Promise<void>> {
  const kept = await store.get(STORE_TIME);
  let time = typeof kept === "number" ? kept : await newestOf(memories);
  let countedAt = monotonic();
  const advance = async () => {
    time = Math.min(now(), (time ?? now()) + monotonic() - countedAt);
    countedAt = monotonic();
    await store.commit({ set: [[STORE_TIME, time]] });
    return time;
  };
  const forget = async () => {
    const before = (await advance()) - retention;
    for (const memory of memories) await memory.prune(before);
  };
  const failed = (err: unknown) => log.error({ err }, "what is past its retention could not be forgotten");
  await forget().catch((error: unknown) => {
    // A start does not depend on it, and the database may be away for a moment.
    if (!(error instanceof StoreUnavailable)) throw error;
    failed(error);
  });
  let hours = 0;
  const hourly = setInterval(() => {
    hours += 1;
    (hours % 24 === 0 ? forget() : advance()).catch(failed);
  }, HOUR_MS);
  return async () => {
    clearInterval(hourly);
    await advance().catch(failed);
  };
}

/** Written every hour, so that a process that ends without notice loses no more than that. */
const HOUR_MS = 3600 * 1000;

const STORE_TIME = "store-time";

/** Stores of earlier versions do not keep their time: then it is no later than the newest thing that they hold. */
async function newestOf(memories: readonly Prunable[]): Promise<number | undefined> {
  let newest: number | undefined;
  for (const memory of memories) {
    const time = await memory.newest?.();
    if (time !== undefined) newest = Math.max(newest ?? time, time);
  }
  return newest;
}
