import { describe, expect, it } from "vitest";
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
    const stage = createStage(10);
    for (const size of [4, 5, 6, 100, 1, 2]) stage(() => ran.push(String(size)), size);
    await turn();
    expect(ran).toEqual(["4", "5", "6"]);
    stage(() => ran.push("later"));
    await turn();
    expect(ran).toEqual(["4", "5", "6", "100"]);
    await turn();
    expect(ran).toEqual(["4", "5", "6", "100", "1", "2", "later"]);
  });
});
