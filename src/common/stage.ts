import { setImmediate } from "node:timers";

/**
 * A stage of answering. Work that arrives in one turn of the event loop runs at its end, all in one go, and so do the
 * promises that follow from it, step by step. The processor then runs the same code for many operations in a row, out of its
 * caches: one by one, an answer takes half as long again. Work must not throw, since the rest of the turn's would be lost.
 */
export function createStage(): (work: () => void) => void {
  let waiting: (() => void)[] = [];
  const run = () => {
    const arrived = waiting;
    waiting = [];
    for (const work of arrived) work();
  };
  return (work) => {
    if (waiting.push(work) === 1) setImmediate(run);
  };
}
