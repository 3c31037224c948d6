import { type Fault } from "../../../../src/simulator/index.ts";
import { Random } from "../workload/random.ts";

/** Deadline of a call to KORE. All times here are in milliseconds. */
export const DEADLINE = 2_000;
/** Longest latency: KORE then does the work after the deadline. */
const MAX_LATENCY = DEADLINE + 600;

/** A fault within a period. */
export interface PlannedFault {
  readonly at: number;
  readonly until: number;
  readonly name: string;
  /** Called each time it is armed: `Retry-After` may be a date. */
  readonly fault: () => Fault;
  /** Requests that it applies to in each tick of the schedule. */
  readonly times: number;
}

export interface Outage {
  readonly name: string;
  readonly at: number;
  readonly until: number;
}

/** All faults of a run, drawn from one seed before it starts. */
export interface FaultPlan {
  readonly length: number;
  readonly faults: readonly PlannedFault[];
  readonly outages: readonly Outage[];
}

const QUIET_AT_START = 3_000;
/** Without faults before an outage, to measure the usual rate, and after it, to measure the recovery. */
const QUIET_BEFORE = 5_000;
const QUIET_AFTER = 8_000;
const OUTAGE = 10_000;

export const SHORTEST_SECONDS = 32;

/** Once a minute: overlapping faults, an outage with quiet periods around it, and overlapping faults. */
export function planFaults(seed: number, seconds: number): FaultPlan {
  const random = new Random(seed);
  const cycles = Math.max(1, Math.round(seconds / 60));
  const cycle = (seconds * 1000) / cycles;
  const busy = (cycle - QUIET_AT_START - QUIET_BEFORE - OUTAGE - QUIET_AFTER) / 2;
  const faults: PlannedFault[] = [];
  const outages: Outage[] = [];
  for (let start = QUIET_AT_START; start < seconds * 1000; start += cycle) {
    const at = start + busy + QUIET_BEFORE;
    const outage = { name: random.pick(OUTAGES), at, until: at + OUTAGE };
    outages.push(outage);
    faults.push(...overlappingFaults(start, start + busy, random), ...faultsOf(outage));
    // Once a minute: a token that expires twice in half a minute is taken for one without permissions.
    faults.push({
      name: "token expiry",
      at: start + busy / 2,
      until: start + busy,
      fault: EXPIRY,
      times: Infinity,
    });
    faults.push(...overlappingFaults(outage.until + QUIET_AFTER, outage.until + QUIET_AFTER + busy, random));
  }
  return { length: seconds * 1000, faults: faults.sort((a, b) => a.at - b.at), outages };
}

export const NO_FAULTS: FaultPlan = { length: 0, faults: [], outages: [] };

/** Whether a period, and the recovery time before it, are without faults. */
export function isFaultFree({ faults }: FaultPlan, from: number, until: number): boolean {
  return !faults.some((fault) => fault.at < until && fault.until + RECOVERY > from);
}

/** How long a fault has effects: retries back off, and circuit breakers close again. */
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
  const cut = fault({ effect: "drop", when: "before" });
  if (name === "connections cut") return [cut];
  if (name === "503 to everything") return [fault({ effect: "status", status: 503 })];
  return [fault({ effect: "latency", ms: MAX_LATENCY }), cut]; // Unanswered calls are not done either.
}

/**
 * Three sequences, so that at most one latency applies to a request: several together would exceed the settle time, after
 * which a write counts as not arrived.
 */
function overlappingFaults(from: number, until: number, random: Random): PlannedFault[] {
  return [LATENCIES, REFUSALS, CUTS].flatMap((kinds) => {
    const sequence: PlannedFault[] = [];
    const left: FaultKind[] = [];
    for (let at = from + random.integer(0, 1000); at < until;) {
      const end = Math.min(until, at + random.integer(800, 3500));
      const target = random.pick(TARGETS);
      if (left.length === 0) left.push(...random.sample(kinds, kinds.length)); // All kinds, in random order.
      const { name, fault } = (left.pop() ?? LATENCIES[0])(random);
      const times = random.integer(1, 8);
      sequence.push({ name, at, until: end, times, fault: () => ({ ...fault(), ...target, times }) });
      at = end + random.integer(0, 800);
    }
    return sequence;
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

const TARGETS: readonly Pick<Fault, "method" | "path">[] = [
  {},
  {},
  { method: "GET" },
  { method: "POST", path: "/connectivity/**" },
  { method: "GET", path: "/connectivity/v1/accounts/*/provisioning-requests" }, // polled for unacknowledged writes
  { path: "/**/token" },
];
