import { type DurableStore } from "../../common/store/durable-store.ts";

/** A store that holds nothing: queries read it, and nothing is written. */
export function emptyStore(): DurableStore {
  return {
    replica: "warm-up",
    retryFor: 0,
    living: () => Promise.resolve(new Set()),
    get: () => Promise.resolve(undefined),
    getMany: () => Promise.resolve(new Map()),
    list: () => Promise.resolve([]),
    listMany: (prefixes) => Promise.resolve(new Map(prefixes.map((prefix) => [prefix, []]))),
    removeRange: () => Promise.resolve(),
    commit: () => Promise.resolve("done"),
    changed: () => new Promise(() => undefined),
    now: () => Date.now(),
  };
}
