import { type Fault } from "../../../../src/simulator/index.ts";
import { Random } from "../workload/random.ts";

/** No call to KORE lasts longer than this. Milliseconds, as all here. */
export const DEADLINE = 2_000;
/** The longest that KORE keeps us waiting: what it then does, it does after we gave up. */
const MAX_LATENCY = DEADLINE + 600;

/** A kind of trouble for some time. */
export interface PlannedFault {
  readonly at: number;
  readonly until: number;
  readonly name: string;
  /** Made anew each time it is armed: a date in `Retry-After` is one of then. */
  readonly fault: () => Fault;
  /** Requests that it strikes in each tick of the schedule. */
  readonly times: number;
}

export interface Outage {
  readonly name: string;
  readonly at: number;
  readonly until: number;
}

/** What will go wrong at KORE, and when: all of it drawn from one seed before anything starts. */
export interface FaultPlan {
  readonly length: number;
  readonly faults: readonly PlannedFault[];
  readonly outages: readonly Outage[];
}

const QUIET_BEFORE = 3_000;
/** Calm enough before an outage to see what is usual, and after it to see it come back. */
const CALM_BEFORE = 5_000;
const CALM_AFTER = 8_000;
const OUTAGE = 10_000;

export const SHORTEST_SECONDS = 32;

/** A storm, an outage with calm around it, and a storm; once a minute. */
export function planFaults(seed: number, seconds: number): FaultPlan {
  const random = new Random(seed);
  const cycles = Math.max(1, Math.round(seconds / 60));
  const cycle = (seconds * 1000) / cycles;
  const storm = (cycle - QUIET_BEFORE - CALM_BEFORE - OUTAGE - CALM_AFTER) / 2;
  const faults: PlannedFault[] = [];
  const outages: Outage[] = [];
  for (let start = QUIET_BEFORE; start < seconds * 1000; start += cycle) {
    const at = start + storm + CALM_BEFORE;
    const outage = { name: random.pick(OUTAGES), at, until: at + OUTAGE };
    outages.push(outage);
    faults.push(...overlappingFaults(start, start + storm, random), ...faultsOf(outage));
    // Once a minute: a token that dies twice in half a minute is taken for one without rights.
    faults.push({
      name: "token expiry",
      at: start + storm / 2,
      until: start + storm,
      fault: EXPIRY,
      times: Infinity,
    });
    faults.push(...overlappingFaults(outage.until + CALM_AFTER, outage.until + CALM_AFTER + storm, random));
  }
  return { length: seconds * 1000, faults: faults.sort((a, b) => a.at - b.at), outages };
}

export const NO_FAULTS: FaultPlan = { length: 0, faults: [], outages: [] };

/** Whether nothing went wrong in a time, nor for so long before it. */
export function isFaultFree({ faults }: FaultPlan, from: number, until: number): boolean {
  return !faults.some((fault) => fault.at < until && fault.until + RECOVERY > from);
}

/** How long a trouble is felt: what is asked again backs off, and what was opened is closed again. */
export const RECOVERY = 5_000;

const EXPIRY = (): Fault => ({ effect: "expire-tokens", times: 1 });

const OUTAGES = ["connections cut", "503 to everything", "silence"] as const;

function faultsOf({ name, at, until }: { name: (typeof OUTAGES)[number]; at: number; until: number }): PlannedFault[] {
  const fault = (fault: Fault): PlannedFault => ({
    name: `outage: ${name}`,
    at,
    until,
    fault: () => fault,
    times: Infinity,
  });
  const isCut = fault({ effect: "drop", when: "before" });
  if (name === "connections cut") return [isCut];
  if (name === "503 to everything") return [fault({ effect: "status", status: 503 })];
  return [fault({ effect: "latency", ms: MAX_LATENCY }), isCut]; // What is never answered is never done either.
}

/**
 * Three lanes, so that no more than one latency strikes a request: together they would last longer than we wait before
 * we believe that a write did not arrive.
 */
function overlappingFaults(from: number, until: number, random: Random): PlannedFault[] {
  return [LATENCIES, REFUSALS, CUTS].flatMap((troubles) => {
    const lane: PlannedFault[] = [];
    const deck: FaultKind[] = [];
    for (let at = from + random.integer(0, 1000); at < until;) {
      const end = Math.min(until, at + random.integer(800, 3500));
      const place = random.pick(PLACES);
      if (deck.length === 0) deck.push(...random.sample(troubles, troubles.length)); // All of them, in any order.
      const { name, fault } = (deck.pop() ?? LATENCIES[0])(random);
      const times = random.integer(1, 8);
      lane.push({ name, at, until: end, times, fault: () => ({ ...fault(), ...place, times }) });
      at = end + random.integer(0, 800);
    }
    return lane;
  });
}

type FaultKind = (random: Random) => { name: string; fault: () => Fault };

const faultKind = (name: string, fault: Fault) => ({ name, fault: () => fault });

const LATENCIES: readonly [FaultKind, ...FaultKind[]] = [
  (random) => faultKind("latency", { effect: "latency", ms: random.integer(50, 900) }),
  () => faultKind("latency beyond the deadline", { effect: "latency", ms: MAX_LATENCY }),
];

const REFUSALS: readonly FaultKind[] = [
  () => faultKind("429", { effect: "status", status: 429 }),
  (random) =>
    faultKind("429, Retry-After in seconds", { effect: "status", status: 429, retryAfter: random.integer(0, 2) }),
  (random) => {
    const wait = random.integer(500, 2500);
    const retryAfter = () => new Date(Date.now() + wait).toUTCString();
    const fault = (): Fault => ({ effect: "status", status: 429, retryAfter: retryAfter() });
    return { name: "429, Retry-After as a date", fault };
  },
  (random) => faultKind("5xx", { effect: "status", status: random.pick([500, 502, 503, 504]) }),
  (random) =>
    faultKind("5xx, though the work is done", {
      effect: "status",
      status: random.pick([500, 502, 504]),
      processed: true,
    }),
];

const CUTS: readonly FaultKind[] = [
  () => faultKind("cut before the work", { effect: "drop", when: "before" }),
  () => faultKind("cut after the work", { effect: "drop", when: "after" }),
  () => faultKind("cut within the reply", { effect: "drop", when: "during" }),
  () => faultKind("truncated body", { effect: "truncate" }),
  (random) => faultKind("no JSON", { effect: random.pick(["html", "empty"]) }),
];

const PLACES: readonly Pick<Fault, "method" | "path">[] = [
  {},
  {},
  { method: "GET" },
  { method: "POST", path: "/connectivity/**" },
  { method: "GET", path: "/connectivity/v1/accounts/*/provisioning-requests" }, // where lost writes are looked for
  { path: "/**/token" },
];
