import { getHeapStatistics, queryObjects } from "node:v8";

/**
 * Loaded into the process that is watched (`node --expose-gc --import`): tells what it holds when asked, and ends with
 * whoever watches.
 */
export interface Sample {
  /** Bytes. */
  readonly heap: number;
  readonly rss: number;
  readonly sockets: number;
  readonly timers: number;
  /** One for each read that is shared, deadline and operation under way. */
  readonly abortControllers: number;
  readonly promises: number;
}

process.on("disconnect", () => process.exit()).channel?.unref();
process.on("message", (ask: "after collecting garbage" | "as it is") => process.send?.(sample(ask)));

function sample(ask: string): Sample {
  const isAtRest = ask === "after collecting garbage";
  if (isAtRest) for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const count = (name: string) => resources.filter((each) => each === name).length;
  return {
    heap: getHeapStatistics().used_heap_size,
    rss: process.memoryUsage.rss(),
    sockets: count("TCPSocketWrap"),
    timers: count("Timeout"),
    // Counting them stops the process for a while, so only when nothing is going on.
    abortControllers: isAtRest ? Number(queryObjects(AbortController)) : 0,
    promises: isAtRest ? Number(queryObjects(Promise)) : 0,
  };
}
