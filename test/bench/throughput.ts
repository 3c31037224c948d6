import { type Load, load } from "./load.ts";
import { watchingMemory } from "./memory.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { SERVERS, type ServerName, type Servers } from "./servers.ts";
import { median, quantile } from "./statistics.ts";
import { targetsOf } from "./targets.ts";

interface Measured {
  /** By round. */
  readonly requestsPerSecond: readonly number[];
  /** Milliseconds, over all rounds. */
  readonly p50: number;
  readonly p99: number;
  readonly koreRequests: number;
  /** Bytes, under load. */
  readonly memory: number;
  /** Microseconds of an answer, over all rounds. Other work on the machine lengthens an answer more than its CPU. */
  readonly cpu: number;
}

export interface Throughput {
  readonly operation: Operation;
  readonly servers: Readonly<Record<ServerName, Measured>>;
  /** Requests per second to the hand-written server's, by round. */
  readonly ratios: Readonly<Record<"graph" | "peer", readonly number[]>>;
}

interface Round extends Load {
  readonly koreRequests: number;
  readonly cpu: number;
  readonly memory: readonly number[];
}

/**
 * The servers take turns, so that what else the machine is doing meets all of them, and are compared round by round.
 * All have run warm before.
 */
export async function measureThroughput(
  operation: Operation,
  servers: Servers,
  { callers, rounds, seconds, warmUpSeconds }: Options,
  signal: AbortSignal,
): Promise<Throughput> {
  const targets = await targetsOf(operation, servers);
  const run = async (name: ServerName, length: number): Promise<Round> => {
    await servers.takeKoreRequests();
    const cpuBefore = await servers[name].cpu();
    const { result, memory } = await watchingMemory(servers[name], () =>
      load(operation, targets[name], { callers, until: { seconds: length }, signal }),
    );
    const cpu = (await servers[name].cpu()) - cpuBefore;
    return { ...result, memory, cpu, koreRequests: await servers.takeKoreRequests() };
  };

  const loads: Record<ServerName, Round[]> = { graph: [], raw: [], peer: [] };
  for (const name of SERVERS) await run(name, warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of SERVERS) loads[name].push(await run(name, seconds));
  }
  const measured = {
    graph: summary(loads.graph),
    raw: summary(loads.raw),
    peer: summary(loads.peer),
  };
  for (const name of SERVERS) holdToKoreRequests(operation, name, measured[name].koreRequests);
  const toRaw = (name: ServerName) =>
    measured[name].requestsPerSecond.map((each, round) => each / (measured.raw.requestsPerSecond[round] ?? NaN));
  return { operation, servers: measured, ratios: { graph: toRaw("graph"), peer: toRaw("peer") } };
}

/** Who makes fewer requests to KORE does less work, and who makes more is broken. */
function holdToKoreRequests({ name, accounts, koreRequests }: Operation, server: ServerName, each: number): void {
  const isAsPromised = accounts === "one" && server === "graph" ? each <= koreRequests : each === koreRequests;
  if (!isAsPromised) throw new Error(`${name}, ${server}: ${each} requests to KORE each, not ${koreRequests}`);
}

function summary(rounds: readonly Round[]): Measured {
  const latencies = rounds.flatMap((one) => one.latencies).sort((a, b) => a - b);
  const koreRequests = rounds.reduce((sum, one) => sum + one.koreRequests, 0);
  return {
    requestsPerSecond: rounds.map((one) => one.requestsPerSecond),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    koreRequests: koreRequests / latencies.length,
    cpu: rounds.reduce((sum, one) => sum + one.cpu, 0) / latencies.length,
    memory: median(rounds.flatMap((one) => one.memory)),
  };
}
