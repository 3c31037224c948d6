import { getHeapStatistics, queryObjects } from "node:v8";

/**
 * Loaded into the observed process (`node --expose-gc --import`). Answers each message with a sample, and exits with its
 * parent.
 */
export interface Sample {
  /** Bytes. */
  readonly heap: number;
  readonly rss: number;
  readonly sockets: number;
  readonly timers: number;
  /** One per shared read, deadline and operation in flight. */
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
    // Counting blocks the process, so it is done at rest only.
    abortControllers: isAtRest ? Number(queryObjects(AbortController)) : 0,
    promises: isAtRest ? Number(queryObjects(Promise)) : 0,
  };
}
