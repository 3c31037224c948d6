import { type Reply } from "../../support/app.ts";
import { Violation } from "./oracle/compare.ts";
import { type FaultPlan, type Outage, isFaultFree } from "./faults/fault-plan.ts";

interface Count {
  whole: number;
  inPart: number;
  failed: number;
}

export type Role = "reads" | "writes" | "live updates";

/** Codes of errors that faults of KORE may cause. Others are defects. */
const CODES: ReadonlySet<string> = new Set([
  "KORE_RATE_LIMITED",
  "KORE_UNAVAILABLE",
  "KORE_TIMEOUT",
  "KORE_UNREACHABLE",
  "KORE_CONTRACT_BROKEN",
  "KORE_UNAUTHENTICATED",
  "KORE_FORBIDDEN",
  "UPSTREAM_BUSY",
]);

/** Counts answers. @throws Violation for errors that must not occur */
export class CallStats {
  readonly counts = new Map<string, Count>();
  readonly codes = new Map<string, number>();
  /** Complete answers to reads, by second. */
  readonly bySecond: number[] = [];
  readonly #begun = performance.now();
  readonly #plan: FaultPlan;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  /** Milliseconds since the start. */
  now(): number {
    return performance.now() - this.#begun;
  }

  record(role: Role, name: string, { data, errors }: Reply, askedAt: number): void {
    const now = this.now();
    const count = this.#count(role === "reads" ? name : role);
    if (!errors) count.whole += 1;
    else if (data) count.inPart += 1;
    else count.failed += 1;
    if (role === "reads" && !errors) {
      const second = Math.floor(now / 1000);
      this.bySecond[second] = (this.bySecond[second] ?? 0) + 1;
    }
    for (const { message, extensions } of errors ?? []) {
      const code = (extensions as { code: string } | undefined)?.code ?? "none";
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      if (!CODES.has(code)) throw new Violation(`${name}: an error with code ${code}: ${message}`);
      if (/\d{10,}/.test(message)) throw new Violation(`${name}: an error names what may be a SIM: ${message}`);
      if (role === "reads" && isFaultFree(this.#plan, askedAt, now))
        throw new Violation(`${name}: ${code} without faults, from ${Math.round(askedAt)} to ${Math.round(now)} ms`);
    }
  }

  /** Counts another event, such as a disconnected caller. */
  add(name: string): void {
    this.#count(name).whole += 1;
  }

  total(): Count {
    const total = { whole: 0, inPart: 0, failed: 0 };
    for (const { whole, inPart, failed } of this.counts.values()) {
      total.whole += whole;
      total.inPart += inPart;
      total.failed += failed;
    }
    return total;
  }

  /** Complete reads a second: median before an outage, minimum during it, and the seconds after it until half is reached again. */
  recovery({ at, until }: Outage): { usual: number; worst: number; seconds: number } {
    const rates = (from: number, to: number) =>
      Array.from(
        { length: Math.floor(to / 1000) - Math.ceil(from / 1000) },
        (_, n) => this.bySecond[Math.ceil(from / 1000) + n] ?? 0,
      );
    const usual = median(rates(at - 4_000, at));
    const after = rates(until, until + 8_000);
    const back = after.findIndex((rate) => rate >= usual / 2);
    return { usual, worst: Math.min(...rates(at + 1_000, until)), seconds: back < 0 ? Infinity : back + 1 };
  }

  #count(name: string): Count {
    let count = this.counts.get(name);
    if (!count) this.counts.set(name, (count = { whole: 0, inPart: 0, failed: 0 }));
    return count;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
