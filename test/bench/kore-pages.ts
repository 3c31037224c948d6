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
 * Pages of which each has other bytes than the one before, in a place that no operation of the bench selects: who keeps
 * what it has read must read them anew, and the answers stay the same.
 */
export function changingPage(sims: readonly WireSubscription[]): () => Buffer {
  const marked = sims.map((one, index) => (index === sims.length - 1 ? { ...one, model: MARK } : one));
  const bytes = Buffer.from(JSON.stringify(page(marked, marked.length)));
  const at = bytes.indexOf(MARK);
  let revision = 0;
  return () => {
    revision = (revision + 1) % 10 ** MARK.length;
    const copy = Buffer.from(bytes);
    copy.write(String(revision).padStart(MARK.length, "0"), at);
    return copy;
  };
}
