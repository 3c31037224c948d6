import { beforeEach, expect, test, vi } from "vitest";
import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { pruneDaily } from "../../../src/server/storage/retention.ts";
import { MemoryStore } from "../../kore/provisioning/fakes.ts";

const DAY = 24 * 3_600_000;
const RETENTION = 30 * DAY;
const START = Date.UTC(2025, 0, 15);

let store: MemoryStore;
let system: number;
let monotonic: number;
let pruned: number[];
let newest: number | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  store = new MemoryStore();
  [system, monotonic, pruned, newest] = [START, 0, [], undefined];
  return () => vi.useRealTimers();
});

/** A process on the store, for so long. */
async function live(milliseconds: number): Promise<void> {
  const memory = {
    prune: (before: number) => Promise.resolve(void pruned.push(before)),
    newest: () => Promise.resolve(newest),
  };
  const clocks = { now: () => system, monotonic: () => monotonic };
  const end = await pruneDaily({ retention: RETENTION, prunables: [memory], store, log: createLog("silent"), clocks });
  for (let left = milliseconds; left > 0; left -= 3_600_000) {
    const step = Math.min(left, 3_600_000);
    system += step;
    monotonic += step;
    await vi.advanceTimersByTimeAsync(step);
  }
  await end();
}
const latestPruned = () => Math.max(...pruned);

test("C4.1 a clock that is forty days ahead at one start prunes nothing that is younger, however long it runs", async () => {
  await live(DAY);
  system += 40 * DAY;
  await live(3 * DAY);
  expect(latestPruned()).toBeLessThanOrEqual(START + 4 * DAY - RETENTION);
  system -= 40 * DAY;
  await live(DAY);
  expect(latestPruned()).toBeLessThanOrEqual(START + 5 * DAY - RETENTION);
});

test("C4.2 a clock that steps ahead while the process runs prunes nothing either, and one that steps back less", async () => {
  await live(DAY);
  const running = live(2 * DAY);
  system += 40 * DAY;
  await running;
  expect(latestPruned()).toBeLessThanOrEqual(START + 3 * DAY - RETENTION);
  system = START;
  pruned = [];
  await live(1);
  expect(pruned).toEqual([START - RETENTION]);
});

test("C4.3 data past their retention are deleted once a day while a process runs, with or without restarts", async () => {
  for (let day = 0; day < 40; day += 1) await live(DAY);
  expect(latestPruned()).toBeGreaterThan(START + 9 * DAY);
  expect(latestPruned()).toBeLessThanOrEqual(START + 10 * DAY);
});

test("C4.4 the time of a store of an earlier version is that of its newest data", async () => {
  newest = START - 2 * DAY;
  system += 40 * DAY;
  await live(DAY);
  expect(latestPruned()).toBeLessThanOrEqual(START - DAY - RETENTION);
});

test("13.5 a start succeeds while the store cannot be written, and data past their retention are deleted the next day", async () => {
  const write = vi.spyOn(store, "commit").mockRejectedValueOnce(new StoreUnavailable("away"));
  await live(DAY);
  expect(write.mock.calls.length).toBeGreaterThan(1);
  expect(pruned).toEqual([START + DAY - RETENTION]);
});

test("13.5 a defect at the start is not passed over", async () => {
  vi.spyOn(store, "commit").mockRejectedValueOnce(new TypeError("a defect"));
  await expect(live(DAY)).rejects.toThrow("a defect");
});
