import { setImmediate } from "node:timers";

interface StageOptions {
  /** How much runs in one go, by the sizes that are given; more of it waits for the next turns. @default all */
  atOnce?: number;
  /**
   * How long several pieces of work wait while each turn brings more, in milliseconds; they may then run after a turn that takes
   * longer. A single piece waits for nothing. @default none waits
   */
  longestWait?: number;
}

/**
 * A stage of answering. Work that arrives in one turn of the event loop runs at its end, all in one go, and so do the
 * promises that follow from it, step by step. The processor then runs the same code for many operations in a row, out of its
 * caches: one by one, an answer takes half as long again. Work must not throw, since the rest of it would be lost.
 *
 * Work that runs in one go also ends together, and large work keeps the rest waiting.
 */
export function createStage({ atOnce = Infinity, longestWait = 0 }: StageOptions = {}): (
  work: () => void,
  size?: number,
) => void {
  let waiting: { work: () => void; size: number }[] = [];
  let waitingBefore = 1;
  let waitUntil: number | undefined;
  const mayWait = () => {
    if (longestWait === 0 || waiting.length <= waitingBefore) return false;
    const now = performance.now();
    waitUntil ??= now + longestWait;
    return now < waitUntil;
  };
  const run = () => {
    if (mayWait()) {
      waitingBefore = waiting.length;
      setImmediate(run);
      return;
    }
    waitingBefore = 1;
    waitUntil = undefined;
    const arrived = waiting;
    let count = 0;
    for (let sizes = 0; count < arrived.length && sizes < atOnce; count += 1) sizes += arrived[count]?.size ?? 0;
    waiting = arrived.splice(count);
    if (waiting.length > 0) setImmediate(run);
    for (const { work } of arrived) work();
  };
  return (work, size = 0) => {
    if (waiting.push({ work, size }) === 1) setImmediate(run);
  };
}
