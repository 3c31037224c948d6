import { type CallerSignal } from "../../common/abort.ts";
/**
 * The items of a source until `signal` aborts, even while the source has none: a source that never wakes up would hold
 * its subscriber for ever. The source's `return()` is called at that moment, once.
 */
export async function* untilAborted<Item>(
  signal: CallerSignal,
  source: AsyncIterable<Item>,
  onFailedReturn: (error: unknown) => void,
): AsyncGenerator<Item, void, undefined> {
  const items = source[Symbol.asyncIterator]();
  let stopWaiting = (): void => undefined;
  let hasEnded = false;
  const end = () => {
    stopWaiting();
    if (hasEnded) return;
    hasEnded = true;
    void (async () => items.return?.())().catch(onFailedReturn);
  };
  signal.addEventListener("abort", end);
  try {
    while (!signal.aborted) {
      // No Promise.race against the signal: each race would leave a listener on it for as long as the subscription lives.
      const step = await new Promise<IteratorResult<Item, unknown>>((resolve, reject) => {
        stopWaiting = () => resolve({ done: true, value: undefined });
        items.next().then(resolve, reject);
      });
      if (step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}
