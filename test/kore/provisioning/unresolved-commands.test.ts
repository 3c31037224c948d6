import { beforeEach, describe, expect, test } from "vitest";
import { unsent } from "./fakes.ts";
import { Scene, outcomesOf } from "./fixtures.ts";

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("A SIM with an ambiguous write", () => {
  test("is not written by other commands before it is resolved", async () => {
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    scene.hideList();
    expect(outcomesOf(await scene.order({ sims: ["a", "b"], requestKey: "other" }))).toEqual([
      "REJECTED EARLIER_OUTCOME_UNKNOWN",
      "SUBMITTED",
    ]);
    expect(scene.heldFor("a")).toHaveLength(1);
  });

  test("is written when the other command is repeated with its key", async () => {
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    scene.hideList();
    const spec = { sims: ["a", "b"], requestKey: "other" };
    expect(outcomesOf(await scene.order(spec))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN", "SUBMITTED"]);
    expect(outcomesOf(await scene.order(spec))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN", "SUBMITTED"]);
    scene.kore.onGet = (reply) => reply;
    expect(outcomesOf(await scene.order(spec))).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect([scene.heldFor("a").length, scene.heldFor("b").length]).toEqual([2, 1]);
  });

  test("is not written after a restart until the other command is repeated", async () => {
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    scene.hideList();
    await scene.order({ sims: ["a"], requestKey: "other" });
    scene.kore.onGet = (reply) => reply;
    scene.commands = scene.start();
    await scene.commands.recover();
    expect(scene.heldFor("a")).toHaveLength(1);
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "other" }))).toEqual(["SUBMITTED"]);
    expect(scene.heldFor("a")).toHaveLength(2);
  });

  test("is reconciled once for all SIMs of its request", async () => {
    await scene.leaveAmbiguous({ sims: ["a", "b"] }, "take");
    scene.kore.asked.length = 0;
    scene.hideList();
    await scene.order({ sims: ["a", "b", "c"], requestKey: "other" });
    expect(scene.kore.asked).toEqual(["GET ?subscription-id=a&take=100", "POST suspend"]);
  });

  test("is found once by concurrent commands, and never sent again", async () => {
    await scene.leaveAmbiguous({ sims: ["a", "b"] }, "take");
    scene.slowDownTheSecondList();
    await Promise.all([
      scene.order({ sims: ["a"], requestKey: "other a" }),
      scene.order({ sims: ["b"], requestKey: "other b" }),
    ]);
    expect(outcomesOf(await scene.order({ sims: ["a", "b"] }))).toEqual(["SUBMITTED", "SUBMITTED"]);
    expect(scene.heldFor("a", "b")).toHaveLength(1);
  });

  test("stays reserved when another command for it is deleted", async () => {
    const finished = { sims: ["a"], requestKey: null };
    await scene.order(finished);
    await scene.leaveAmbiguous({ sims: ["a"] }, "take");
    scene.hideList();
    expect(outcomesOf(await scene.order(finished))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN"]);
    expect(outcomesOf(await scene.order(finished))).toEqual(["REJECTED EARLIER_OUTCOME_UNKNOWN"]);
  });

  test("is not written by a repetition of an unsent command", async () => {
    scene.kore.onPost = () => {
      throw unsent();
    };
    await expect(scene.order({ sims: ["a"], requestKey: "not sent" })).rejects.toMatchObject({ isUnsent: true });
    await scene.leaveAmbiguous({ sims: ["a"] }, "lose");
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
