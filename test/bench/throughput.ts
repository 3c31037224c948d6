import { type Load, load } from "./load.ts";
import { watchingMemory } from "./memory.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { type ByServer, type ServerName, type Servers, byServer } from "./servers.ts";
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
}

export interface Throughput {
  readonly operation: Operation;
  readonly servers: ByServer<Measured>;
  /** Requests per second to the hand-written server's, by round. */
  readonly ratios: ByServer<readonly number[]>;
  /** Microseconds of CPU of an answer while all servers are under load at once. */
  readonly cpu: ByServer<number>;
}

interface Round extends Load {
  readonly koreRequests: number;
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
  const childOf = (name: ServerName) => servers[name] ?? servers.raw;
  const loadOn = (name: ServerName, length: number, each = callers) =>
    load(operation, targets[name] ?? targets.raw, { callers: each, until: { seconds: length }, signal });
  const run = async (name: ServerName, length: number): Promise<Round> => {
    await servers.takeKoreRequests();
    const { result, memory } = await watchingMemory(childOf(name), () => loadOn(name, length));
    return { ...result, memory, koreRequests: await servers.takeKoreRequests() };
  };

  const { names } = servers;
  const loads = await byServer(names, (): Round[] => []);
  for (const name of names) await run(name, warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) loads[name]?.push(await run(name, seconds));
  }
  const measured = await byServer(names, (name) => summary(loads[name] ?? []));
  for (const name of names) holdToKoreRequests(operation, name, measured[name]?.koreRequests ?? NaN);
  const ratios = await byServer(names, (name) =>
    (measured[name] ?? measured.raw).requestsPerSecond.map(
      (each, round) => each / (measured.raw.requestsPerSecond[round] ?? NaN),
    ),
  );
  const shares = await Promise.all(
    names.map(async (name) => {
      const before = await childOf(name).cpu();
      const { latencies } = await loadOn(name, seconds, Math.ceil(callers / names.length));
      return ((await childOf(name).cpu()) - before) / latencies.length;
    }),
  );
  const cpu = await byServer(names, (name) => shares[names.indexOf(name)] ?? NaN);
  return { operation, servers: measured, ratios, cpu };
}

/** A server that makes fewer requests to KORE does less work, and one that makes more is broken. */
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
    memory: median(rounds.flatMap((one) => one.memory)),
  };
}
