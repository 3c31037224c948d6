import { spawnSync } from "node:child_process";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A built checkout without dependencies: neither compiler nor bundler is there. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-build-"));
  for (const part of [".ci", "src", "dist", "package.json", "package-lock.json", "tsconfig.json"]) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const build = () => spawnSync(process.execPath, [join(folder, ".ci/build.mjs")], { encoding: "utf8" });

test("a current build does nothing, and needs no compiler", () => {
  expect(build()).toMatchObject({ status: 0, stdout: "", stderr: "" });
});

test("a build that is not current is refused without a compiler, by the command that installs it", async () => {
  await appendFile(join(folder, "src/main.ts"), "// changed\n");
  const { status, stderr } = build();
  expect(status).toBe(1);
  expect(stderr).toMatch(/dist\/ is not current, and what builds it is not installed: npm ci && npm run build\n$/);
});

test("without sources a build is taken as it is", async () => {
  await rm(join(folder, "src"), { recursive: true });
  expect(build()).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
