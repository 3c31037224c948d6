import { KoreError } from "../../src/kore/errors.ts";
import { type Random } from "../e2e/chaos/workload/random.ts";
import { type SleepersClock } from "./provisioning/fakes.ts";

/** The fate of one write between us and KORE. */
export type Fate =
  "accepts" | "reply lost" | "request lost" | "arrives late" | "refuses" | "too many" | "never answers";
const FATES: readonly Fate[] = ["accepts", "reply lost", "request lost", "refuses", "too many", "never answers"];

/** Gives writes random fates, and ends the process while one of them is never answered. */
export class LossyWrites {
  readonly #random: Random;
  readonly #fates: readonly Fate[];
  readonly #later: (make: () => unknown) => void;
  #hanging = 0;

  /** @param later takes changes that arrive at KORE after their call has failed. @default no write arrives late */
  constructor(random: Random, later?: (make: () => unknown) => void) {
    this.#random = random;
    this.#fates = later ? [...FATES, "arrives late"] : FATES;
    this.#later = later ?? (() => undefined);
  }

  /** @param make makes the change at KORE @returns the fate, and KORE's answer */
  answer(make: () => unknown): { fate: Fate; answer: () => unknown } {
    const fate = this.#random.pick(this.#fates);
    return { fate, answer: () => this.#answer(fate, make) };
  }

  #answer(fate: Fate, make: () => unknown): unknown {
    const fail = (kind: "connection" | "bad-request" | "rate-limited", status?: number): never => {
      throw new KoreError(kind, fate, { operation: "POST", ...(status !== undefined && { status }) });
    };
    switch (fate) {
      case "accepts":
        return make();
      case "reply lost":
        make();
        return fail("connection");
      case "request lost":
        return fail("connection");
      case "arrives late":
        this.#later(make);
        return fail("connection");
      case "refuses":
        return fail("bad-request", 400);
      case "too many":
        return fail("rate-limited", 429);
      case "never answers":
        if (this.#random.chance(0.5)) make();
        this.#hanging += 1;
        return new Promise(() => undefined);
    }
  }

  /** @returns whether all have ended; else one of their writes is never answered */
  async end(work: readonly Promise<unknown>[], clock: SleepersClock): Promise<boolean> {
    const hung = this.#hanging;
    const ended = Promise.all(work).then(() => true);
    while (!(await Promise.race([ended, clock.sleep(0).then(() => false)]))) {
      if (this.#hanging !== hung) return false;
    }
    return true;
  }
}
