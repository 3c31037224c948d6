import { setImmediate } from "node:timers";

/**
 * A stage of answering. Work that arrives in one turn of the event loop runs at its end, all in one go, and so do the
 * promises that follow from it, step by step. The processor then runs the same code for many operations in a row, out of its
 * caches: one by one, an answer takes half as long again. Work must not throw, since the rest of the turn's would be lost.
 *
 * Work that runs in one go also ends together, and large work keeps the rest waiting.
 *
 * @param atOnce how much runs in one go, by the sizes that are given; more of it waits for the next turns. @default all
 */
export function createStage(atOnce = Infinity): (work: () => void, size?: number) => void {
  let waiting: { work: () => void; size: number }[] = [];
  const run = () => {
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
