import { parseArgs } from "node:util";
import { OPERATIONS, type Operation } from "./operations.ts";

const SECTIONS = ["throughput", "promises", "latency", "growth", "cores", "orders", "start", "profile"] as const;
export type Section = (typeof SECTIONS)[number];

/** The last one explains figures and gives none, so it is only run where it is asked for. */
const UNLESS_CHOSEN = SECTIONS.filter((section) => section !== "profile");

export interface Options {
  readonly sections: readonly Section[];
  readonly operations: readonly Operation[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** At once; each waits for its answer before it asks again. */
  readonly callers: number;
  /** Milliseconds that KORE takes in the world. */
  readonly delays: readonly number[];
  readonly delayedCallers: readonly number[];
  /** Of each caller. */
  readonly delayedRequests: number;
  /** Whose promises are counted. */
  readonly countedRequests: number;
  /** SIMs of the accounts that are walked. */
  readonly sizes: readonly number[];
  /** In all, of each size. */
  readonly walkedSims: number;
  readonly references: number;
  readonly starts: number;
  /** Of which the CPU is taken together, after a process has become ready. */
  readonly firstAnswers: number;
  /** Whether the servers of `peers/` are measured, too. */
  readonly hasPeers: boolean;
  readonly isShort: boolean;
  readonly isHelp: boolean;
}

type Extent = Omit<Options, "sections" | "operations" | "hasPeers" | "isShort" | "isHelp">;

const WHOLE: Extent = {
  rounds: 5,
  seconds: 2,
  warmUpSeconds: 1.5,
  callers: 64,
  delays: [50, 150],
  delayedCallers: [1, 64],
  delayedRequests: 20,
  countedRequests: 2_000,
  sizes: [100, 1_000, 10_000, 100_000],
  walkedSims: 100_000,
  references: 1_000,
  starts: 7,
  firstAnswers: 1_000,
};

/** Everything is done, and nothing long enough to mean anything. */
const SHORT: Extent = {
  rounds: 1,
  seconds: 0.05,
  warmUpSeconds: 0.02,
  callers: 2,
  delays: [5],
  delayedCallers: [1, 2],
  delayedRequests: 1,
  countedRequests: 20,
  sizes: [100, 1_000],
  walkedSims: 1_000,
  references: 1_000,
  starts: 1,
  firstAnswers: 16,
};

export const HELP = `Measures the cost of the graph, next to a hand-written server that makes the same calls to the same KORE, and to
a GraphQL server written the usual way.

  --only throughput,...   some of: ${SECTIONS.join(", ")}; all but the last unless chosen
  --operations flat,...   some of: ${OPERATIONS.map(({ name }) => name).join(", ")}
  --rounds ${WHOLE.rounds}              measured runs of each server and operation, taken in turns
  --seconds ${WHOLE.seconds}             length of each, and of a profile
  --callers ${WHOLE.callers}            at once, of the throughput
  --peers                 Mercurius and Yoga with graphql-jit as well, which are installed from npm into .kore-graph/
  --short                 everything, but only to see that it works: its times mean nothing
  --help

Everything runs on this machine, one process each: a stub of KORE that answers out of memory, the compiled graph in
production mode, the other two servers, and the callers. Takes some eleven minutes; every number is saved as JSON.
`;

/** A mistake of the person at the keyboard: its message is all they need. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const { only, operations, rounds, seconds, callers, peers, short, help } = parsed(args);
  const extent = short ? SHORT : WHOLE;
  return {
    ...extent,
    sections:
      only === undefined ? (short ? SECTIONS : UNLESS_CHOSEN) : chosen("only", only, SECTIONS, (section) => section),
    operations:
      operations === undefined ? OPERATIONS : chosen("operations", operations, OPERATIONS, ({ name }) => name),
    rounds: rounds === undefined ? extent.rounds : integer("rounds", rounds, 50),
    seconds: seconds === undefined ? extent.seconds : integer("seconds", seconds, 60),
    callers: callers === undefined ? extent.callers : integer("callers", callers, 256),
    hasPeers: peers,
    isShort: short,
    isHelp: help,
  };
}

function parsed(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    only: text,
    operations: text,
    rounds: text,
    seconds: text,
    callers: text,
    peers: flag,
    short: flag,
    help: flag,
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function integer(name: string, value: string, max: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  throw new UsageError(`--${name}: must be a whole number from 1 to ${max}`);
}

function chosen<Thing>(
  option: string,
  value: string,
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
): Thing[] {
  return value.split(",").map((name) => {
    const found = things.find((thing) => nameOf(thing) === name.trim());
    if (found !== undefined) return found;
    throw new UsageError(`--${option}: "${name}" is none of ${things.map(nameOf).join(", ")}`);
  });
}
