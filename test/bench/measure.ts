import { setTimeout } from "node:timers/promises";
import { type Load, type Target, load } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { type Servers } from "./servers.ts";
import { quantile } from "./statistics.ts";
import { type ServerName, targetsOf } from "./targets.ts";

export interface Measured {
  /** By round. */
  readonly requestsPerSecond: readonly number[];
  /** Milliseconds, over all rounds. */
  readonly p50: number;
  readonly p99: number;
  readonly koreRequests: number;
}

export interface Measurement {
  readonly operation: Operation;
  readonly graph: Measured;
  readonly raw: Measured;
  /** The graph's requests per second to the hand-written server's, by round. */
  readonly ratios: readonly number[];
}

const WARM_UP_SECONDS = 2;
const COUNTED_REQUESTS_EACH = 50;

/**
 * The servers take turns, so that what else the machine is doing meets both, and are compared round by round. Both
 * have run warm before.
 */
export async function measure(
  operation: Operation,
  servers: Servers,
  options: Options,
  signal: AbortSignal,
): Promise<Measurement> {
  const { connections, rounds, seconds } = options;
  const targets = await targetsOf(operation, servers);
  const run = (name: ServerName, until: { seconds: number } | { requests: number }) =>
    load(operation, targets[name], { connections, until, signal });

  const kore = { graph: 0, raw: 0 };
  for (const name of ["graph", "raw"] as const) {
    await run(name, { seconds: WARM_UP_SECONDS });
    kore[name] = await count(operation, targets[name], servers, options, signal);
  }
  const loads: Record<ServerName, Load[]> = { graph: [], raw: [] };
  for (let round = 0; round < rounds; round += 1) {
    loads.graph.push(await run("graph", { seconds }));
    loads.raw.push(await run("raw", { seconds }));
  }
  const graph = measured(loads.graph, kore.graph);
  const raw = measured(loads.raw, kore.raw);
  const ratios = graph.requestsPerSecond.map((each, round) => each / (raw.requestsPerSecond[round] ?? NaN));
  return { operation, graph, raw, ratios };
}

/**
 * KORE's requests for one answer, counted apart: where time ends a run, answers are cut off whose cost at KORE has been
 * counted already.
 */
async function count(
  operation: Operation,
  target: Target,
  servers: Servers,
  { connections }: Options,
  signal: AbortSignal,
): Promise<number> {
  // What the run before has left behind at the servers still comes to an end.
  do await setTimeout(50);
  while ((await servers.takeKoreRequests()) > 0);
  const requests = connections * COUNTED_REQUESTS_EACH;
  await load(operation, target, { connections, until: { requests }, signal });
  const each = (await servers.takeKoreRequests()) / requests;
  const isAsPromised = operation.isIdentical ? each <= operation.koreRequests : each === operation.koreRequests;
  if (isAsPromised) return each;
  throw new Error(`${operation.name} at ${target.url}: ${each} requests to KORE each, not ${operation.koreRequests}`);
}

function measured(loads: readonly Load[], koreRequests: number): Measured {
  const latencies = loads.flatMap((one) => one.latencies).sort((a, b) => a - b);
  return {
    requestsPerSecond: loads.map((one) => one.requestsPerSecond),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    koreRequests,
  };
}
