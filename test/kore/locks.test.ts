import { expect, test } from "vitest";
import { Locks } from "../../src/kore/locks.ts";

/** Holds locks until told to let go, and tells what happened in order. */
function stage() {
  const locks = new Locks();
  const told: string[] = [];
  const hold = (name: string, ...sims: string[]) => {
    let letGo: (error?: Error) => void = () => undefined;
    const done = new Promise<void>((resolve, reject) => (letGo = (error) => (error ? reject(error) : resolve())));
    const held = locks.hold(sims, async () => {
      told.push(`${name} begins`);
      await done.finally(() => told.push(`${name} ends`));
      return name;
    });
    held.catch(() => undefined);
    return { held, letGo };
  };
  return { hold, told, soon: () => new Promise((resolve) => setImmediate(resolve)) };
}

test("writes that share a SIM go one after the other, in the order in which they came", async () => {
  const { hold, told, soon } = stage();
  const [a, b, c] = [hold("a", "1", "2"), hold("b", "2", "3"), hold("c", "3")];
  for (const { letGo } of [c, b, a]) letGo();
  await Promise.all([a.held, b.held, c.held]);
  await soon();
  expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("writes that share none go at once", async () => {
  const { hold, told, soon } = stage();
  hold("a", "1");
  hold("b", "2");
  await soon();
  expect(told).toEqual(["a begins", "b begins"]);
});

test("two that want the same SIMs in another order do not wait for each other for ever", async () => {
  const { hold } = stage();
  const [a, b] = [hold("a", "1", "2"), hold("b", "2", "1")];
  a.letGo();
  b.letGo();
  expect(await Promise.all([a.held, b.held])).toEqual(["a", "b"]);
});

test("a write that fails lets the next one go", async () => {
  const { hold } = stage();
  const [a, b] = [hold("a", "1"), hold("b", "1")];
  a.letGo(new Error("failed"));
  b.letGo();
  await expect(a.held).rejects.toThrow("failed");
  expect(await b.held).toBe("b");
});

test("a write waits for the one before it even when that one still waits itself", async () => {
  const { hold, told, soon } = stage();
  const a = hold("a", "1");
  hold("b", "1", "2");
  hold("c", "2");
  await soon();
  expect(told).toEqual(["a begins"]);
  a.letGo();
  await soon();
  expect(told).toEqual(["a begins", "a ends", "b begins"]);
});
