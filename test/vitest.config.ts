import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** End-to-end tests, random histories, and tests that start a process or wait for minutes. Any folder may hold one, by its name. */
const LONG = ["test/e2e/**/*.test.ts", "test/**/*.long.test.ts"];

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  // Node resolves `graphql` to its ESM build for us and to CommonJS for our dependencies: two realms. One entry cures it.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["reflect-metadata"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      // Each core has a file: most of a test's time is its app's, which needs no more than one.
      { extends: true, test: { name: "short", include: ["test/**/*.test.ts"], exclude: LONG, maxWorkers: "100%" } },
      // One file at a time: most of them start several processes of their own and load the machine.
      { extends: true, test: { name: "long", include: LONG, fileParallelism: false } },
    ],
  },
});
