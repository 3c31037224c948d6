/** Where a manual clock starts. Seed data is older than this. */
const MANUAL_START = Date.UTC(2025, 0, 15, 9);

export interface Clock {
  /** False: time passes only by `advance`. */
  readonly ticks: boolean;
  now(): Date;
  /** Moves time forward; a real clock keeps running from there. */
  advance(ms: number): void;
  /** Back to where it started. */
  reset(): void;
}

/** The simulator's clock, for token expiry and provisioning. Injected latency is always real time. */
export function createClock(kind: "real" | "manual"): Clock {
  let offset = 0;
  return {
    ticks: kind === "real",
    now: () => new Date((kind === "manual" ? MANUAL_START : Date.now()) + offset),
    advance: (ms) => {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError("a clock advances by zero or more milliseconds");
      offset += ms;
    },
    reset: () => {
      offset = 0;
    },
  };
}
