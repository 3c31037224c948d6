import { setTimeout } from "node:timers/promises";
import { type Simulator, startSimulator } from "../../../../src/simulator/index.ts";
import { Workload } from "../workload/workload.ts";
import { readMetrics } from "./metrics.ts";
import { type GraphProcess, startGraphProcess, WEBHOOK } from "./graph-process.ts";
import type { Sample } from "./probe.ts"; // A type import: the module installs listeners in its process.
import { COMPLETED_AFTER, Oracle, SIMULATOR_OPTIONS } from "../oracle/oracle.ts";

/** Extremes of the graph process during a run. */
interface Observed {
  /** Bytes. */
  readonly mostMemory: number;
  /** Whether the circuit breaker opened. */
  readonly hasBreakerOpened: boolean;
  /** Lowest rate of the token bucket, in requests a second. */
  readonly lowestRate: number;
}

/** A simulator, a graph process in front of it, and its callers. */
export interface Environment {
  readonly kore: Simulator;
  readonly graph: GraphProcess;
  readonly oracle: Oracle;
  readonly workload: Workload;
  /** Resources of the graph process at rest. */
  atRest(): Promise<Sample>;
  /** Samples the process every second until the work ends. */
  observe(work: Promise<void>): Promise<Observed>;
  /** Resolves with the exit code of the graph process. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

/** `copies`: how many times each webhook is sent. */
export async function openEnvironment(seed: number, { copies }: { copies: number }): Promise<Environment> {
  const kore = await startSimulator(SIMULATOR_OPTIONS);
  const graph = await startGraphProcess(kore).catch(async (error: unknown) => {
    await kore.stop();
    throw error;
  });
  kore.webhooks.to({ url: `${graph.url}/webhooks/kore`, ...WEBHOOK, copies });
  const oracle = new Oracle(kore);
  const workload = new Workload(graph.url, oracle, seed);
  const atRest = async () => {
    await setTimeout(COMPLETED_AFTER + 500); // Requests in progress still cause webhooks.
    await kore.webhooks.settled();
    await setTimeout(SETTLING);
    return graph.measure("after collecting garbage");
  };
  const observe = async (work: Promise<void>) => {
    let seen: Observed = { mostMemory: 0, hasBreakerOpened: false, lowestRate: Infinity };
    for (let isOver = false; !isOver;) {
      const { rss } = await graph.measure("as it is");
      const metrics = await readMetrics(graph.url);
      seen = {
        mostMemory: Math.max(seen.mostMemory, rss),
        hasBreakerOpened: seen.hasBreakerOpened || (metrics.get("upstream_breaker_state") ?? 0) > 0,
        lowestRate: Math.min(seen.lowestRate, metrics.get("upstream_budget_rate") ?? Infinity),
      };
      isOver = await Promise.race([work.then(() => true), setTimeout(1_000, false)]);
    }
    return seen;
  };
  const stop = async () => {
    await workload.close();
    const how = await graph.stop();
    await kore.stop();
    return how;
  };
  return { kore, graph, oracle, workload, atRest, observe, stop };
}

/** Sockets that do not belong to callers: of the metrics reader, and of webhooks, which overlap. */
export const OWN_SOCKETS = 8;

/** Timers of aborted work expire meanwhile. Milliseconds. */
const SETTLING = 1_500;
