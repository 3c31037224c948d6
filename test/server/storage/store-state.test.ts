import { beforeEach, expect, test } from "vitest";
import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { createLog } from "../../../src/server/logging/log.ts";
import { storeCheck } from "../../../src/server/health.ts";
import { type Store } from "../../../src/server/storage/lmdb.ts";
import { withStateLog } from "../../../src/server/storage/state-log.ts";

let lines: Record<string, unknown>[];
let now: number;
let failure: Error | undefined;
let store: Store;

beforeEach(() => {
  [lines, now, failure] = [[], 0, undefined];
  const answer = <Value>(value: Value) => (failure ? Promise.reject(failure) : Promise.resolve(value));
  const bare: Store = {
    replica: "replica",
    retryFor: 0,
    living: () => Promise.resolve(new Set()),
    now: Date.now,
    get: () => Promise.resolve(undefined),
    getMany: () => Promise.resolve(new Map()),
    list: () => Promise.resolve([]),
    listMany: () => Promise.resolve(new Map()),
    changed: () => Promise.resolve(),
    commit: () => answer("done"),
    removeRange: () => answer(undefined),
    close: () => Promise.resolve(),
  };
  const log = createLog("info", { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  store = withStateLog(bare, log, () => now);
});

const failing = (cause: object) =>
  new StoreUnavailable("no", { cause: Object.assign(new Error("commit failed for 89014103211118510720"), cause) });

async function write(error?: Error): Promise<void> {
  failure = error;
  await store.commit({ set: [] }).catch(() => undefined);
}

const states = () => lines.map(({ level, state, code, suppressed }) => [level, state, code, suppressed]);

test.each([
  ["a full disk", new StoreUnavailable("full", { code: "ENOSPC" }), "ENOSPC"],
  ["a failed commit, by its number", failing({ code: 28 }), "ENOSPC"],
  ["a broken disk", failing({ code: 5 }), "EIO"],
  ["a folder that is gone", failing({ code: "ENOENT" }), "ENOENT"],
  ["LMDB's own reason", failing({ code: -30792 }), "LMDB_30792"],
  ["a failure without a code", failing({}), undefined],
])(
  "12.1.8 one warning says that the store cannot be written, and one line that it can again: %s",
  async (_, error, code) => {
    await write();
    for (let time = 0; time < 5; time += 1) await write(error);
    expect(await store.commit({ set: [] }).catch((thrown: unknown) => thrown)).toBe(error);
    expect(states()).toEqual([["warn", "unwritable", code, undefined]]);
    await write();
    await write();
    expect(states().slice(1)).toEqual([["info", "writable", undefined, undefined]]);
    expect(JSON.stringify(lines)).not.toContain("89014103211118510720");
  },
);

test("12.1.8 the readiness check alone has the lines written", async () => {
  failure = new StoreUnavailable("full", { code: "ENOSPC" });
  expect(await storeCheck(store).check()).toMatchObject({ reason: "STORE_NOT_WRITABLE" });
  expect(states()).toEqual([["warn", "unwritable", "ENOSPC", undefined]]);
});

test("12.1.8 a store that changes its state again and again has a line a state in ten seconds, and the last state is logged", async () => {
  const full = new StoreUnavailable("full", { code: "ENOSPC" });
  for (let time = 0; time < 50; time += 1) await write(time % 2 === 0 ? full : undefined);
  expect(states()).toEqual([
    ["warn", "unwritable", "ENOSPC", undefined],
    ["info", "writable", undefined, undefined],
  ]);
  await write(full);
  expect(lines).toHaveLength(2);
  now = 10_000;
  await write(full);
  expect(states().slice(2)).toEqual([["warn", "unwritable", "ENOSPC", 49]]);
});

test("12.1.8 other errors than the store's do not change its state", async () => {
  await write(new Error("The store is closed"));
  expect(lines).toEqual([]);
});
