import { type WireSubscription } from "../../src/kore/index.ts";

/** A page of SIMs as KORE spells it. */
export function page(subscriptions: readonly WireSubscription[], total: number) {
  return {
    "page-info-result": { "total-count": total, "page-index": 0, "max-page-item": subscriptions.length },
    subscriptions,
  };
}

const MARK = "REVISION";

/**
 * Pages of which each has other bytes than the one before, in so many of its last rows, in a place that no operation of
 * the bench selects: who keeps what it has read must read these rows anew, and the answers stay the same.
 */
export function changingPage(sims: readonly WireSubscription[], rows: number): () => Buffer {
  const marked = sims.map((one, index) => (index >= sims.length - rows ? { ...one, model: MARK } : one));
  const bytes = Buffer.from(JSON.stringify(page(marked, marked.length)));
  const places: number[] = [];
  for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, at + 1)) places.push(at);
  let revision = 0;
  return () => {
    revision = (revision + 1) % 10 ** MARK.length;
    const copy = Buffer.from(bytes);
    for (const at of places) copy.write(String(revision).padStart(MARK.length, "0"), at);
    return copy;
  };
}
