import { type SimState } from "../state-machine.ts";
import { hash } from "./random.ts";

/** The seed data's "now": everything in it happened before, so that it never depends on the day of the run. */
export const EPOCH = Date.UTC(2025, 0, 1);

const DAY = 86_400_000;
const YOUNGEST = 45 * DAY + 37_421_000; // not on the stroke of midnight
const OLDEST = 6 * 365 * DAY;

export interface Period<T> {
  readonly value: T;
  readonly from: number;
  /** null: it still holds. */
  readonly to: number | null;
}

/**
 * When the n-th SIM of an account was created. Later SIMs are older, so that KORE's order (newest first) is the order
 * of the index and the first page stays the same however large the world. The curve flattens towards six years.
 */
export function createdAt(index: number): number {
  return EPOCH - YOUNGEST - Math.round((OLDEST * index) / (index + 1_500));
}

/** The states before each state. OURS, as the state machine is. */
const PATHS: Readonly<Record<SimState, readonly (readonly SimState[])[]>> = {
  Stock: [["Stock"]],
  Test: [["Stock", "Test"]],
  Ready: [
    ["Stock", "Ready"],
    ["Stock", "Test", "Ready"],
  ],
  Active: [
    ["Stock", "Active"],
    ["Stock", "Active"],
    ["Stock", "Active", "Suspend", "Active"],
  ],
  Suspend: [["Stock", "Active", "Suspend"]],
  "Suspend With Charge": [["Stock", "Active", "Suspend With Charge"]],
  Deactivated: [
    ["Stock", "Active", "Deactivated"],
    ["Stock", "Active", "Suspend", "Deactivated"],
  ],
  "Pending Scrap": [["Stock", "Active", "Deactivated", "Pending Scrap"]],
  Scrapped: [["Stock", "Active", "Deactivated", "Pending Scrap", "Scrapped"]],
  Barred: [["Stock", "Active", "Barred"]],
};

/** The states that a seeded SIM went through, oldest first; the last one holds. */
export function pastStates(seed: number, serial: number, index: number, current: SimState): Period<SimState>[] {
  const born = createdAt(index);
  const paths = PATHS[current];
  const path = paths[hash(seed, 20, serial) % paths.length] ?? [current];
  // Steps divide the time from birth to the epoch unevenly; a day at least between them keeps dates apart.
  const starts = path.map((_, step) => {
    if (step === 0) return born;
    const share = (step - 0.2 - (hash(seed, 21 + step, serial) % 600) / 1000) / path.length;
    return born + step * DAY + Math.floor((EPOCH - born - (path.length + 1) * DAY) * share);
  });
  return path.map((value, step) => ({ value, from: starts[step] ?? born, to: starts[step + 1] ?? null }));
}

/** Ends what holds and begins something else. */
export function follow<T>(periods: readonly Period<T>[], value: T, at: number): Period<T>[] {
  return [...periods.map((p) => (p.to === null ? { ...p, to: at } : p)), { value, from: at, to: null }];
}
