import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreInUse } from "../../../src/server/storage/process-lock.ts";
import { type Store, StoreOfAnother, openStore } from "../../../src/server/storage/lmdb.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-store-"));
  store = await openStore(join(folder, "store"));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function reopened(): Promise<Store> {
  await store.close();
  store = await openStore(join(folder, "store"));
  return store;
}

test("written entries are there after a restart, and deleted ones are not", async () => {
  await store.commit({
    set: [
      ["a/1", { x: 1 }],
      ["a/2", "two"],
      ["b/1", 3],
    ],
  });
  await store.commit({
    set: [
      ["a/2", undefined],
      ["none", undefined],
    ],
  });
  const again = await reopened();
  expect(await again.get("a/1")).toEqual({ x: 1 });
  expect(await again.get("a/2")).toBeUndefined();
  expect(await again.list("a/")).toEqual([["a/1", { x: 1 }]]);
});

test("of two that create the same key one does, with all that belongs to it", async () => {
  const made = await Promise.all([
    store.commit({
      expect: [["k", "absent"]],
      set: [
        ["k", 1],
        ["k/of", 1],
      ],
    }),
    store.commit({
      expect: [["k", "absent"]],
      set: [
        ["k", 2],
        ["k/of", 2],
      ],
    }),
  ]);
  expect(made.sort()).toEqual(["conflict", "done"]);
  expect(await store.get("k")).toBe(await store.get("k/of"));
});

test("a list has the keys with its prefix, in order", async () => {
  await store.commit({
    set: [
      ["c/10", 1],
      ["c/02", 2],
      ["c", 3],
      ["c0", 4],
      ["d/1", 5],
    ],
  });
  expect((await store.list("c/")).map(([key]) => key)).toEqual(["c/02", "c/10"]);
});

test("a store in use cannot be opened a second time, and can after that", async () => {
  await expect(openStore(join(folder, "store"))).rejects.toThrow(StoreInUse);
  expect(await (await reopened()).list("")).toEqual([]);
});

test("a store whose process was killed can be opened at once", async () => {
  const path = join(folder, "killed");
  const script = `import { openStore } from ${JSON.stringify(fileURLToPath(new URL("../../../src/server/storage/lmdb.ts", import.meta.url)))};
    const store = await openStore(${JSON.stringify(path)}); await store.commit({ set: [["kept", true]] });
    process.stdout.write("open"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  await once(child.stdout, "data");
  await expect(openStore(path)).rejects.toThrow(StoreInUse);
  child.kill("SIGKILL");
  await once(child, "exit");
  const after = await openStore(path);
  expect(await after.get("kept")).toBe(true);
  await after.close();
});

test("a process that is refused the store does not affect its owner", async () => {
  const path = join(folder, "store");
  await expect(openStore(path)).rejects.toThrow(StoreInUse);
  await expect(openStore(path)).rejects.toThrow(StoreInUse);
  await store.commit({ set: [["a", 1]] });
  expect(await store.get("a")).toBe(1);
});

test("a store in a folder with a long name is owned by one too", async () => {
  const path = join(folder, "long".repeat(40));
  const long = await openStore(path);
  await expect(openStore(path)).rejects.toThrow(StoreInUse);
  await long.close();
  await (await openStore(path)).close();
});

test("a store that is closed takes no more writes: it may be another's already", async () => {
  await store.close();
  await expect(store.commit({ set: [["a", 1]] })).rejects.toThrow("closed");
  store = await openStore(join(folder, "store"));
  expect(await store.get("a")).toBeUndefined();
});

test("a store that was made for one target is refused to another, and its keys are not among the caller's", async () => {
  const path = join(folder, "dedicated");
  const [one, another] = ["one", "another"].map((mark) => ({ mark, former: [] }));
  await (await openStore(path, one)).close();
  await expect(openStore(path, another)).rejects.toThrow(StoreOfAnother);
  const again = await openStore(path, one);
  expect(await again.list("")).toEqual([]);
  await again.close();
});

test("A3.9 a mark of an earlier version for the same target is replaced, and is of no use afterwards", async () => {
  const path = join(folder, "marked-before");
  await (await openStore(path, { mark: "old", former: [] })).close();
  await expect(openStore(path, { mark: "new", former: ["older"] })).rejects.toThrow(StoreOfAnother);
  await (await openStore(path, { mark: "new", former: ["older", "old"] })).close();
  await expect(openStore(path, { mark: "old", former: [] })).rejects.toThrow(StoreOfAnother);
  await (await openStore(path, { mark: "new", former: [] })).close();
});
