import { setImmediate } from "node:timers";

/** How long work may wait for more; it may then run after a turn that takes longer. Milliseconds. */
const LONGEST_WAIT = 5;

/** Bytes from which work is taken up as it is: large work gains nothing from company. */
const LARGE = 64 * 1024;

/**
 * A stage of answering. Work that arrives together runs at the end of a turn of the event loop, all in one go, and so do the
 * promises that follow from it, step by step. The processor then runs the same code for many operations in a row, out of its
 * caches: one by one, an answer takes half as long again. While each turn brings more, all wait for the next turn as well; a
 * single one waits for nothing. Work must not throw, since the rest of it would be lost.
 *
 * Work that runs in one go also ends together, and large work keeps the rest waiting.
 *
 * @param atOnce how much runs in one go, by the sizes that are given, in bytes; more of it waits for the next turns.
 *   @default all
 */
export function createStage(atOnce = Infinity): (work: () => void, size?: number) => void {
  let waiting: { work: () => void; size: number }[] = [];
  let bytes = 0;
  let waitUntil = 0;
  let waitingBefore = 1;
  const run = () => {
    if (waiting.length > waitingBefore && bytes < LARGE && performance.now() < waitUntil) {
      waitingBefore = waiting.length;
      setImmediate(run);
      return;
    }
    const arrived = waiting;
    let count = 0;
    let taken = 0;
    for (; count < arrived.length && taken < atOnce; count += 1) taken += arrived[count]?.size ?? 0;
    waiting = arrived.splice(count);
    bytes -= taken;
    waitingBefore = Math.max(waiting.length, 1);
    if (waiting.length > 0) setImmediate(run);
    for (const { work } of arrived) work();
  };
  return (work, size = 0) => {
    bytes += size;
    if (waiting.push({ work, size }) > 1) return;
    waitUntil = performance.now() + LONGEST_WAIT;
    setImmediate(run);
  };
}
