import { readFileSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Postgres } from "../support/fleet/postgres.ts";
import { type Child } from "./child.ts";
import { load } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { type Servers } from "./servers.ts";
import { median } from "./statistics.ts";
import { targetsOf } from "./targets.ts";

/** The throughput of so many replicas that share a port and a database. */
export interface Cores {
  readonly operation: string;
  readonly processes: number;
  /** By round. */
  readonly requestsPerSecond: readonly number[];
  /** Of the same to those of one process, by round. */
  readonly ratios: readonly number[];
  /** Milliseconds, over all rounds. */
  readonly p50: number;
  /** Cores that were busy on average; undefined on systems other than Linux. */
  readonly busy: Busy | undefined;
}

/** The replicas; what stands for KORE; and the callers. The database is not counted. */
type Busy = Readonly<Record<"replicas" | "stub" | "callers", number>>;

/** Up to as many as leave a core to the stub of KORE and to the callers, and three at least. */
const PROCESSES = Array.from({ length: Math.max(3, availableParallelism() - 1) }, (_, index) => index + 1);

/** Graphs of one replica and of several take turns with the same stub and callers. @throws Error without a PostgreSQL */
export async function measureCores(servers: Servers, options: Options, signal: AbortSignal): Promise<Cores[]> {
  const postgres = await Postgres.start();
  try {
    return await measureReplicas(servers, postgres.url, options, signal);
  } finally {
    await postgres.remove();
  }
}

async function measureReplicas(
  servers: Servers,
  database: string,
  { operations, callers, rounds, seconds, warmUpSeconds }: Options,
  signal: AbortSignal,
): Promise<Cores[]> {
  const graphs: Child[] = [];
  for (const processes of PROCESSES) {
    const env = { PROCESSES: String(processes), METRICS: "off", STORE_PATH: "", DATABASE_URL: database };
    graphs.push(await servers.startGraph(env));
  }
  const cores: Cores[] = [];
  for (const operation of operations) {
    const { graph: target } = await targetsOf(operation, servers);
    const run = async (graph: Child, length: number) => {
      const before = cpuSeconds(graph, servers.stub);
      const began = performance.now();
      const { requestsPerSecond, latencies } = await load(
        operation,
        { ...target, url: graph.url },
        { callers, until: { seconds: length }, signal },
      );
      const took = (performance.now() - began) / 1000;
      return { requestsPerSecond, latencies, busy: busyBetween(before, cpuSeconds(graph, servers.stub), took) };
    };
    const runs = graphs.map((): Awaited<ReturnType<typeof run>>[] => []);
    for (const graph of graphs) await run(graph, warmUpSeconds);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, graph] of graphs.entries()) runs[index]?.push(await run(graph, seconds));
    }
    const alone = runs[0] ?? [];
    for (const [index, processes] of PROCESSES.entries()) {
      const own = runs[index] ?? [];
      cores.push({
        operation: operation.name,
        processes,
        requestsPerSecond: own.map((one) => one.requestsPerSecond),
        ratios: own.map((one, round) => one.requestsPerSecond / (alone[round]?.requestsPerSecond ?? NaN)),
        p50: median(own.flatMap((one) => one.latencies)),
        busy: medianBusy(own.map((one) => one.busy)),
      });
    }
  }
  return cores;
}

/** Operations of which callers ask for what is theirs. */
export const CORES_OPERATIONS: ReadonlySet<Operation["name"]> = new Set(["flat", "single"]);

function busyBetween(before: Busy | undefined, after: Busy | undefined, seconds: number): Busy | undefined {
  if (!before || !after) return undefined;
  const over = (role: keyof Busy) => (after[role] - before[role]) / seconds;
  return { replicas: over("replicas"), stub: over("stub"), callers: over("callers") };
}

function medianBusy(all: readonly (Busy | undefined)[]): Busy | undefined {
  const known = all.filter((one) => one !== undefined);
  const of = (role: keyof Busy) => median(known.map((one) => one[role]));
  return known.length < all.length ? undefined : { replicas: of("replicas"), stub: of("stub"), callers: of("callers") };
}

/** Since the start of each. The process that shares the port counts with its replicas. */
function cpuSeconds(graph: Child, stub: Child): Busy | undefined {
  try {
    const replicas = [graph.pid, ...childrenOf(graph.pid)].map(cpuOf);
    return {
      replicas: replicas.reduce((sum, each) => sum + each, 0),
      stub: cpuOf(stub.pid),
      callers: cpuOf(process.pid),
    };
  } catch {
    return undefined; // Not Linux.
  }
}

/** In /proc/…/stat, behind the name in brackets. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;
const TICKS_PER_SECOND = 100;

function cpuOf(pid: number): number {
  const [, behindName = ""] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  const fields = behindName.split(" ");
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
}

function childrenOf(pid: number): number[] {
  const lists = readdirSync(`/proc/${pid}/task`).map((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"),
  );
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}
