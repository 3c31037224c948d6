import { type PeerName } from "./peers.ts";

/** Goals, as ratios to the hand-written server unless stated otherwise. */
const THROUGHPUT: Readonly<Record<string, number>> = {
  flat: 1,
  related: 0.9,
  plans: 0.9,
  single: 0.65,
  "single-new": 0.65,
  "flat-hot": 8,
  "related-hot": 5,
  "single-hot": 1.6,
};

/** The graph is to be ahead of it in the same run: at one SIM, and with the first answer on one core. */
export const RIVAL: PeerName = "mercurius";
export const AHEAD_OF_RIVAL: ReadonlySet<string> = new Set(["single", "single-new"]);

/** Promises of one SIM's answer; timers of the process add a part of one. */
export const PROMISES_AT_MOST = 24.5;

export const P99_AT_MOST = 2;
export const MEMORY_AT_MOST = 1.2;
/** Of the most memory of all operations. */
export const PEAK_AT_MOST = 1.3;
/** Milliseconds beyond what KORE takes. */
export const OVER_KORE_AT_MOST = 5;
/** Milliseconds to the first answer. */
export const START_AT_MOST = 1000;
/** MiB of a process that has answered once. */
export const IDLE_MEMORY_AT_MOST = 100;
/** The CPU of the first thousand answers of a process, to that of later ones. */
export const FIRST_ANSWERS_AT_MOST = 1.5;
/** The cost of a SIM, and the memory, of the largest account to those of smaller ones. */
export const GROWTH_AT_MOST = 1.2;

export function throughputGoal(operation: string): number {
  const goal = THROUGHPUT[operation];
  if (goal === undefined) throw new Error(`${operation} has no goal`);
  return goal;
}

export function atMost(value: number, goal: number, shown = value.toFixed(2)): string {
  return value <= goal ? shown : `${shown} (missed)`;
}

export function atLeast(value: number, goal: number): string {
  return value >= goal ? "met" : "missed";
}
