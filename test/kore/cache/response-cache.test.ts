import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ResponseCache } from "../../../src/kore/cache/response-cache.ts";
import { KoreError, type KoreErrorKind } from "../../../src/kore/errors.ts";
import { newRequestStats } from "../../../src/common/request-stats.ts";
import { NO_OBSERVER } from "../../../src/kore/events.ts";
import { type StaleRead } from "../../../src/kore/api/request-builder.ts";
import { CachedReads } from "../../../src/kore/cache/cached-reads.ts";

const CENTERS = { path: "/v1/accounts/acme/cost-centers", operation: "GET centers", cacheable: "costCenters" };
const ORDER = "POST /v1/accounts/{account-id}/provisioning-requests/activate";

let asked: string[];
let answer: () => Promise<unknown>;
let size: number;
let cache: ResponseCache;
let reads: CachedReads;
let observed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [asked, observed, size] = [[], [], 100];
  answer = () => Promise.resolve({ number: asked.length });
  cache = new ResponseCache({ freshFor: 60_000, staleFor: 600_000 });
  reads = new CachedReads(
    ({ path }, _requester, _signal, measure) => {
      asked.push(path);
      measure?.(size);
      return answer();
    },
    {
      ...NO_OBSERVER,
      cacheHit: ({ isStale }) => observed.push(isStale ? "stale" : "hit"),
      cacheMiss: () => observed.push("miss"),
      coalesced: () => observed.push("coalesced"),
    },
    cache,
  );
});
afterEach(() => vi.useRealTimers());

const fail = (kind: KoreErrorKind) => (answer = () => Promise.reject(new KoreError(kind, kind, { operation: "GET" })));
const work = () => (answer = () => Promise.resolve({ number: asked.length }));

test("a reply is cached for its time, and read again after that", async () => {
  const stats = newRequestStats();
  expect(await reads.get(CENTERS, { stats })).toEqual({ number: 1 });
  vi.advanceTimersByTime(59_999);
  expect(await reads.get(CENTERS, { stats })).toEqual({ number: 1 });
  vi.advanceTimersByTime(1);
  expect(await reads.get(CENTERS, { stats })).toEqual({ number: 2 });
  expect(observed).toEqual(["miss", "hit", "miss"]);
  expect(stats.cached).toBe(1);
});

test("concurrent reads share the request that fills the cache", async () => {
  expect(await Promise.all([reads.get(CENTERS, {}), reads.get(CENTERS, {})])).toEqual([{ number: 1 }, { number: 1 }]);
  expect(observed).toEqual(["miss", "coalesced"]);
});

test("reads that are not cacheable are sent each time", async () => {
  const sims = { path: "/v1/accounts/acme/subscriptions", operation: "GET sims" };
  await reads.get(sims, {});
  await reads.get(sims, {});
  expect(asked).toHaveLength(2);
});

test.each<KoreErrorKind>(["unavailable", "timeout", "connection", "rate-limited", "busy", "breaker-open"])(
  "while KORE fails (%s) the last reply is served for a limited time, and each caller gets a report",
  async (kind) => {
    await reads.get(CENTERS, {});
    fail(kind);
    vi.advanceTimersByTime(90_000);
    const stale: StaleRead[] = [];
    const onStale = (read: StaleRead) => stale.push(read);
    expect(await Promise.all([reads.get(CENTERS, { onStale }), reads.get(CENTERS, { onStale })])).toEqual([
      { number: 1 },
      { number: 1 },
    ]);
    expect(stale).toEqual(Array(2).fill({ read: "costCenters", ageSeconds: 90 }));
    expect(asked).toHaveLength(2);
    vi.advanceTimersByTime(570_000);
    await expect(reads.get(CENTERS, { onStale })).rejects.toMatchObject({ kind });
  },
);

test.each<KoreErrorKind>(["not-found", "forbidden", "unauthenticated", "contract"])(
  "a newer refusal of KORE's replaces the cached reply (%s)",
  async (kind) => {
    await reads.get(CENTERS, {});
    vi.advanceTimersByTime(60_000);
    fail(kind);
    await expect(reads.get(CENTERS, {})).rejects.toMatchObject({ kind });
    fail("unavailable");
    await expect(reads.get(CENTERS, {})).rejects.toMatchObject({ kind: "unavailable" });
  },
);

test("an aborted caller does not affect the cache", async () => {
  await reads.get(CENTERS, {});
  vi.advanceTimersByTime(60_000);
  fail("aborted");
  await expect(reads.get(CENTERS, {})).rejects.toMatchObject({ kind: "aborted" });
  fail("unavailable");
  expect(await reads.get(CENTERS, {})).toEqual({ number: 1 });
});

test("a failure is not cached", async () => {
  fail("not-found");
  await expect(reads.get(CENTERS, {})).rejects.toMatchObject({ kind: "not-found" });
  work();
  expect(await reads.get(CENTERS, {})).toEqual({ number: 2 });
});

test("a provisioning request and a text clear nothing, any other write clears the cache", async () => {
  await reads.get(CENTERS, {});
  cache.clearAfter(ORDER);
  cache.clearAfter("POST /v1/messages/send");
  await reads.get(CENTERS, {});
  expect(asked).toHaveLength(1);
  cache.clearAfter("POST /v1/accounts/{account-id}/something-else");
  await reads.get(CENTERS, {});
  expect(asked).toHaveLength(2);
});

test("one account is cleared alone", async () => {
  const other = { ...CENTERS, path: "/v1/accounts/acme2/cost-centers" };
  for (const request of [CENTERS, other]) await reads.get(request, {});
  cache.clear("acme");
  for (const request of [CENTERS, other]) await reads.get(request, {});
  expect(asked).toEqual([CENTERS.path, other.path, CENTERS.path]);
});

test("a reply in flight during a clear is not cached", async () => {
  let reply: (value: unknown) => void = () => undefined;
  answer = () => new Promise((resolve) => (reply = resolve));
  const before = reads.get(CENTERS, {});
  cache.clear();
  reply("old");
  expect(await before).toBe("old");
  work();
  expect(await reads.get(CENTERS, {})).toEqual({ number: 2 });
});

test("the cache is bounded by size: it evicts the least recently used, and does not store too large replies", async () => {
  const of = (account: number) => ({ ...CENTERS, path: `/v1/accounts/${account}/cost-centers` });
  size = 3 * 1024 * 1024;
  for (let account = 0; account < 6; account += 1) await reads.get(of(account), {});
  await reads.get(of(5), {});
  expect(asked).toHaveLength(6);
  await reads.get(of(0), {});
  expect(asked).toHaveLength(7);
  size = 5 * 1024 * 1024;
  await reads.get(of(9), {});
  await reads.get(of(9), {});
  expect(asked).toHaveLength(9);
});

test("a cached reply about SIMs is not used after a write or an event, not even stale, and is marked when stale", async () => {
  const counts = {
    path: "/v1/accounts/acme/subscriptions?page-index=0",
    operation: "GET sims",
    cacheable: "simCounts",
  };
  const stale: StaleRead[] = [];
  const read = () => reads.get(counts, { onStale: (one) => stale.push(one) });
  expect([await read(), await read()]).toEqual([{ number: 1 }, { number: 1 }]);
  reads.invalidate();
  expect(await read()).toEqual({ number: 2 });
  vi.advanceTimersByTime(61_000);
  fail("unavailable");
  expect(await read()).toEqual({ number: 2 });
  expect(stale).toEqual([{ read: "simCounts", ageSeconds: 61 }]);
  reads.invalidate();
  await expect(read()).rejects.toThrow("unavailable");
});

test("a reply about SIMs that predates a write is not cached", async () => {
  const counts = {
    path: "/v1/accounts/acme/subscriptions?page-index=0",
    operation: "GET sims",
    cacheable: "simCounts",
  };
  const begun = reads.get(counts, {});
  reads.invalidate();
  await begun;
  await reads.get(counts, {});
  expect(asked).toHaveLength(2);
});
