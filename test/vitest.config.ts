import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** End-to-end tests, random histories, and tests that start a process or wait for minutes. Any folder may hold one, by its name. */
const LONG = ["test/e2e/**/*.test.ts", "test/**/*.long.test.ts"];

/** Folders whose long tests run in the test's own process. */
const IN_PROCESS = "test/{contract,resources,kore}/**/*.long.test.ts";

/**
 * Tests that replace modules or time, or declare types of a schema, change what others in their process find. Those that
 * compare the printed schema depend on others: type-graphql sorts a field's arguments when it first executes it. Those that
 * measure the heap collect its garbage many times, which takes several times as long with what others have left in it.
 */
const ISOLATED = testFiles().filter((file) =>
  /vi\.(mock|useFakeTimers)\(|from "type-graphql"|(toy-graph|heap)\.ts"|"[./]*schema\/(api|subgraph)\.graphql"/.test(
    readFileSync(file, "utf8"),
  ),
);

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  // Node resolves `graphql` to its ESM build for us and to CommonJS for our dependencies: two realms. One entry cures it.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    globalSetup: ["test/support/vitest/global-setup.ts"],
    setupFiles: ["test/support/vitest/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each core has a file: most of a test's time is its app's, which needs no more than one.
    maxWorkers: "100%",
    projects: [
      // To load all modules again takes a file longer than most of its tests.
      project("short", { include: ["test/**/*.test.ts"], exclude: [...LONG, ...ISOLATED], isolate: false }),
      project("short-isolated", { include: ISOLATED, exclude: LONG }),
      project("long", { include: [IN_PROCESS] }),
      // One file at a time: most of them start several processes of their own and load the machine.
      project("long-processes", {
        include: LONG,
        exclude: [IN_PROCESS],
        maxWorkers: 1,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});

function project(name: string, options: object) {
  return { extends: true as const, test: { name, ...options } };
}

function testFiles(): string[] {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `${folder}${path}`);
}
