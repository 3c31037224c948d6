import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { marksOf } from "../../src/app/kore-target.ts";
import { collectGarbage } from "../../src/app/warm-up/collect-garbage.ts";
import type * as isolated from "../../src/app/warm-up/isolated-server.ts";
import { openStore } from "../../src/server/storage/lmdb.ts";
import { type SpanExporter } from "../../src/server/telemetry/index.ts";
import { type TestApp, startApp } from "../support/app.ts";

const failure = { message: "" };

vi.mock("../../src/app/warm-up/isolated-server.ts", async (original) => {
  const module = await original<typeof isolated>();
  return {
    startIsolatedServer: (...options: Parameters<typeof module.startIsolatedServer>) =>
      failure.message === "" ? module.startIsolatedServer(...options) : Promise.reject(new Error(failure.message)),
  };
});

const FIXTURES = { accounts: { acme: { sims: 2 } } };

let app: TestApp | undefined;
afterEach(async () => {
  failure.message = "";
  await app?.stop();
  app = undefined;
});

const readiness = async (url: string) => {
  const reply = await fetch(`${url}/readyz`);
  return [reply.status, ((await reply.json()) as { status: string }).status];
};

async function untilReady({ url }: TestApp): Promise<void> {
  while ((await readiness(url))[0] !== 200) await wait(20);
}

const warnings = (of: TestApp) =>
  of
    .logged()
    .filter(({ level }) => level === "warn")
    .map(({ msg }) => msg);

test("a server that warms up answers, is ready only afterwards, and nothing of the warm-up is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-warm-up-"));
  const spans: string[] = [];
  const spanExporter: SpanExporter = {
    export: (ended, done) => {
      spans.push(...ended.map(({ name }) => name));
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const [store, audit] = [join(folder, "store"), join(folder, "audit")];
  try {
    app = await startApp(
      FIXTURES,
      {
        WARM_UP_MS: "4000",
        ...{ STORE_PATH: store, AUDIT_FILE: audit, METRICS: "on", TRACING: "on", LIMIT_OPERATIONS_PER_MINUTE: "2" },
      },
      { spanExporter },
    );
    expect(await readiness(app.url)).toEqual([503, "starting"]);
    expect((await app.graph.query("{ capabilities { mode } }")).data).toEqual({ capabilities: { mode: "LIVE" } });
    await untilReady(app);

    // Of KORE: the checks of /readyz alone.
    expect(app.kore.requests()).toEqual(["GET /v1/ping ×2"]);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    const counted = metrics.match(/^kore_graph_(operations_total|upstream_requests_total)\{.*/gm);
    expect(counted?.filter((line) => !/clients|ping|token/.test(line))).toEqual([
      'kore_graph_operations_total{kind="query",name="anonymous",outcome="OK"} 1',
    ]);
    expect(metrics).toMatch(/^kore_graph_cache_entries\{.*\} 0$/m);
    expect(metrics).toMatch(/^kore_graph_upstream_accounts_open\{.*\} 0$/m);
    expect(warnings(app)).toEqual([]);
    // One operation of the caller's two is left.
    expect((await app.graph.query("{ capabilities { mode } }")).data).toBeDefined();
    expect((await app.graph.query("{ capabilities { mode } }")).errors?.[0]?.extensions.code).toBe("RATE_LIMITED");
    await app.stop();
    expect(await readFile(audit, "utf8")).toBe("");
    const checks = ["GET /v1/ping", "GET /v1/ping", "POST /Api/api/token", "POST /api-services/v1/auth/token"];
    expect(spans.sort()).toEqual([...checks, "query anonymous", "query anonymous", "query anonymous"]);
    const ledger = await openStore(store, marksOf({ connectivityUrl: app.kore.urls.connectivity, credentials: [] }));
    const keys = (await ledger.list("")).map(([key]) => key);
    await ledger.close();
    // After any start there are the marks of empty ledgers, besides the health check's and retention's own.
    expect(keys.filter((key) => !/(^|\/)marks\//.test(key))).toEqual(["probe", "store-time"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("queries of the warm-up that fail are logged once, and the server becomes ready", async () => {
  app = await startApp(FIXTURES, { WARM_UP_MS: "4000", LIMIT_KORE_REQUESTS: "1" });
  await untilReady(app);
  expect(app.logged().filter(({ level }) => level === "warn")).toMatchObject([
    { operation: expect.stringContaining("Accounts") as string, msg: "queries of the warm-up have failed" },
  ]);
});

test("a warm-up that cannot start is logged once, and the server becomes ready", async () => {
  failure.message = "no port is free";
  app = await startApp(FIXTURES, { WARM_UP_MS: "60000" });
  await untilReady(app);
  expect(app.logged().filter(({ level }) => level === "warn")).toMatchObject([
    { err: { message: "no port is free" }, msg: "the warm-up has failed; the server is ready without it" },
  ]);
});

test("a stop ends the warm-up", async () => {
  app = await startApp(FIXTURES, { WARM_UP_MS: "60000" });
  expect(await readiness(app.url)).toEqual([503, "starting"]);
  await app.stop();
  expect(warnings(app)).toEqual([]);
});

test("garbage is collected", async () => {
  const left = new WeakRef({});
  await wait(0); // V8 keeps the target of a new WeakRef until the end of the turn.
  await collectGarbage();
  expect(left.deref()).toBeUndefined();
});
