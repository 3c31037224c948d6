import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StoreInUse } from "../../../src/server/storage/process-lock.ts";
import { openStore } from "../../../src/server/storage/lmdb.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-store-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that opens a store on a message, reports the result, and keeps the store open. */
async function opener(path: string) {
  const script = `import { openStore } from ${JSON.stringify(fileURLToPath(new URL("../../../src/server/storage/lmdb.ts", import.meta.url)))};
    process.stdout.write("ready ");
    process.stdin.once("data", () => openStore(${JSON.stringify(path)}).then(
      () => { process.stdout.write("owner"); setInterval(() => {}, 1000); },
      (error) => { process.stdout.write(error.name); process.stdin.destroy(); }));`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  await vi.waitUntil(() => said === "ready ", PATIENCE);
  return {
    open: () => void child.stdin.write("now"),
    outcome: () => vi.waitUntil(() => said.replace("ready ", ""), PATIENCE),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
const PATIENCE = { timeout: 20_000, interval: 5 };

test("of six processes that start at once one owns the store, also after the last owner was killed", async () => {
  const path = join(folder, "raced");
  for (let round = 0; round < 4; round += 1) {
    const openers = await Promise.all(Array.from({ length: 6 }, () => opener(path)));
    for (const { open } of openers) open();
    const outcomes = await Promise.all(openers.map(({ outcome }) => outcome()));
    expect(outcomes.sort()).toEqual([...Array<string>(5).fill("StoreInUse"), "owner"].sort());
    await expect(openStore(path)).rejects.toThrow(StoreInUse); // No loser took the owner's socket with it.
    await Promise.all(openers.map(({ kill }) => kill()));
  }
  const after = await openStore(path);
  expect((await readdir(path)).filter((name) => name.endsWith(".sock"))).toHaveLength(1);
  await after.close();
  expect((await readdir(path)).filter((name) => name.endsWith(".sock"))).toEqual([]);
}, 60_000);
