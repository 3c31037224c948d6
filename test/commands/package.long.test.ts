import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRegistry } from "../support/npm/registry.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MINUTES = 60_000;

interface Packed {
  filename: string;
  size: number;
  files: { path: string; mode: number }[];
}

interface Lock {
  packages: Record<string, { version: string; dev?: boolean; optional?: boolean }>;
}

let folder: string;
let packed: Packed;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-package-"));
  const json = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: ROOT, encoding: "utf8" });
  [packed] = JSON.parse(json.slice(json.indexOf("[\n"))) as [Packed];
}, 3 * MINUTES);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the package has the built files and the contract, and no tests, sources or maps", () => {
  const paths = packed.files.map(({ path }) => path);
  const other =
    /^(dist\/.*\.(js|css|html|svg|ttf|json)|schema\/operations\/[\w-]+\.graphql|schema\/[\w.-]+\.graphql|schema\/client\/\w+\.ts)$/;
  expect(paths.filter((path) => !other.test(path)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "npm-shrinkwrap.json",
    "package.json",
  ]);
  expect(paths).toEqual(
    expect.arrayContaining(["dist/main.js", "dist/playground/index.html", "schema/subgraph.graphql"]),
  );
  expect(packed.size).toBeLessThan(4_500_000); // Half of it is the playground's editor.
});

test("packing leaves no shrinkwrap in the repository, where it would stand before the lockfile", async () => {
  expect(await readdir(ROOT)).not.toContain("npm-shrinkwrap.json");
});

test(
  "npx runs the demo from an empty folder, with the versions of the lockfile",
  async () => {
    const [home, cache] = [join(folder, "empty"), join(folder, "cache")];
    await mkdir(home);
    const registry = await startRegistry(join(folder, packed.filename));
    const child = spawn("npx", ["--yes", "kore-graph", "demo", "--port", "0", "--simulator-port", "0"], {
      cwd: home,
      detached: true, // A group of its own: npx passes no signals on.
      env: { PATH: process.env.PATH, HOME: home, npm_config_cache: cache, npm_config_registry: registry.address },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [, graph = "", playground = ""] = await said(child, /^kore-graph +(http:\S+)\nplayground +(http:\S+)$/m);
      const reply = await fetch(graph, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "{ accounts { id } }" }),
      });
      expect(await reply.json()).toHaveProperty("data.accounts.0.id");
      const page = await (await fetch(playground)).text();
      const [, script = ""] = /src="(\/playground\/assets\/[^"]+\.js)"/.exec(page) ?? [];
      expect((await fetch(new URL(script, playground))).status).toBe(200);

      const [run = ""] = await readdir(join(cache, "_npx"));
      const installed = join(cache, "_npx", run, "node_modules/kore-graph");
      const { packages } = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as Lock;
      for (const [path, { version, dev, optional }] of Object.entries(packages)) {
        if (path === "" || dev || optional) continue;
        const manifest = JSON.parse(await readFile(join(installed, path, "package.json"), "utf8")) as unknown;
        expect(manifest).toMatchObject({ version });
      }
      expect(await readdir(home)).toEqual([]);
    } finally {
      const ended = once(child, "close");
      process.kill(-(child.pid ?? 0), "SIGTERM");
      await ended;
      registry.stop();
    }
  },
  5 * MINUTES,
);

function said({ stdout }: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = "";
    stdout?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      const found = pattern.exec(text);
      if (found) resolve(found);
    });
    stdout?.once("end", () => reject(new Error(`ended without saying ${pattern.source}: ${text}`)));
  });
}
