import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { environmentOf } from "../support/app.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("the bundled server has what is loaded when it is requested: the SDL, traces, and agents' tools", async () => {
  const env = { ...process.env, PORT: "0", TRACING: "on", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  const demo = spawn(process.execPath, [join(ROOT, "dist/main.js"), "demo"], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  try {
    let url = "";
    for await (const line of createInterface({ input: demo.stdout })) {
      url = /^kore-graph +(http:\S+)\/graphql/.exec(line)?.[1] ?? "";
      if (url !== "") break;
    }
    demo.stdout.resume();
    const post = (path: string, body: object, accept = "application/json") =>
      fetch(url + path, {
        ...{ method: "POST", body: JSON.stringify(body) },
        headers: { "content-type": "application/json", accept },
      });

    const schema = await post("/graphql", { query: "{ _service { sdl } }" });
    expect(await schema.json()).toEqual({
      data: { _service: { sdl: await readFile(join(ROOT, "schema/subgraph.graphql"), "utf8") } },
    });
    const tools = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    const listed = await post("/mcp", tools, "application/json, text/event-stream");
    expect(await listed.text()).toContain('"name":"SimsByIccid"');
  } finally {
    demo.kill("SIGTERM");
    expect(await once(demo, "exit")).toEqual([0, null]);
  }
}, 60_000);

test("the bundled server warms up in front of KORE, which sees nothing of it, and is ready afterwards", async () => {
  const kore = await startSimulator();
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-bundle-"));
  const env = {
    ...environmentOf(kore),
    PORT: "0",
    STORE_PATH: join(folder, "store"),
    WARM_UP_MS: "5000",
    LOG_LEVEL: "warn",
  };
  const graph = spawn(process.execPath, [join(ROOT, "dist/main.js"), "serve"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, ...env },
  });
  try {
    const lines: string[] = [];
    createInterface({ input: graph.stdout }).on("line", (line) => lines.push(line));
    while (!lines.some((line) => line.startsWith("kore-graph "))) await wait(20);
    const url = /http:\S+(?=\/graphql)/.exec(lines.join("\n"))?.[0] ?? "";
    const ready = async () => (await fetch(`${url}/readyz`)).status;
    expect(await ready()).toBe(503);
    expect(kore.log()).toEqual([]);
    while ((await ready()) !== 200) await wait(50);
    expect(kore.log().map(({ path }) => path.split("/").at(-1))).not.toContain("subscriptions");
    expect(lines.filter((line) => line.startsWith("{"))).toEqual([]); // No line of the log.
  } finally {
    graph.kill("SIGTERM");
    expect(await once(graph, "exit")).toEqual([0, null]);
    await kore.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
