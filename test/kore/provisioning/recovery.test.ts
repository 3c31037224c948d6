import { beforeEach, describe, expect, test } from "vitest";
import { MINUTE, Scene, mailOf, outcomesOf } from "./fixtures.ts";

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("After a crash", () => {
  const specs = ["a", "b", "c", "d"].map((sim) => ({ sims: [sim], requestKey: sim }));

  test("concurrent repetitions are answered, though more commands were left than are recovered at once", async () => {
    await scene.crashWhileSending(specs, "take");
    const recovery = scene.commands.recover();
    const answers = await Promise.all(specs.map((spec) => scene.order(spec)));
    await recovery;
    expect(answers.flatMap(outcomesOf)).toEqual(["SUBMITTED", "SUBMITTED", "SUBMITTED", "SUBMITTED"]);
    expect(scene.kore.held).toHaveLength(4);
  });

  test("a write may become visible until the visibility window after its latest possible end", async () => {
    await scene.crashWhileSending([{ sims: ["a"] }]);
    const restarted = scene.clock.now();
    scene.kore.onGet = (reply) => {
      const isLate = scene.clock.now() >= restarted + 31_000 + MINUTE / 2;
      if (isLate && scene.kore.held.length === 0) scene.kore.hold({ sims: ["a"] });
      return reply;
    };
    await scene.commands.recover();
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
    expect(scene.kore.posts()).toBe(1);
  });

  test("in a store of an earlier version the visibility window starts at the restart", async () => {
    await scene.crashWhileSending([{ sims: ["a"] }]);
    await scene.removeUntil();
    scene.clock.time += 2 * MINUTE; // A call that took long, for a token, or because KORE was slow.
    const restarted = scene.clock.now();
    scene.kore.onGet = (reply) => {
      if (scene.clock.now() >= restarted + MINUTE / 2 && scene.kore.held.length === 0) scene.kore.hold({ sims: ["a"] });
      return reply;
    };
    await scene.commands.recover();
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
    expect(scene.kore.posts()).toBe(1);
  });

  test("in a store of an earlier version a call may have lasted as long as the longest configurable deadline allows", async () => {
    await scene.crashWhileSending([{ sims: ["a"] }]);
    await scene.removeUntil();
    scene.clock.time += 40 * MINUTE; // Two tokens and two sendings of ten minutes each.
    const restarted = scene.clock.now();
    scene.kore.onGet = (reply) => {
      if (scene.clock.now() >= restarted + MINUTE / 2 && scene.kore.held.length === 0) scene.kore.hold({ sims: ["a"] });
      return reply;
    };
    await scene.commands.recover();
    expect(scene.kore.posts()).toBe(1);
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
  });

  test("old writes are not awaited", async () => {
    await scene.crashWhileSending([{ sims: ["a"] }], "take");
    scene.clock.time += 50 * MINUTE;
    const restarted = scene.clock.now();
    await scene.commands.recover();
    expect(scene.clock.now()).toBe(restarted);
    expect(scene.kore.held).toHaveLength(1);
  });

  test("unsent chunks older than an hour are sent by a repetition only", async () => {
    await scene.crashWhileSending([{ sims: ["a"] }]);
    scene.clock.time += 61 * MINUTE;
    await scene.commands.recover();
    expect(scene.kore.held).toEqual([]);
    expect(scene.audited).toMatchObject([{ who: "recovery", isRecovery: true, outcomes: { REJECTED: 1 } }]);
    expect(outcomesOf(await scene.order({ sims: ["a"] }))).toEqual(["SUBMITTED"]);
    expect(scene.kore.held.map(mailOf)).toEqual(["a@acme.example"]);
  });

  test("two commands with a common SIM are recovered one after the other, and neither is sent twice", async () => {
    scene.store.onWrite = ([key]) => {
      if (key?.startsWith("chunk/")) throw new Error("The disk is full");
    };
    await expect(scene.order({ sims: ["a", "b"], requestKey: "first" })).rejects.toThrow(AggregateError);
    scene.store.onWrite = () => undefined;
    await scene.crashWhileSending([{ sims: ["a"], requestKey: "second" }], "take");
    scene.slowDownTheSecondList();
    await scene.commands.recover();
    expect(outcomesOf(await scene.order({ sims: ["a"], requestKey: "second" }))).toEqual(["SUBMITTED"]);
    expect([scene.heldFor("a").length, scene.heldFor("a", "b").length]).toEqual([1, 1]);
  });

  test("a command whose outcome was recorded is closed by the next start", async () => {
    scene.store.onWrite = (keys) => {
      if (keys.some((key) => key.startsWith("open/")) && scene.kore.held.length > 0)
        throw new Error("The disk is full");
    };
    await expect(scene.order({ sims: ["a"] })).rejects.toThrow("The disk is full");
    expect(scene.store.text()).toContain("a@acme.example");
    scene.store.onWrite = () => undefined;
    await scene.start().recover();
    expect(scene.store.text()).not.toContain("a@acme.example");
    expect(scene.store.keys().filter((key) => key.startsWith("open/"))).toEqual([]);
  });
});
