import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { Disposables } from "../../src/server/http/disposables.ts";
import { readConfig } from "../../src/server/config/index.ts";
import { createLog } from "../../src/server/logging/log.ts";

const { parts } = vi.hoisted(() => ({ parts: { broken: "" } }));
function unless<Args extends unknown[], Result>(name: string, part: (...args: Args) => Result) {
  return (...args: Args): Result => {
    if (parts.broken === name) throw new Error(`${name} is broken`);
    return part(...args);
  };
}
vi.mock(import("../../src/server/playground/tabs.ts"), async (original) => {
  const tabs = await original();
  return { ...tabs, operationTabs: unless("operationTabs", tabs.operationTabs) };
});
vi.mock(import("../../src/graph/index.ts"), async (original) => {
  const graph = await original();
  return { ...graph, buildGraphSchema: unless("buildGraphSchema", graph.buildGraphSchema) };
});
vi.mock(import("../../src/server/storage/lmdb.ts"), async (original) => {
  const lmdb = await original();
  return { ...lmdb, openStore: unless("openStore", lmdb.openStore) };
});
vi.mock(import("../../src/server/webhooks/webhook-dedupe.ts"), async (original) => {
  const module = await original();
  return {
    ...module,
    webhookDedupe: (...options) => {
      const dedupe = module.webhookDedupe(...options);
      return { ...dedupe, prune: unless("prune", (before: number) => dedupe.prune(before)) };
    },
  };
});

afterEach(() => {
  parts.broken = "";
  vi.unstubAllEnvs();
});

/** Servers and timers that keep the process alive; sockets and files of the tests' own come and go. */
const alive = () => process.getActiveResourcesInfo().filter((name) => /TCPServer|PipeServer/.test(name));

describe("A failed start leaves nothing open", () => {
  test.each(["openStore", "prune", "buildGraphSchema", "operationTabs"])("when %s does", async (broken) => {
    const before = alive();
    const config = readConfig({ KORE_MODE: "simulator", PORT: "0", SIMULATOR_PORT: "0", SIMULATOR_SIMS: "5" });
    const log = createLog("silent");
    parts.broken = broken;
    await expect(createApp(config, { log })).rejects.toThrow(`${broken} is broken`);
    await vi.waitFor(() => expect(alive()).toEqual(before));

    parts.broken = "";
    const app = await createApp(config, { log });
    expect(alive().length).toBeGreaterThan(before.length);
    await app.stop();
    await vi.waitFor(() => expect(alive()).toEqual(before));
  });
});

test("A start without a writable folder for temporary files names TMPDIR", async () => {
  vi.stubEnv("TMPDIR", "/proc/none");
  const config = readConfig({ KORE_MODE: "simulator", PORT: "0", SIMULATOR_PORT: "0", SIMULATOR_SIMS: "5" });
  await expect(createApp(config, { log: createLog("silent") })).rejects.toThrow("TMPDIR: cannot be written (ENOENT)");
});

test("disposables run once, in reverse order, each even if another fails", async () => {
  const closed: string[] = [];
  const closers = new Disposables();
  closers.add(() => closed.push("first"));
  closers.add(() => Promise.reject(new Error("stuck")));
  closers.add(() => closed.push("last"));
  await expect(closers.dispose()).rejects.toThrow(AggregateError);
  await closers.dispose();
  expect(closed).toEqual(["last", "first"]);
});
