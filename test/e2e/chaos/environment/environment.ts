import { setTimeout } from "node:timers/promises";
import { type Simulator, startSimulator } from "../../../../src/simulator/index.ts";
import { Workload } from "../workload/workload.ts";
import { readMetrics } from "./metrics.ts";
import { type GraphProcess, startGraphProcess, WEBHOOK } from "./graph-process.ts";
import type { Sample } from "./probe.ts"; // Only its type: it watches the process that loads it.
import { COMPLETED_AFTER, Oracle, SIMULATOR_OPTIONS } from "../oracle/oracle.ts";

/** The worst that was seen of the graph. */
interface Observed {
  /** Bytes. */
  readonly mostMemory: number;
  /** Whether it left KORE alone for a time. */
  readonly hasBroken: boolean;
  /** Requests a second that it let itself ask of KORE. */
  readonly lowestRate: number;
}

/** A simulated KORE, the real graph in fault of it, and those who call it. */
export interface Environment {
  readonly kore: Simulator;
  readonly graph: GraphProcess;
  readonly oracle: Oracle;
  readonly workload: Workload;
  /** What the graph's process holds when nothing is going on. */
  atRest(): Promise<Sample>;
  /** Looks at it every second while work goes on. */
  observe(work: Promise<void>): Promise<Observed>;
  /** Gives the exit code of the graph's process. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

/** `copies`: how often each webhook comes. */
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
    await setTimeout(COMPLETED_AFTER + 500); // What KORE is at work on is told by webhooks yet.
    await kore.webhooks.settled();
    await setTimeout(SETTLING);
    return graph.measure("after collecting garbage");
  };
  const observe = async (work: Promise<void>) => {
    let seen: Observed = { mostMemory: 0, hasBroken: false, lowestRate: Infinity };
    for (let isOver = false; !isOver;) {
      const { rss } = await graph.measure("as it is");
      const metrics = await readMetrics(graph.url);
      seen = {
        mostMemory: Math.max(seen.mostMemory, rss),
        hasBroken: seen.hasBroken || (metrics.get("upstream_breaker_state") ?? 0) > 0,
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

/** Connections that are ours and not the callers': the one that metrics are read over, and the webhooks', which overlap. */
export const OWN_SOCKETS = 8;

/** Timers of what was given up go off meanwhile. */
const SETTLING = 1_500;
