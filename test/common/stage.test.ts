import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createStage } from "../../src/common/stage.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a stage of answering", () => {
  it("runs the work of one turn in one go, at its end, in its order", async () => {
    const ran: string[] = [];
    const stage = createStage();
    for (const name of ["one", "two"]) stage(() => ran.push(name));
    await Promise.resolve();
    expect(ran).toEqual([]);
    await turn();
    expect(ran).toEqual(["one", "two"]);
  });

  it("lets what follows by promises go step by step, for all of a turn", async () => {
    const steps: string[] = [];
    const stage = createStage();
    for (const name of ["one", "two"]) {
      const begun = new Promise<void>((resolve) => {
        stage(resolve);
      });
      void begun.then(() => steps.push(`${name} first`)).then(() => steps.push(`${name} second`));
    }
    await turn();
    expect(steps).toEqual(["one first", "two first", "one second", "two second"]);
  });

  it("leaves work that is added meanwhile to the next turn", async () => {
    const ran: string[] = [];
    const stage = createStage();
    stage(() => stage(() => ran.push("later")));
    await turn();
    expect(ran).toEqual([]);
    await turn();
    expect(ran).toEqual(["later"]);
  });

  it("runs no more at once than its bound, and the rest in the next turns, in order", async () => {
    const ran: string[] = [];
    const stage = createStage({ atOnce: 10 });
    for (const size of [4, 5, 6, 100, 1, 2]) stage(() => ran.push(String(size)), size);
    await turn();
    expect(ran).toEqual(["4", "5", "6"]);
    stage(() => ran.push("later"));
    await turn();
    expect(ran).toEqual(["4", "5", "6", "100"]);
    await turn();
    expect(ran).toEqual(["4", "5", "6", "100", "1", "2", "later"]);
  });

  describe("whose work waits for more", () => {
    it("runs a single piece of work at the end of its turn", async () => {
      const ran: string[] = [];
      const stage = createStage({ longestWait: 5 });
      stage(() => ran.push("one"));
      await turn();
      expect(ran).toEqual(["one"]);
    });

    it("runs several in one go, in their order, after a turn that brought no more", async () => {
      const ran: string[] = [];
      const stage = createStage({ longestWait: 1000 });
      for (const name of ["one", "two"]) stage(() => ran.push(name));
      await turn();
      stage(() => ran.push("three"));
      await turn();
      expect(ran).toEqual([]);
      await turn();
      expect(ran).toEqual(["one", "two", "three"]);
    });

    it("waits no longer than it may while each turn brings more", async () => {
      let time = 0;
      onTestFinished(() => void vi.restoreAllMocks());
      vi.spyOn(performance, "now").mockImplementation(() => time);
      let ran = 0;
      const stage = createStage({ longestWait: 5 });
      const add = () => stage(() => (ran += 1));
      add();
      for (; time < 5; time += 1) {
        add();
        await turn();
      }
      expect(ran).toBe(0);
      add();
      await turn();
      expect(ran).toBe(7);
    });
  });
});
