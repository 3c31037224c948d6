import { expect, test } from "vitest";
import { KoreError } from "../../../src/kore/errors.ts";
import { type TextResult } from "../../../src/kore/messages/result.ts";
import { Random } from "../../e2e/chaos/workload/random.ts";
import { type Fate, LossyWrites } from "../lossy-writes.ts";
import { Scene } from "./fixtures.ts";

const HISTORIES = 150;
const STEPS = 12;
const KEYS = ["one", "two", "three"] as const;

/** Fates after which the text may be at KORE. */
const MAY_HAVE_ARRIVED: ReadonlySet<Fate> = new Set(["accepts", "reply lost", "request lost", "never answers"]);

class History {
  readonly scene = new Scene();
  readonly #random: Random;
  readonly #writes: LossyWrites;
  /** Fates of the POSTs of each text. */
  readonly fates = new Map<string, Fate[]>();
  readonly answers = new Map<string, TextResult[]>();

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#writes = new LossyWrites(this.#random);
    const { kore } = this.scene;
    kore.onList = (messages) => {
      if (this.#random.chance(0.1)) throw new KoreError("unavailable", "no list", { operation: "GET", status: 503 });
      const shown = this.#random.chance(0.2) ? messages.slice(0, -1) : messages; // The newest appears late.
      return { messages: shown, "page-info-result": { "total-count": shown.length } };
    };
    kore.onSend = (make, text) => {
      const { fate, answer } = this.#writes.answer(make);
      this.fates.set(text, [...(this.fates.get(text) ?? []), fate]);
      return answer();
    };
  }

  async step(): Promise<void> {
    if (this.#random.chance(0.25)) {
      this.scene.texts = this.scene.start();
      await this.scene.texts.takeOver();
      return;
    }
    const key = this.#random.pick(KEYS);
    const sending = [this.#send(key), ...(this.#random.chance(0.33) ? [this.#send(key)] : [])];
    if (await this.#writes.end(sending, this.scene.clock)) return;
    this.scene.texts = this.scene.start(); // The process ends while it waits for KORE.
    await this.scene.texts.takeOver();
  }

  async #send(requestKey: string): Promise<void> {
    try {
      const result = await this.scene.send({ requestKey, text: requestKey });
      this.answers.set(requestKey, [...(this.answers.get(requestKey) ?? []), result]);
    } catch (error) {
      if (!(error instanceof KoreError)) throw error;
    }
  }

  check(): void {
    for (const key of KEYS) {
      const fates = this.fates.get(key) ?? [];
      const held = this.scene.kore.held.filter(({ detail }) => detail === key);
      expect(
        fates.filter((fate) => MAY_HAVE_ARRIVED.has(fate)).length,
        `POSTs of ${key}: ${fates.join()}`,
      ).toBeLessThan(2);
      expect(held.length).toBeLessThan(2);
      for (const { outcome, messageId } of this.answers.get(key) ?? []) {
        if (outcome === "ACCEPTED" || outcome === "ADOPTED") expect(held.map(({ mid }) => mid)).toEqual([messageId]);
        if (outcome === "REJECTED") expect(held).toEqual([]);
      }
    }
  }
}

test("no history of crashes, lost replies and repetitions sends a text twice", async () => {
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const history = new History(seed);
    for (let step = 0; step < STEPS; step += 1) await history.step();
    history.check();
  }
});
