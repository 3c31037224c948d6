import { expect, test } from "vitest";
import { createLog } from "../../../src/server/logging/log.ts";
import { RateLimitedLog } from "../../../src/server/logging/rate-limited-log.ts";

test("A5.3 the next line states how many were suppressed", () => {
  const lines: string[] = [];
  let now = 0;
  const log = new RateLimitedLog(createLog("warn", { write: (line: string) => void lines.push(line) }), () => now);
  for (now of [0, 1, 9_999, 10_000, 10_001, 20_000, 40_000]) log.warn("a", { reason: "r" }, "refused");
  log.warn("b", {}, "other");
  expect(lines.map((line) => (JSON.parse(line) as { suppressed?: number }).suppressed)).toEqual([
    undefined,
    2,
    1,
    undefined,
    undefined,
  ]);
});

test("12.4.6 of more than 1,000 keys the least recently used is dropped", () => {
  let lines = 0;
  const log = new RateLimitedLog(createLog("warn", { write: () => void (lines += 1) }), () => 0);
  for (let n = 0; n < 1001; n += 1) log.warn(`key ${n}`, {}, "refused");
  for (const key of ["key 1000", "key 1", "key 0"]) log.warn(key, {}, "refused");
  expect(lines).toBe(1002);
});
