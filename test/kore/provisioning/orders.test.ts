import { beforeEach, describe, expect, test } from "vitest";
import { unsent } from "./fakes.ts";
import { MINUTE, Scene, mailOf, outcomesOf } from "./scene.ts";

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("An intent", () => {
  test("that another process has just opened is answered with that one's", async () => {
    const other = scene.start();
    const create = scene.store.create.bind(scene.store);
    scene.store.create = async (...call) => {
      scene.store.create = create;
      await scene.order({ sims: ["a"] }, other);
      return scene.store.create(...call);
    };
    expect(await scene.order({ sims: ["a"] })).toEqual(await scene.order({ sims: ["a"] }, other));
    expect(scene.kore.held).toHaveLength(1);
  });

  test("of which the ledger fails in one part keeps its SIMs until the other parts are answered", async () => {
    let answer = () => {};
    scene.kore.onPost = async (take, post) => {
      if (post === 1) await new Promise<void>((resolve) => (answer = resolve));
      return take();
    };
    let writes = 0;
    scene.store.onWrite = (keys) => {
      if (keys[0]?.endsWith("/000001") && ++writes === 1) throw new Error("The disk is full");
    };
    const failed = scene.order({ sims: ["a", "b", "c", "d"] }).catch((error: unknown) => error);
    await expect.poll(() => scene.kore.posts()).toBe(1);
    const again = scene.order({ sims: ["a", "b"], requestKey: "other" });
    await scene.clock.sleep(2 * MINUTE);
    expect(scene.kore.posts()).toBe(1);
    answer();
    expect(await failed).toBeInstanceOf(AggregateError);
    expect(outcomesOf(await again)).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect(outcomesOf(await scene.order({ sims: ["a", "b", "c", "d"] }))).toEqual(Array(4).fill("SUBMITTED"));
    expect([scene.heldFor("a", "b").length, scene.heldFor("c", "d").length]).toEqual([2, 1]);
  });

  test("without a key, of which a part was not sent, sends that part with all its options when said again", async () => {
    scene.kore.onPost = (take, post) => {
      if (post !== 1) throw unsent();
      return take();
    };
    const wish = { sims: ["a", "b", "c"], requestKey: null };
    expect(outcomesOf(await scene.order(wish))).toEqual(["SUBMITTED", "SUBMITTED", "REJECTED NOT_SENT"]);
    for (const held of scene.kore.held) held.status = "pending";
    scene.kore.onPost = (take) => take();
    expect(outcomesOf(await scene.order(wish))).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    expect(scene.kore.held.map(mailOf)).toEqual(["a@acme.example", "a@acme.example"]);
  });

  test("leaves neither names and addresses nor its key in the ledger when nothing is left to send", async () => {
    await scene.order({ sims: ["a"], requestKey: "Ada Lovelace" });
    expect(scene.store.text()).not.toMatch(/acme.example|Lovelace/);
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "Ada Lovelace" }))).toEqual(["SUBMITTED"]);
  });
});
