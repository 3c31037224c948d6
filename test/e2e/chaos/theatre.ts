import { setTimeout } from "node:timers/promises";
import { type Simulator, startSimulator } from "../../../src/simulator/index.ts";
import { Cast } from "./cast.ts";
import { readMetrics } from "./metrics.ts";
import { type Graph, startGraph, WEBHOOK } from "./graph.ts";
import type { Sample } from "./probe.ts"; // Only its type: it watches the process that loads it.
import { COMPLETED_AFTER, Truth, WORLD } from "./truth.ts";

/** The worst that was seen of the graph. */
interface Watched {
  /** Bytes. */
  readonly mostMemory: number;
  /** Whether it left KORE alone for a time. */
  readonly hasBroken: boolean;
  /** Requests a second that it let itself ask of KORE. */
  readonly lowestRate: number;
}

/** A simulated KORE, the real graph in front of it, and those who call it. */
export interface Theatre {
  readonly kore: Simulator;
  readonly graph: Graph;
  readonly truth: Truth;
  readonly cast: Cast;
  /** What the graph's process holds when nothing is going on. */
  atRest(): Promise<Sample>;
  /** Looks at it every second while work goes on. */
  watch(work: Promise<void>): Promise<Watched>;
  /** Gives the exit code of the graph's process. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

/** `copies`: how often each webhook comes. */
export async function openTheatre(seed: number, { copies }: { copies: number }): Promise<Theatre> {
  const kore = await startSimulator(WORLD);
  const graph = await startGraph(kore).catch(async (error: unknown) => {
    await kore.stop();
    throw error;
  });
  kore.webhooks.to({ url: `${graph.url}/webhooks/kore`, ...WEBHOOK, copies });
  const truth = new Truth(kore);
  const cast = new Cast(graph.url, truth, seed);
  const atRest = async () => {
    await setTimeout(COMPLETED_AFTER + 500); // What KORE is at work on is told by webhooks yet.
    await kore.webhooks.settled();
    await setTimeout(SETTLING);
    return graph.measure("after collecting garbage");
  };
  const watch = async (work: Promise<void>) => {
    let seen: Watched = { mostMemory: 0, hasBroken: false, lowestRate: Infinity };
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
    await cast.close();
    const how = await graph.stop();
    await kore.stop();
    return how;
  };
  return { kore, graph, truth, cast, atRest, watch, stop };
}

/** Connections that are ours and not the callers': the one that metrics are read over, and the webhooks', which overlap. */
export const OWN_SOCKETS = 8;

/** Timers of what was given up go off meanwhile. */
const SETTLING = 1_500;
