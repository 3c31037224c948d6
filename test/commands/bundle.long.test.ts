import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("the bundled server has what is loaded when it is requested: the SDL, traces, and agents' tools", async () => {
  execFileSync(process.execPath, [join(ROOT, ".ci/build.mjs")], { stdio: "inherit" });
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
