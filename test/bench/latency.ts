import { load } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { type ByServer, type ServerName, type Servers, byServer } from "./servers.ts";
import { quantile } from "./statistics.ts";
import { targetsOf } from "./targets.ts";

export interface Latency {
  readonly operation: Operation;
  /** Milliseconds that KORE takes for each answer. */
  readonly delay: number;
  readonly callers: number;
  /** Milliseconds. */
  readonly servers: ByServer<{ readonly p50: number; readonly p99: number }>;
}

/** Of each caller. */
const WARM_UP_REQUESTS = 10;

/** How long an operation takes when KORE takes as long as it does in the world. */
export async function measureLatency(
  operation: Operation,
  servers: Servers,
  { delays, delayedCallers, delayedRequests }: Options,
  signal: AbortSignal,
): Promise<Latency[]> {
  const targets = await targetsOf(operation, servers);
  const measured: Latency[] = [];
  const measure = async (name: ServerName, delay: number, callers: number) => {
    // Callers that start together would ask in step, and each wait for the work of all.
    const run = (requests: number) =>
      load(operation, targets[name] ?? targets.raw, {
        callers,
        until: { requests },
        spread: delay * operation.levels,
        signal,
      });
    await run(WARM_UP_REQUESTS);
    const { latencies } = await run(delayedRequests);
    const sorted = latencies.toSorted((a, b) => a - b);
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
  };
  try {
    for (const delay of delays) {
      await servers.slowKore(delay);
      for (const callers of delayedCallers) {
        const times = await byServer(servers.names, (name) => measure(name, delay, callers));
        measured.push({ operation, delay, callers, servers: times });
      }
    }
  } finally {
    await servers.slowKore(0);
  }
  return measured;
}
