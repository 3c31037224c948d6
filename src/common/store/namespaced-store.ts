import { type Change, type Commit, type DurableStore, type Expectation } from "./durable-store.ts";

/** The namespaces of ledgers beside that of provisioning, which has none. */
export const LEDGER_NAMESPACES = { diagnostics: "diagnostics/", costCenters: "cost-centers/" } as const;

/** A part of a store: its keys are those of the store that begin with the namespace. Replicas and clock are the store's. */
export function namespacedStore(store: DurableStore, namespace: string): DurableStore {
  const outer = (key: string) => namespace + key;
  const inner = (key: string) => key.slice(namespace.length);
  const entries = (found: readonly (readonly [key: string, value: unknown])[]) =>
    found.map(([key, value]) => [inner(key), value] as const);
  return {
    get replica() {
      return store.replica;
    },
    get retryFor() {
      return store.retryFor;
    },
    living: () => store.living(),
    get: (key) => store.get(outer(key)),
    async getMany(keys) {
      return new Map(entries([...(await store.getMany(keys.map(outer)))]));
    },
    async list(prefix, page) {
      const after = page?.after === undefined ? undefined : outer(page.after);
      return entries(await store.list(outer(prefix), page && { ...page, after }));
    },
    async listMany(prefixes) {
      const found = await store.listMany(prefixes.map(outer));
      return new Map([...found].map(([prefix, listed]) => [inner(prefix), entries(listed)]));
    },
    removeRange: (start, end) => store.removeRange(outer(start), outer(end)),
    commit: ({ by, expect, set }: Commit) =>
      store.commit({
        ...(by && { by: { ...by, key: outer(by.key) } }),
        ...(expect && { expect: expect.map(([key, is]): Expectation => [outer(key), is]) }),
        set: set.map(([key, value]): Change => [outer(key), value]),
      }),
    changed: (keys, maxWait) => store.changed(keys.map(outer), maxWait),
    now: () => store.now(),
  };
}
