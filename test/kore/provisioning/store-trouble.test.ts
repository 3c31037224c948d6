import { beforeEach, expect, test } from "vitest";
import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { KoreError } from "../../../src/kore/errors.ts";
import { Scene, outcomesOf } from "./fixtures.ts";

let scene: Scene;
beforeEach(async () => {
  scene = new Scene();
  await scene.commands.recover(); // As at each start.
});

/** Fails each write of the store from the nth on, until repaired. */
function breakStoreAt(nth: number): { mend: () => void } {
  let writes = 0;
  scene.store.onWrite = () => {
    writes += 1;
    if (writes >= nth) throw new StoreUnavailable("no room");
  };
  return { mend: () => void (scene.store.onWrite = () => undefined) };
}

const order = { sims: ["a", "b", "c"], requestKey: "k" };

test("12.1.4 a command that cannot be recorded is refused before anything is sent, and can be repeated", async () => {
  const { mend } = breakStoreAt(1);
  await expect(scene.order(order)).rejects.toThrow(StoreUnavailable);
  expect(scene.kore.posts()).toBe(0);
  mend();
  expect(outcomesOf(await scene.order(order))).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
});

test.each([2, 3, 4, 5, 6])(
  "12.1.5 a store that fails from its write %i on: no SIM is written twice, and none is wrongly reported as written or refused",
  async (nth) => {
    const { mend } = breakStoreAt(nth);
    const before = await scene.order(order);
    const heldFor = (sim: string) => scene.kore.held.filter(({ sims }) => sims.includes(sim)).length;
    for (const { id, outcome, reason } of before.results) {
      const isHeld = heldFor(id ?? "") === 1;
      expect([id, outcome, reason]).toEqual(
        isHeld ? [id, "SUBMITTED", undefined] : [id, "OUTCOME_UNKNOWN", "NOT_SENT_YET"],
      );
    }
    mend();
    const next = scene.start();
    await next.recover();
    expect(outcomesOf(await scene.order(order, next))).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    expect(["a", "b", "c"].map(heldFor)).toEqual([1, 1, 1]);
  },
);

test.each(["refused", "acknowledged"])(
  "a command whose answer %s cannot be recorded stays open, and is reconciled by a repetition",
  async (state) => {
    let posts = 0;
    scene.kore.onPost = (take) => {
      posts += 1;
      if (state === "acknowledged") return take();
      throw new KoreError("bad-request", "no", { operation: "POST", status: 400 });
    };
    let isFailed = false;
    scene.store.onWrite = (keys) => {
      if (posts === 0 || isFailed || !keys.some((key) => key.startsWith("chunk/"))) return;
      isFailed = true;
      throw new StoreUnavailable("no room");
    };
    const one = { sims: ["a"], requestKey: "k" };
    const observed = state === "refused" ? "OUTCOME_UNKNOWN REPLY_LOST" : "SUBMITTED";
    expect(outcomesOf(await scene.order(one))).toEqual([observed]);
    scene.kore.onPost = (take) => take();
    expect(outcomesOf(await scene.order(one))).toEqual(["SUBMITTED"]);
    expect(scene.heldFor("a")).toHaveLength(1);
    expect(scene.store.keys().filter((key) => /^(open|sim|lock)\//.test(key))).toEqual([]);
  },
);
