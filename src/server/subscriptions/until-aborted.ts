import { type CallerSignal } from "../../common/abort.ts";

/**
 * The items of a source until `signal` aborts, even while the source waits: otherwise a source without further items
 * would never end. The source's `return()` is called at that moment, once.
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
      // Not Promise.race against the signal: each race would add a listener for the life of the subscription.
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
