import { type Fault } from "../../../src/simulator/index.ts";
import { Dice } from "./dice.ts";

/** No call to KORE lasts longer than this. Milliseconds, as all here. */
export const DEADLINE = 2_000;
/** The longest that KORE keeps us waiting: what it then does, it does after we gave up. */
const SLOWEST = DEADLINE + 600;

/** A kind of trouble for some time. */
export interface Front {
  readonly at: number;
  readonly until: number;
  readonly name: string;
  /** Made anew each time it is armed: a date in `Retry-After` is one of then. */
  readonly fault: () => Fault;
  /** Requests that it strikes in each tick of the weather. */
  readonly strikes: number;
}

export interface Outage {
  readonly name: string;
  readonly at: number;
  readonly until: number;
}

/** What will go wrong at KORE, and when: all of it drawn from one seed before anything starts. */
export interface Forecast {
  readonly length: number;
  readonly fronts: readonly Front[];
  readonly outages: readonly Outage[];
}

const FAIR_BEFORE = 3_000;
/** Calm enough before an outage to see what is usual, and after it to see it come back. */
const CALM_BEFORE = 5_000;
const CALM_AFTER = 8_000;
const OUTAGE = 10_000;

export const SHORTEST_SECONDS = 32;

/** A storm, an outage with calm around it, and a storm; once a minute. */
export function forecast(seed: number, seconds: number): Forecast {
  const dice = new Dice(seed);
  const cycles = Math.max(1, Math.round(seconds / 60));
  const cycle = (seconds * 1000) / cycles;
  const storm = (cycle - FAIR_BEFORE - CALM_BEFORE - OUTAGE - CALM_AFTER) / 2;
  const fronts: Front[] = [];
  const outages: Outage[] = [];
  for (let start = FAIR_BEFORE; start < seconds * 1000; start += cycle) {
    const at = start + storm + CALM_BEFORE;
    const outage = { name: dice.pick(OUTAGES), at, until: at + OUTAGE };
    outages.push(outage);
    fronts.push(...stormFrom(start, start + storm, dice), ...frontsOf(outage));
    // Once a minute: a token that dies twice in half a minute is taken for one without rights.
    fronts.push({
      name: "token expiry",
      at: start + storm / 2,
      until: start + storm,
      fault: EXPIRY,
      strikes: Infinity,
    });
    fronts.push(...stormFrom(outage.until + CALM_AFTER, outage.until + CALM_AFTER + storm, dice));
  }
  return { length: seconds * 1000, fronts: fronts.sort((a, b) => a.at - b.at), outages };
}

export const NO_TROUBLE: Forecast = { length: 0, fronts: [], outages: [] };

/** Whether nothing went wrong in a time, nor for so long before it. */
export function isFair({ fronts }: Forecast, from: number, until: number): boolean {
  return !fronts.some((front) => front.at < until && front.until + RECOVERY > from);
}

/** How long a trouble is felt: what is asked again backs off, and what was opened is closed again. */
export const RECOVERY = 5_000;

const EXPIRY = (): Fault => ({ effect: "expire-tokens", times: 1 });

const OUTAGES = ["connections cut", "503 to everything", "silence"] as const;

function frontsOf({ name, at, until }: { name: (typeof OUTAGES)[number]; at: number; until: number }): Front[] {
  const front = (fault: Fault): Front => ({
    name: `outage: ${name}`,
    at,
    until,
    fault: () => fault,
    strikes: Infinity,
  });
  const isCut = front({ effect: "drop", when: "before" });
  if (name === "connections cut") return [isCut];
  if (name === "503 to everything") return [front({ effect: "status", status: 503 })];
  return [front({ effect: "latency", ms: SLOWEST }), isCut]; // What is never answered is never done either.
}

/**
 * Three lanes, so that no more than one latency strikes a request: together they would last longer than we wait before
 * we believe that a write did not arrive.
 */
function stormFrom(from: number, until: number, dice: Dice): Front[] {
  return [LATENCIES, REFUSALS, CUTS].flatMap((troubles) => {
    const lane: Front[] = [];
    const deck: Trouble[] = [];
    for (let at = from + dice.whole(0, 1000); at < until;) {
      const end = Math.min(until, at + dice.whole(800, 3500));
      const place = dice.pick(PLACES);
      if (deck.length === 0) deck.push(...dice.some(troubles, troubles.length)); // All of them, in any order.
      const { name, fault } = (deck.pop() ?? LATENCIES[0])(dice);
      const strikes = dice.whole(1, 8);
      lane.push({ name, at, until: end, strikes, fault: () => ({ ...fault(), ...place, times: strikes }) });
      at = end + dice.whole(0, 800);
    }
    return lane;
  });
}

type Trouble = (dice: Dice) => { name: string; fault: () => Fault };

const trouble = (name: string, fault: Fault) => ({ name, fault: () => fault });

const LATENCIES: readonly [Trouble, ...Trouble[]] = [
  (dice) => trouble("latency", { effect: "latency", ms: dice.whole(50, 900) }),
  () => trouble("latency beyond the deadline", { effect: "latency", ms: SLOWEST }),
];

const REFUSALS: readonly Trouble[] = [
  () => trouble("429", { effect: "status", status: 429 }),
  (dice) => trouble("429, Retry-After in seconds", { effect: "status", status: 429, retryAfter: dice.whole(0, 2) }),
  (dice) => {
    const wait = dice.whole(500, 2500);
    const retryAfter = () => new Date(Date.now() + wait).toUTCString();
    const fault = (): Fault => ({ effect: "status", status: 429, retryAfter: retryAfter() });
    return { name: "429, Retry-After as a date", fault };
  },
  (dice) => trouble("5xx", { effect: "status", status: dice.pick([500, 502, 503, 504]) }),
  (dice) =>
    trouble("5xx, though the work is done", { effect: "status", status: dice.pick([500, 502, 504]), processed: true }),
];

const CUTS: readonly Trouble[] = [
  () => trouble("cut before the work", { effect: "drop", when: "before" }),
  () => trouble("cut after the work", { effect: "drop", when: "after" }),
  () => trouble("cut within the reply", { effect: "drop", when: "during" }),
  () => trouble("truncated body", { effect: "truncate" }),
  (dice) => trouble("no JSON", { effect: dice.pick(["html", "empty"]) }),
];

const PLACES: readonly Pick<Fault, "method" | "path">[] = [
  {},
  {},
  { method: "GET" },
  { method: "POST", path: "/connectivity/**" },
  { method: "GET", path: "/connectivity/v1/accounts/*/provisioning-requests" }, // where lost writes are looked for
  { path: "/**/token" },
];
