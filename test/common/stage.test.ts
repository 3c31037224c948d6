import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createStage } from "../../src/common/stage.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function turns(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await turn();
}

describe("a stage of answering", () => {
  it("runs a single piece of work at the end of its turn", async () => {
    const ran: string[] = [];
    const stage = createStage();
    stage(() => ran.push("one"));
    await Promise.resolve();
    expect(ran).toEqual([]);
    await turn();
    expect(ran).toEqual(["one"]);
  });

  it("runs what has arrived together in one go, in its order, after a turn that brought no more", async () => {
    const ran: string[] = [];
    const stage = createStage();
    for (const name of ["one", "two"]) stage(() => ran.push(name));
    await turn();
    stage(() => ran.push("three"));
    await turn();
    expect(ran).toEqual([]);
    await turn();
    expect(ran).toEqual(["one", "two", "three"]);
  });

  it("lets work wait for more for 5 ms", async () => {
    let time = 0;
    onTestFinished(() => void vi.restoreAllMocks());
    vi.spyOn(performance, "now").mockImplementation(() => time);
    let ran = 0;
    const stage = createStage();
    const add = () => stage(() => (ran += 1));
    add();
    for (time = 1; time < 5; time += 1) {
      add();
      await turn();
    }
    expect(ran).toBe(0);
    add();
    await turn();
    expect(ran).toBe(6);
  });

  it("lets what follows by promises go step by step, for all that runs in one go", async () => {
    const steps: string[] = [];
    const stage = createStage();
    for (const name of ["one", "two"]) {
      const begun = new Promise<void>((resolve) => {
        stage(resolve);
      });
      void begun.then(() => steps.push(`${name} first`)).then(() => steps.push(`${name} second`));
    }
    await turns(2);
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

  it("lets large work wait for no more", async () => {
    const ran: string[] = [];
    const stage = createStage();
    for (const [name, size] of [
      ["small", 1],
      ["large", 65_535],
    ] as const)
      stage(() => ran.push(name), size);
    await turn();
    expect(ran).toEqual(["small", "large"]);
  });

  it("runs no more at once than its bound, and the rest in the next turns, in order", async () => {
    const ran: string[] = [];
    const stage = createStage(100_000);
    const sizes = [40_000, 50_000, 60_000, 1_000_000, 1, 2];
    for (const size of sizes) stage(() => ran.push(String(size)), size);
    await turn();
    expect(ran).toEqual(["40000", "50000", "60000"]);
    stage(() => ran.push("later"));
    await turn();
    expect(ran).toEqual(["40000", "50000", "60000", "1000000"]);
    await turn();
    expect(ran).toEqual([...sizes.map(String), "later"]);
  });
});
