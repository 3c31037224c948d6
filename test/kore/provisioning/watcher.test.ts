import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KoreError } from "../../../src/kore/errors.ts";
import { ProvisioningWatcher } from "../../../src/kore/provisioning/watcher.ts";

const TIMING = { first: 1000, growth: 2, longest: 4000 };
/** Longest interval, with jitter. */
const LONGEST = 1.2 * TIMING.longest;

let watches: ProvisioningWatcher<string>;
let state: string;
let reads: number;
let readings: (() => string)[];
beforeEach(() => {
  vi.useFakeTimers();
  watches = new ProvisioningWatcher(TIMING);
  [state, reads, readings] = ["submitted", 0, []];
});
afterEach(() => void vi.useRealTimers());

const watched = (key = "acme 1") => ({
  key,
  read: () => {
    reads += 1;
    const reading = readings.shift() ?? (() => state);
    return Promise.resolve().then(reading);
  },
  versionOf: (seen: string) => seen,
  isFinal: (seen: string) => seen === "completed",
});

/** Watches, and records all states; "end" or the error's message comes last. */
function watcher(signal?: AbortSignal, key?: string): string[] {
  const observed: string[] = [];
  void (async () => {
    try {
      for await (const seen of watches.watch(watched(key), signal)) observed.push(seen);
      observed.push("end");
    } catch (error) {
      observed.push((error as Error).message);
    }
  })();
  return observed;
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const down = (kind: "unavailable" | "forbidden") => () => {
  throw new KoreError(kind, `KORE is ${kind}`, { operation: "GET" });
};

/** Number of polls of a request from start to end, with so many watchers. */
async function readsFor(count: number): Promise<number> {
  reads = 0;
  state = "submitted";
  const all = Array.from({ length: count }, () => watcher());
  await pass(2000);
  state = "pending";
  await pass(10 * LONGEST);
  state = "completed";
  await pass(LONGEST);
  for (const observed of all) expect(observed).toEqual(["submitted", "pending", "completed", "end"]);
  return reads;
}

describe("A watched request", () => {
  test("has one poller, however many watch it", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    const one = await readsFor(1);
    expect(await readsFor(100)).toBe(one);
    random.mockRestore();
  });

  test("is polled in growing intervals", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    watcher();
    const counts: number[] = [];
    for (const wait of [0, 1000, 2000, 4000, 4000]) {
      await pass(wait);
      counts.push(reads);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5]);
    vi.restoreAllMocks();
  });

  test("is not polled before the retry time of KORE's or of an open circuit", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    readings = [
      () => {
        throw new KoreError("breaker-open", "open", { operation: "GET", retryAfter: 3000 });
      },
    ];
    const observed = watcher();
    await pass(2999);
    expect([observed, reads]).toEqual([[], 1]);
    await pass(1);
    expect([observed, reads]).toEqual([["submitted"], 2]);
    vi.restoreAllMocks();
  });

  test("gives a late watcher the present state first, without another poll", async () => {
    watcher();
    await pass(0);
    const late = watcher();
    await pass(0);
    expect(late).toEqual(["submitted"]);
    expect(reads).toBe(1);
  });

  test("emits changes only", async () => {
    const observed = watcher();
    await pass(10 * LONGEST);
    expect(reads).toBeGreaterThan(5);
    expect(observed).toEqual(["submitted"]);
  });

  test("that is finished is emitted once, and polled no more", async () => {
    state = "completed";
    const observed = watcher();
    await pass(10 * LONGEST);
    expect(observed).toEqual(["completed", "end"]);
    expect(reads).toBe(1);
  });

  test("that finished is polled anew by later watchers", async () => {
    state = "completed";
    watcher();
    await pass(0);
    const later = watcher();
    await pass(0);
    expect([later, reads]).toEqual([["completed", "end"], 2]);
  });

  test("is polled until its last watcher ends", async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const observed = [watcher(one.signal), watcher(other.signal)];
    await pass(0);
    one.abort();
    await pass(LONGEST);
    expect(observed.map((list) => list.at(-1))).toEqual(["end", "submitted"]);
    other.abort();
    await pass(0);
    const asked = reads;
    await pass(10 * LONGEST);
    expect(reads).toBe(asked);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends at once with its last watcher, also through the iterator", async () => {
    const watching = watches.watch(watched());
    await watching.next();
    await watching.return();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("has a poller of its own", async () => {
    watcher(undefined, "acme 1");
    watcher(undefined, "acme 2");
    await pass(0);
    expect(reads).toBe(2);
  });

  test("leaves no listeners on the signal of a long watch", async () => {
    const { signal } = new AbortController();
    watcher(signal);
    for (let n = 0; n < 20; n++) {
      state = `step ${n}`;
      await pass(LONGEST);
    }
    expect(getEventListeners(signal, "abort").length).toBeLessThan(5);
  });
});

describe("A slow watcher", () => {
  test("misses intermediate states, never the final one", async () => {
    const watching = watches.watch(watched());
    expect(await watching.next()).toEqual({ done: false, value: "submitted" });
    watcher(); // Keeps the poller running while the slow one is busy.
    for (const next of ["pending", "nearly done", "completed"]) {
      state = next;
      await pass(LONGEST);
    }
    expect(await watching.next()).toEqual({ done: false, value: "completed" });
    expect(await watching.next()).toEqual({ done: true, value: undefined });
  });
});

describe("A woken poller", () => {
  test("polls at once when its last poll is long ago", async () => {
    const observed = watcher();
    await pass(2 * LONGEST);
    const asked = reads;
    await pass(TIMING.first / 2);
    if (reads !== asked) await pass(TIMING.first / 2);
    state = "completed";
    watches.wake();
    await pass(0);
    expect(observed).toEqual(["submitted", "completed", "end"]);
  });

  test("polls once for a burst of events, and at most four times per interval for a stream of them", async () => {
    watcher();
    await pass(TIMING.first / 2);
    for (let n = 0; n < 50; n++) watches.wake();
    await pass(0);
    expect(reads).toBe(2);
    for (let n = 0; n < TIMING.first / 10; n++) {
      watches.wake();
      await pass(10);
    }
    expect(reads).toBe(6);
  });

  test("during a poll polls once more, since the event may be newer than the answer", async () => {
    readings = [
      () => {
        state = "completed";
        watches.wake();
        return "submitted";
      },
    ];
    const observed = watcher();
    await pass(TIMING.first / 4);
    expect(observed).toEqual(["submitted", "completed", "end"]);
  });

  test("is one with a matching key", async () => {
    watcher(undefined, "acme 1");
    watcher(undefined, "other 1");
    await pass(TIMING.first / 2);
    watches.wake((key) => key.startsWith("acme "));
    await pass(0);
    expect(reads).toBe(3);
  });
});

describe("A failing KORE", () => {
  test("for a while is tolerated", async () => {
    readings = [() => "submitted", down("unavailable"), down("unavailable"), down("unavailable"), down("unavailable")];
    const observed = watcher();
    await pass(5 * LONGEST);
    state = "completed";
    await pass(LONGEST);
    expect(observed).toEqual(["submitted", "completed", "end"]);
  });

  test("for long fails all watchers, after the last known state", async () => {
    readings = [() => "submitted", ...Array.from({ length: 5 }, () => down("unavailable"))];
    const all = [watcher(), watcher()];
    await pass(10 * LONGEST);
    for (const observed of all) expect(observed).toEqual(["submitted", "KORE is unavailable"]);
    expect(reads).toBe(6);
  });

  test("for good fails at once, and a later watcher gets a new poller", async () => {
    readings = [down("forbidden")];
    const observed = watcher();
    await pass(0);
    expect(observed).toEqual(["KORE is forbidden"]);
    const later = watcher();
    await pass(0);
    expect(later).toEqual(["submitted"]);
  });
});
