import { createHook } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { keepTick } from "../../src/app/keep-tick.ts";
import { collectGarbage } from "../../src/app/warm-up/collect-garbage.ts";

/** Whether the entries that some work adds to the queue of ticks outlive the collection of garbage. */
async function areKept(work: () => void): Promise<boolean[]> {
  const entries: WeakRef<object>[] = [];
  const init = (_id: number, type: string, _trigger: number, entry: object) => {
    if (type === "TickObject") entries.push(new WeakRef(entry));
  };
  const hook = createHook({ init }).enable();
  work();
  hook.disable();
  await wait(0); // V8 keeps the target of a new WeakRef until the end of the turn.
  await collectGarbage();
  return entries.map((entry) => entry.deref() !== undefined);
}

test("one entry of the queue of ticks is kept, and no other", async () => {
  expect(await areKept(() => process.nextTick(() => undefined))).toEqual([false]);
  expect(await areKept(keepTick)).toEqual([true]);
});
