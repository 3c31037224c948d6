import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StoreUnavailable } from "../../../src/common/store/store-errors.ts";
import { StoreInUse } from "../../../src/server/storage/process-lock.ts";
import { openStore, releaseStore } from "../../../src/server/storage/lmdb.ts";
import { StoreUnusable } from "../../../src/server/storage/lmdb-errors.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-files-"));
  path = join(folder, "store");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filled(): Promise<void> {
  const store = await openStore(path);
  for (let n = 0; n < 40; n += 1) await store.commit({ set: [[`k/${n}`, "x".repeat(3000)]] });
  await store.close();
}

const refusal = (sentence: RegExp) => expect(openStore(path)).rejects.toThrow(sentence);

test("12.2.1 only their owner can read the store's files, independently of the folder's permissions", async () => {
  await mkdir(path, { mode: 0o777 });
  await chmod(path, 0o777);
  const store = await openStore(path);
  for (const name of (await readdir(path)).filter((file) => /\.(mdb|json)$/.test(file))) {
    expect([name, (await stat(join(path, name))).mode & 0o777]).toEqual([name, 0o600]);
  }
  await store.close();
});

test("a folder whose name ends as a file's does is a folder", async () => {
  path = join(folder, "store-1.2");
  await filled();
  await filled();
  expect(await readdir(path)).toContain("data.mdb");
});

describe("12.2.2 a damaged or foreign data file is refused with a sentence", () => {
  test.each([
    ["to half a page", 2048],
    ["to one page", 4096],
    ["to its meta pages", 8192],
    ["within its data", 60_000],
  ])("truncated %s", async (_, length) => {
    await filled();
    await truncate(join(path, "data.mdb"), length);
    await refusal(/STORE_PATH.*(truncated|is no store)/);
    await expect(openStore(path)).rejects.toThrow(StoreUnusable);
  });

  test.each([
    ["of text", "not a database\n".repeat(2000)],
    ["of zeros", "\0".repeat(50_000)],
    ["of a few bytes", "x"],
  ])("a file %s", async (_, content) => {
    await mkdir(path);
    await writeFile(join(path, "data.mdb"), content);
    await refusal(/STORE_PATH.*is no store of kore-graph/);
    expect(await readFile(join(path, "data.mdb"), "utf8")).toBe(content); // Left as it was.
  });

  test("a file of another version of LMDB", async () => {
    await filled();
    const data = await readFile(join(path, "data.mdb"));
    data.writeUInt32LE(1, 28);
    await writeFile(join(path, "data.mdb"), data);
    await refusal(/format of LMDB/);
  });
});

test("a folder that cannot be made, such as one of a volume that is not mounted, is refused with a sentence", async () => {
  await symlink(join(folder, "not-mounted"), path);
  await refusal(/^The store \(STORE_PATH\) cannot be made at its path$/);
});

test.each([
  ["gone", (file: string) => rm(file)],
  ["empty", (file: string) => truncate(file, 0)],
])("12.2.3 data that are %s beside other files of a store are not a new ledger", async (_, damage) => {
  await filled();
  await damage(join(path, "data.mdb"));
  await refusal(/STORE_PATH.*has lost its data\.mdb/);
});

test("12.2.4 a store in a folder with a very long path is owned by one process, and nothing of it is elsewhere", async () => {
  path = join(folder, ...Array.from({ length: 5 }, () => "long".repeat(40)), "store");
  const store = await openStore(path);
  expect((await readdir(path)).filter((name) => name.endsWith(".sock"))).toHaveLength(1);
  const script = `import { openStore } from ${JSON.stringify(fileURLToPath(new URL("../../../src/server/storage/lmdb.ts", import.meta.url)))};
    openStore(${JSON.stringify(path)}).then(() => "open", (error) => error.name).then((said) => { process.stdout.write(said); process.exit(0); });`;
  const other = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    env: { ...process.env, TMPDIR: folder }, // A private temporary folder changes nothing.
  });
  const [said] = (await once(other.stdout, "data")) as [Buffer];
  expect(String(said)).toBe("StoreInUse");
  await store.close();
});

describe("12.2.5 of another host or boot a store is refused, and never taken over by age", () => {
  const ours = { host: "one", boot: "b-1" };
  /** Files of a process that ended without closing. */
  const leave = (machine: object) => writeFile(join(path, "owner.json"), JSON.stringify(machine));

  test.each([
    ["another host", { host: "two", boot: "b-2" }],
    ["an earlier boot of this host", { host: "one", boot: "b-0" }],
    ["a host without boot ids", { host: "two", boot: "" }],
  ])("%s", async (_, other) => {
    await filled();
    await leave(other);
    await expect(openStore(path, undefined, ours)).rejects.toThrow(/host (one|two).*release-store --confirm/);
  });

  test("a note that cannot be read is another machine's", async () => {
    await filled();
    await writeFile(join(path, "owner.json"), '{"host": "o');
    await expect(openStore(path, undefined, ours)).rejects.toThrow(/release-store --confirm/);
  });

  test("a container of the same boot is let in when no process has the store", async () => {
    await filled();
    await leave({ host: "container-7", boot: "b-1" });
    await (await openStore(path, undefined, ours)).close();
    expect(await readdir(path)).not.toContain("owner.json"); // Closed, it may go to any machine.
  });

  test("release frees it and says whose it was, but not while a process here has it", async () => {
    await filled();
    await leave({ host: "two", boot: "b-2" });
    expect(await releaseStore(path)).toEqual({ host: "two", boot: "b-2" });
    expect(await releaseStore(path)).toBeUndefined();
    const store = await openStore(path);
    await expect(releaseStore(path)).rejects.toThrow(StoreInUse);
    await store.close();
  });
});

describe("12.1.1 a folder that cannot be a store is one sentence that names STORE_PATH", () => {
  test("a file stands at its path", async () => {
    await writeFile(path, "");
    await refusal(/STORE_PATH.*is not a folder/);
  });

  test("a file stands above it", async () => {
    await writeFile(path, "");
    path = join(path, "below");
    await refusal(/STORE_PATH.*is not a folder/);
  });
});

const canMount = process.getuid?.() === 0 && process.platform === "linux";

describe.skipIf(!canMount)("on a file system of its own", () => {
  beforeEach(() => void execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]));
  afterEach(() => void execFileSync("umount", [folder]));
  const filler = () => join(folder, "filler");
  const fill = () => writeFile(filler(), Buffer.alloc(20 * 2 ** 20));

  test("12.1.2 a full disk refuses writes, reads go on, and writing resumes when there is room", async () => {
    const store = await openStore(path);
    await store.commit({ set: [["a", 1]] });
    await fill();
    await expect(store.commit({ set: [["a", 2]] })).rejects.toThrow(StoreUnavailable);
    await expect(store.commit({ expect: [["b", "absent"]], set: [["b", 1]] })).rejects.toThrow(StoreUnavailable);
    expect(await store.get("a")).toBe(1);
    await rm(filler());
    await store.commit({ set: [["a", 3]] });
    expect(await store.get("a")).toBe(3);
    await fill();
    await store.close();
    await rm(filler());
    const again = await openStore(path);
    expect(await again.get("a")).toBe(3);
    await again.close();
  });

  test("12.1.3 a full disk and one mounted read-only are sentences at start", async () => {
    await fill();
    await refusal(/STORE_PATH.*its disk is full/);
    await rm(filler());
    execFileSync("mount", ["-o", "remount,ro", folder]);
    await refusal(/STORE_PATH.*read-only/);
    execFileSync("mount", ["-o", "remount,rw", folder]);
  });
});
