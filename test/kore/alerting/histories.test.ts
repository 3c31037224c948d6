import { expect, test } from "vitest";
import { KoreError } from "../../../src/kore/errors.ts";
import { Random } from "../../e2e/chaos/workload/random.ts";
import { RULE, Scene } from "./fixtures.ts";

const HISTORIES = 150;
const STEPS = 12;
const NAMES = ["Day", "Night"] as const;
const FATES = [
  "accepts",
  "reply lost",
  "request lost",
  "refuses",
  "too many",
  "arrives late",
  "never answers",
] as const;

class History {
  readonly scene = new Scene();
  readonly #random: Random;
  #hanging = 0;
  /** Writes whose replies are lost, and that reach KORE within the window of ten seconds. */
  #late: { make: () => unknown; at: number }[] = [];

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.scene.onWrite = (make) => this.#answer(make);
    this.scene.onList = () => {
      this.#late = this.#late.filter(({ make, at }) => {
        const isArriving = this.scene.clock.time - at >= 5000 || this.#random.chance(0.5);
        if (isArriving) make();
        return !isArriving;
      });
      if (this.#random.chance(0.1)) throw new KoreError("unavailable", "no list", { operation: "GET", status: 503 });
    };
  }

  #answer(make: () => unknown): unknown {
    const fail = (kind: "connection" | "bad-request" | "rate-limited", status?: number): never => {
      throw new KoreError(kind, "fate", { operation: "POST", ...(status !== undefined && { status }) });
    };
    switch (this.#random.pick(FATES)) {
      case "accepts":
        return make();
      case "reply lost":
        make();
        return fail("connection");
      case "request lost":
        return fail("connection");
      case "arrives late":
        this.#late.push({ make, at: this.scene.clock.time });
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

  async step(): Promise<void> {
    const name = this.#random.pick(NAMES);
    const hung = this.#hanging;
    const creations = Array.from({ length: this.#random.integer(1, 2) }, () =>
      this.scene.create({ ...RULE, name }).catch((error: unknown) => {
        if (!(error instanceof KoreError)) throw error;
      }),
    );
    const ended = Promise.all(creations).then(() => true);
    while (!(await Promise.race([ended, this.scene.clock.sleep(0).then(() => false)]))) {
      if (this.#hanging === hung) continue;
      this.scene.rules = this.scene.start(); // The process ends while it waits for KORE.
      await this.scene.rules.takeOver();
      return;
    }
  }
}

test("no history of crashes, lost replies and repetitions creates a rule twice", async () => {
  let created = 0;
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const history = new History(seed);
    for (let step = 0; step < STEPS; step += 1) await history.step();
    const names = history.scene.held.map((rule) => rule["rule-name"]);
    expect(names, `seed ${seed}`).toEqual([...new Set(names)]);
    created += names.length;
  }
  expect(created).toBeGreaterThan(HISTORIES);
});
