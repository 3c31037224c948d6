import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { takeOverEverySecond } from "../../../src/server/storage/take-over.ts";

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const start = (...outcomes: readonly (Error | number)[]) => {
  const left = [...outcomes];
  const next = () => {
    const outcome = left.shift() ?? 0;
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
  const log = createLog("info", { write: (line: string) => void lines.push(line) });
  return takeOverEverySecond([{ recover: () => next().then(() => undefined), takeOver: next }], log);
};

test("an unavailable store is no error of the take-over, which is tried again", async () => {
  const stop = start(new StoreUnavailable("away"), new StoreUnavailable("away"), 1);
  await vi.advanceTimersByTimeAsync(3_500);
  expect(lines).toEqual([]);
  await stop();
});

test("any other failure is logged as an error, at the start and later", async () => {
  const stop = start(new Error("first"), new Error("second"), 1);
  await vi.advanceTimersByTimeAsync(3_500);
  expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(["error", "error"]);
  await stop();
});
