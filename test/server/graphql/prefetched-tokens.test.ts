import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type RateLimit,
  prefetchedRateLimit,
  rateLimitInMemory,
  type SharedRateLimit,
} from "../../../src/server/graphql/limits/rate-limit.ts";

let source: SharedRateLimit;
let asked: number;

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
});
afterEach(() => vi.useRealTimers());

function shared(pointsPerMinute: number, processes: number): RateLimit[] {
  source = rateLimitInMemory(pointsPerMinute);
  return Array.from({ length: processes }, () =>
    prefetchedRateLimit((...args) => {
      asked += 1;
      return Promise.resolve(source.reserve(...args));
    }),
  );
}

/** Number of granted points, requested one by one at the processes in turn. */
async function given(allowances: RateLimit[], wanted: number, isAtOnce = false): Promise<number> {
  const takes = Array.from(
    { length: wanted },
    (_, index) => async () => allowances[index % allowances.length]?.take("a", 1),
  );
  const waits: (number | undefined)[] = [];
  if (isAtOnce) waits.push(...(await Promise.all(takes.map((take) => take()))));
  else for (const take of takes) waits.push(await take());
  return waits.filter((wait) => wait === undefined).length;
}

test.each([false, true])(
  "several processes together give a caller no more than one (at once: %s)",
  async (isAtOnce) => {
    expect(await given(shared(6000, 3), 7000, isAtOnce)).toBeLessThanOrEqual(6000);
    expect(await given(shared(6000, 3), 7000, isAtOnce)).toBeGreaterThanOrEqual(6000 * 0.985);
  },
);

test("a small quota is granted exactly, at any process", async () => {
  expect(await given(shared(10, 4), 50)).toBe(10);
});

test("one question is enough for many operations", async () => {
  const [only] = shared(6000, 1);
  await given(only ? [only] : [], 3100);
  expect(asked).toBe(100);
});

test("prefetched tokens expire with the caller's minute", async () => {
  const allowance = prefetchedRateLimit(() => {
    asked += 1;
    return Promise.resolve({ ahead: 100, endsIn: 20_000 });
  });
  await given([allowance], 50);
  vi.advanceTimersByTime(19_999);
  await given([allowance], 1);
  expect(asked).toBe(1);
  vi.advanceTimersByTime(1);
  await given([allowance], 1);
  expect(asked).toBe(2);
});

test("a caller over its quota gets the time to wait", async () => {
  const [only] = shared(2, 1);
  expect(await only?.take("a", 2)).toBeUndefined();
  vi.advanceTimersByTime(20_000);
  expect(await only?.take("a", 1)).toBeCloseTo(40_000, -3);
  expect(await only?.take("b", 1)).toBeUndefined();
});
