import { expect, test } from "vitest";
import { KoreError } from "../../../src/kore/errors.ts";
import { Random } from "../../e2e/chaos/workload/random.ts";
import { LossyWrites } from "../lossy-writes.ts";
import { RULE, Scene } from "./fixtures.ts";

const HISTORIES = 150;
const STEPS = 12;
const NAMES = ["Day", "Night"] as const;

class History {
  readonly scene = new Scene();
  readonly #random: Random;
  readonly #writes: LossyWrites;
  /** Writes whose replies are lost, and that reach KORE within the window of ten seconds. */
  #late: { make: () => unknown; at: number }[] = [];

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#writes = new LossyWrites(this.#random, (make) => this.#late.push({ make, at: this.scene.clock.time }));
    this.scene.onWrite = (make) => this.#writes.answer(make).answer();
    this.scene.onList = () => {
      this.#late = this.#late.filter(({ make, at }) => {
        const isArriving = this.scene.clock.time - at >= 5000 || this.#random.chance(0.5);
        if (isArriving) make();
        return !isArriving;
      });
      if (this.#random.chance(0.1)) throw new KoreError("unavailable", "no list", { operation: "GET", status: 503 });
    };
  }

  async step(): Promise<void> {
    const name = this.#random.pick(NAMES);
    const creations = Array.from({ length: this.#random.integer(1, 2) }, () =>
      this.scene.create({ ...RULE, name }).catch((error: unknown) => {
        if (!(error instanceof KoreError)) throw error;
      }),
    );
    if (await this.#writes.end(creations, this.scene.clock)) return;
    this.scene.rules = this.scene.start(); // The process ends while it waits for KORE.
    await this.scene.rules.takeOver();
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
