import { beforeEach, describe, expect, test } from "vitest";
import { unsent } from "./fakes.ts";
import { Scene, outcomesOf } from "./fixtures.ts";

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("A SIM of which it is not known whether a write arrived", () => {
  test("is written by nobody else before it is known", async () => {
    await scene.leaveInDoubt({ sims: ["a"] }, "take");
    scene.hideList();
    expect(outcomesOf(await scene.order({ sims: ["a", "b"], requestKey: "other" }))).toEqual([
      "REJECTED EARLIER_OUTCOME_UNKNOWN",
      "SUBMITTED",
    ]);
    expect(scene.heldFor("a")).toHaveLength(1);
  });

  test("is tried again when the order that could not write it is said again with its key", async () => {
    await scene.leaveInDoubt({ sims: ["a"] }, "take");
    scene.hideList();
    const wish = { sims: ["a", "b"], requestKey: "other" };
    expect(outcomesOf(await scene.order(wish))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN", "SUBMITTED"]);
    expect(outcomesOf(await scene.order(wish))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN", "SUBMITTED"]);
    scene.kore.onGet = (reply) => reply;
    expect(outcomesOf(await scene.order(wish))).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect([scene.heldFor("a").length, scene.heldFor("b").length]).toEqual([2, 1]);
  });

  test("is not written after a restart by the order that could not write it, until that is said again", async () => {
    await scene.leaveInDoubt({ sims: ["a"] }, "take");
    scene.hideList();
    await scene.order({ sims: ["a"], requestKey: "other" });
    scene.kore.onGet = (reply) => reply;
    scene.orders = scene.start();
    await scene.orders.recover();
    expect(scene.heldFor("a")).toHaveLength(1);
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "other" }))).toEqual(["SUBMITTED"]);
    expect(scene.heldFor("a")).toHaveLength(2);
  });

  test("is looked up once for all SIMs of its request", async () => {
    await scene.leaveInDoubt({ sims: ["a", "b"] }, "take");
    scene.kore.asked.length = 0;
    scene.hideList();
    await scene.order({ sims: ["a", "b", "c"], requestKey: "other" });
    expect(scene.kore.asked).toEqual(["GET ?subscription-id=a&take=100", "POST suspend"]);
  });

  test("is found once though two ask for SIMs of its request at once, and never sent again", async () => {
    await scene.leaveInDoubt({ sims: ["a", "b"] }, "take");
    scene.slowDownTheSecondList();
    await Promise.all([
      scene.order({ sims: ["a"], requestKey: "other a" }),
      scene.order({ sims: ["b"], requestKey: "other b" }),
    ]);
    expect(outcomesOf(await scene.order({ sims: ["a", "b"] }))).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect(scene.heldFor("a", "b")).toHaveLength(1);
  });

  test("stays in doubt when another intent for it is forgotten", async () => {
    const finished = { sims: ["a"], requestKey: null };
    await scene.order(finished);
    await scene.leaveInDoubt({ sims: ["a"] }, "take");
    scene.hideList();
    expect(outcomesOf(await scene.order(finished))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN"]);
    expect(outcomesOf(await scene.order(finished))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN"]);
  });

  test("is not written by an order that was not sent and is now asked for again", async () => {
    scene.kore.onPost = () => {
      throw unsent();
    };
    await expect(scene.order({ sims: ["a"], requestKey: "not sent" })).rejects.toMatchObject({ isUnsent: true });
    await scene.leaveInDoubt({ sims: ["a"] }, "lose");
    scene.hideList();
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "not sent" }))).toEqual([
      "REJECTED EARLIER_OUTCOME_UNKNOWN",
    ]);
    scene.kore.onGet = (reply) => reply;
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "not sent" }))).toEqual(["SUBMITTED"]);
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
    expect(scene.heldFor("a")).toHaveLength(2);
  });
});
