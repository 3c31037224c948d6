import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClientLedger } from "../../../src/kore/api-clients/client-ledger.ts";
import { Ledger } from "../../../src/kore/provisioning/ledger/ledger.ts";
import { newestIn, pruneLedger } from "../../../src/kore/provisioning/ledger/retention.ts";
import { type Store, openStore } from "../../../src/server/storage/lmdb.ts";
import { webhookDedupe } from "../../../src/server/webhooks/webhook-dedupe.ts";

const DAY = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 20);

let folder: string;
let store: Store;
/** The store, recording the largest page that was read. */
let watched: Store;
let most: number;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-test-"));
  store = await openStore(folder);
  [most, now] = [0, START];
  watched = {
    ...store,
    async list(prefix, page) {
      const entries = await store.list(prefix, page);
      most = Math.max(most, entries.length);
      return entries;
    },
  };
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const seen = (maxAge?: number) => webhookDedupe(watched, maxAge, () => now);
const keys = async (prefix = "") => (await store.list(prefix)).map(([key]) => key);
const numbered = (prefix: string, count: number, value: unknown) =>
  Array.from({ length: count }, (_, n) => [`${prefix}${String(n).padStart(6, "0")}`, value] as const);

describe("12.4.4 tokens of webhooks are removed by a range of keys:", () => {
  test("5,500 of past months, of which none is listed", async () => {
    await store.commit({ set: numbered("delivery/2025-11/", 3000, 1) });
    await store.commit({ set: numbered("delivery/2025-12/", 2500, 1) });
    await store.commit({ set: numbered("delivery/2026-01/", 2, 1) });
    await store.commit({
      set: [
        ["delivery", 1],
        ["deliverz", 1],
      ],
    });
    await seen().prune(START);
    expect(await keys()).toEqual(["delivery", "delivery/2026-01/000000", "delivery/2026-01/000001", "deliverz"]);
    expect(most).toBeLessThanOrEqual(1);
  });

  test("none of the month in which the retention ends, nor within the maximum age of a webhook", async () => {
    const all = ["2025-11", "2025-12", "2026-01"];
    for (const [retention, maxAge, left] of [
      [30, 0, all.slice(1)],
      [10, 0, all.slice(2)],
      [10, 30 * DAY, all.slice(1)],
      [10, 60 * DAY, all],
      [60, 3 * DAY, all],
    ] as const) {
      await store.commit({ set: all.map((month) => [`delivery/${month}/a`, 1] as const) });
      await seen(maxAge).prune(START - retention * DAY);
      expect(await keys()).toEqual(left.map((month) => `delivery/${month}/a`));
    }
  });

  test("a repetition is recognised in every month until then, after a restart as well", async () => {
    const first = seen();
    await first.prune(now - 30 * DAY);
    expect(await first.remember("body 1")).toBe(true);
    for (const days of [0, 1, 11, 12, 25, 30]) {
      now = START + days * DAY;
      for (const running of [first, seen()]) {
        expect(await running.remember("body 1")).toBe(false);
        await running.prune(now - 30 * DAY);
      }
    }
    now = START + 42 * DAY; // March; 30 days before it are in January.
    await first.prune(now - 30 * DAY);
    expect(await first.remember("body 1")).toBe(true);
  });

  test.each([-25, -1, 1, 25])("a repetition is recognised when the clock was set by %d days", async (days) => {
    now = Date.UTC(2026, 1, 1, 12);
    const running = seen();
    expect(await running.remember("body 1")).toBe(true);
    now += days * DAY;
    for (const one of [running, seen()]) expect(await one.remember("body 1")).toBe(false);
  });

  test("those of earlier versions are recognised, and pruned by their time in pages", async () => {
    await store.commit({ set: numbered("webhook/body a", 2500, START - 40 * DAY) });
    await store.commit({ set: numbered("webhook/body b", 1500, START - 20 * DAY) });
    const running = seen();
    expect(await running.remember("body a000001")).toBe(false);
    await running.prune(START - 30 * DAY);
    expect(most).toBeLessThanOrEqual(1000);
    expect(await keys()).toHaveLength(1500);
    expect(await running.remember("body b000001")).toBe(false);
    expect(await running.remember("body a000001")).toBe(true);
    await running.prune(START - 10 * DAY);
    expect(await keys()).toEqual(["delivery/2026-01/body a000001"]);
  });
});

test("12.4.4 a range of keys is removed up to its end, with any characters", async () => {
  await store.commit({ set: ["a", "a/", "a/1", "a/1/x", "a/2", "a/é", "a0", "b"].map((key) => [key, 1] as const) });
  await store.removeRange("a/1", "a/2");
  expect(await keys()).toEqual(["a", "a/", "a/2", "a/é", "a0", "b"]);
  await store.removeRange("a/", "a0");
  expect(await keys()).toEqual(["a", "a0", "b"]);
  await store.removeRange("c", "a");
  await store.removeRange("x", "y");
  expect(await keys()).toEqual(["a", "a0", "b"]);
});

test("12.4.4 a list is read in pages, each after the last key of the one before", async () => {
  await store.commit({ set: numbered("a/", 5, 1) });
  const pages = [undefined, "a/000001", "a/000004"].map((after) => store.list("a/", { after, limit: 2 }));
  const found = (await Promise.all(pages)).map((page) => page.map(([key]) => key));
  expect(found).toEqual([["a/000000", "a/000001"], ["a/000002", "a/000003"], []]);
});

describe("12.4.4 the ledgers are pruned and read in pages:", () => {
  const ledgers = {
    provisioning: {
      ledger: () => ({
        newest: () => newestIn(watched),
        prune: (before: number) => pruneLedger(watched, new Ledger(watched), before),
      }),
      intents: "intent/",
      claims: "claim/",
    },
    clients: { ledger: () => new ClientLedger(watched), intents: "client-intent/", claims: "client-claim/" },
  };

  test.each(Object.entries(ledgers))("%s", async (_, { ledger, intents, claims }) => {
    const entries = (kept: string, count: number, createdAt: number) =>
      numbered(`${intents}${kept}`, count, undefined).map(
        ([key]) => [key, { key, id: key, accountId: "a", createdAt, chunks: 0, state: "done" }] as const,
      );
    await store.commit({ set: [...entries("a", 1100, 1000), ...entries("b", 1100, 3000)] });
    await store.commit({ set: [...numbered(`${claims}a`, 1100, 1000), ...numbered(`${claims}b`, 1100, 3000)] });
    expect(await ledger().newest()).toBe(3000);
    await ledger().prune(2000);
    expect((await keys(intents)).filter((key) => !key.startsWith(`${intents}b`))).toEqual([]);
    expect(await keys(intents)).toHaveLength(1100);
    expect(await keys(claims)).toHaveLength(1100);
    expect(most).toBeLessThanOrEqual(1000);
  });
});
