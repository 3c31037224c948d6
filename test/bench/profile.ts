import { type Area, type CpuProfile, timeByArea } from "./areas.ts";
import { load } from "./load.ts";
import { type Operation } from "./operations.ts";
import { type Options } from "./options.ts";
import { keep } from "./results.ts";
import { type Servers } from "./servers.ts";
import { targetsOf } from "./targets.ts";

/** The peer's time is of no interest here. */
const PROFILED = ["graph", "raw"] as const;
export type ProfiledServer = (typeof PROFILED)[number];

export interface Profiled {
  readonly operation: Operation;
  readonly servers: Readonly<Record<ProfiledServer, Spent>>;
}

interface Spent {
  /** Microseconds of an operation, by area. */
  readonly each: Readonly<Partial<Record<Area, number>>>;
  /** The profile, for Chrome's DevTools or speedscope. */
  readonly file: string;
}

/** Where the time of an operation goes, of servers that have run warm. Being watched makes them somewhat slower. */
export async function measureProfiles(
  operation: Operation,
  servers: Servers,
  options: Options,
  signal: AbortSignal,
): Promise<Profiled> {
  const { callers, seconds, warmUpSeconds } = options;
  const profiled = { ...servers, graph: await servers.startUnbundledGraph() };
  const targets = await targetsOf(operation, profiled);
  const spent = new Map<ProfiledServer, Spent>();
  for (const name of PROFILED) {
    const run = (length: number) => load(operation, targets[name], { callers, until: { seconds: length }, signal });
    await run(4 * warmUpSeconds); // The graph is new.
    const { result, profile } = await profiled[name].profiled(() => run(seconds));
    const file = await keep(`${operation.name}-${name}.cpuprofile`, JSON.stringify(profile), options);
    spent.set(name, { each: timeOfEach(profile, result.latencies.length), file });
  }
  return { operation, servers: Object.fromEntries(spent) as Profiled["servers"] };
}

function timeOfEach(profile: CpuProfile, operations: number): Spent["each"] {
  return Object.fromEntries([...timeByArea(profile)].map(([area, time]) => [area, time / operations]));
}
