import { expect, test } from "vitest";
import { LeasedTokenBucket, type PermitSource } from "../../../../src/kore/http/rate-limit/leased-token-bucket.ts";

/** A source with scripted answers. */
class ScriptedSource implements PermitSource {
  replicas = 1;
  readonly asked: { calls: number; isWrite: boolean }[] = [];
  readonly slowed: number[] = [];
  #answers: { resolve: (lease: Awaited<ReturnType<PermitSource["lease"]>>) => void; reject: (error: Error) => void }[] =
    [];
  #onSlowed: (slowed: { pause: number; rate: number }) => void = () => undefined;
  isAway = false;

  lease(calls: number, isWrite: boolean) {
    this.asked.push({ calls, isWrite });
    if (this.isAway) return Promise.reject(new Error("away"));
    return new Promise<Awaited<ReturnType<PermitSource["lease"]>>>((resolve, reject) => {
      this.#answers.push({ resolve, reject });
    });
  }

  slow(_age: number, retryAfter: number) {
    this.slowed.push(retryAfter);
    return this.isAway ? Promise.reject(new Error("away")) : Promise.resolve({ pause: retryAfter, rate: 50 });
  }

  onSlowed(handler: (slowed: { pause: number; rate: number }) => void): () => void {
    this.#onSlowed = handler;
    return () => (this.#onSlowed = () => undefined);
  }

  async grant(granted: number, more: { wait?: number; pause?: number; rate?: number } = {}): Promise<void> {
    this.#answers.shift()?.resolve({ granted, wait: 0, pause: 0, rate: 100, ...more });
    await settled();
  }

  async fail(): Promise<void> {
    this.#answers.shift()?.reject(new Error("away"));
    await settled();
  }

  tell(slowed: { pause: number; rate: number }): void {
    this.#onSlowed(slowed);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function paced(rate = 100) {
  const source = new ScriptedSource();
  let grants = 0;
  let changes = 0;
  const pace = new LeasedTokenBucket(
    rate,
    source,
    () => (grants += 1),
    () => (changes += 1),
  );
  return { source, pace, grants: () => grants, changes: () => changes };
}

/** Number of calls that can be acquired at once. */
function takeAll(pace: LeasedTokenBucket, isWrite: boolean): number {
  let taken = 0;
  while (pace.tryAcquire(isWrite)) taken += 1;
  return taken;
}

test("a tenth of a second's calls is leased at once, and again when half of it is used", async () => {
  const { source, pace, grants } = paced();
  expect(pace.tryAcquire(false)).toBe(false);
  expect(pace.tryAcquire(false)).toBe(false);
  expect(source.asked).toEqual([{ calls: 10, isWrite: false }]);
  await source.grant(10);
  expect(grants()).toBe(1);
  for (let n = 0; n < 5; n += 1) expect(pace.tryAcquire(false)).toBe(true);
  expect(source.asked).toHaveLength(1);
  expect(pace.tryAcquire(false)).toBe(true);
  expect(source.asked).toHaveLength(2);
  expect(takeAll(pace, false)).toBe(4);
  await source.grant(10);
  expect(takeAll(pace, false)).toBe(10);
});

test("calls leased for writes are not used for reads; those for reads are used for both", async () => {
  const { source, pace } = paced();
  pace.tryAcquire(true);
  await source.grant(10);
  expect(pace.tryAcquire(false)).toBe(false);
  expect(source.asked).toEqual([
    { calls: 10, isWrite: true },
    { calls: 10, isWrite: false },
  ]);
  await source.grant(2);
  expect(takeAll(pace, false)).toBe(2);
  expect(takeAll(pace, true)).toBe(10);
  await source.grant(10);
  expect(takeAll(pace, true)).toBe(10);
});

test("less than ten calls a second are leased one by one", () => {
  const { source, pace } = paced(1);
  pace.tryAcquire(false);
  expect(source.asked).toEqual([{ calls: 1, isWrite: false }]);
});

test("after an empty lease the next one waits for the stated time", async () => {
  const { source, pace } = paced();
  pace.tryAcquire(false);
  await source.grant(0, { wait: 60_000 });
  expect(pace.tryAcquire(false)).toBe(false);
  expect(source.asked).toHaveLength(1);
  expect(pace.expectedWait(1)).toBeGreaterThan(50_000);
});

test("writes lease at once while reads wait, and not the reverse", async () => {
  const { source, pace } = paced();
  pace.tryAcquire(false);
  await source.grant(0, { wait: 60_000 });
  expect(pace.tryAcquire(true)).toBe(false);
  expect(source.asked[1]).toEqual({ calls: 10, isWrite: true });
  await source.grant(10);
  expect(takeAll(pace, true)).toBe(10);
  await source.grant(0, { wait: 60_000 });
  expect(pace.tryAcquire(false)).toBe(false);
  expect(pace.tryAcquire(true)).toBe(false);
  expect(source.asked).toHaveLength(3);
});

test("a pause of the source drops leased calls", async () => {
  const { source, pace, changes } = paced();
  pace.tryAcquire(false);
  await source.grant(10);
  source.tell({ pause: 60_000, rate: 50 });
  expect(takeAll(pace, true)).toBe(0);
  expect(pace.rate).toBe(50);
  expect(pace.remainingPause()).toBeGreaterThan(50_000);
  expect(changes()).toBe(1);
  expect(source.asked).toHaveLength(1);
  source.tell({ pause: 0, rate: 50 });
  pace.tryAcquire(false);
  expect(source.asked[1]).toEqual({ calls: 5, isWrite: false });
  await source.grant(5, { pause: 30_000, rate: 50 });
  expect(takeAll(pace, false)).toBe(0);
  expect(pace.remainingPause()).toBeGreaterThan(20_000);
});

test("a closed bucket is no longer subscribed", () => {
  const { source, pace } = paced();
  pace.close();
  source.tell({ pause: 60_000, rate: 50 });
  expect(pace.remainingPause()).toBe(0);
});

test("a 429 pauses at once, and then as the source states", async () => {
  const { source, pace } = paced();
  pace.tryAcquire(false);
  await source.grant(10);
  pace.throttle(performance.now(), 60_000);
  expect(takeAll(pace, true)).toBe(0);
  await settled();
  expect(source.slowed).toEqual([60_000]);
  expect(pace.remainingPause()).toBeGreaterThan(50_000);
  expect(pace.rate).toBe(50);
});

test("without the source it uses its share of the last rate, without a burst, and retries the source", async () => {
  const { source, pace, grants } = paced();
  source.replicas = 4;
  pace.tryAcquire(false);
  await source.grant(10);
  expect(takeAll(pace, false)).toBe(10);
  source.isAway = true;
  await source.fail();
  expect(grants()).toBe(2);
  expect(pace.rate).toBe(25);
  expect(takeAll(pace, true)).toBeLessThanOrEqual(1);
  expect(pace.expectedWait(25)).toBeGreaterThan(500);
  pace.throttle(performance.now(), 60_000);
  expect(pace.remainingPause()).toBeGreaterThan(50_000);
  await settled();
  const before = source.asked.length;
  pace.tryAcquire(true);
  expect(source.asked).toHaveLength(before);
});

test("a 429 is kept when the source becomes unavailable", async () => {
  const { source, pace } = paced();
  source.isAway = true;
  pace.throttle(performance.now(), 60_000);
  await settled();
  expect(pace.remainingPause()).toBeGreaterThan(50_000);
  expect(takeAll(pace, true)).toBe(0);
});
