import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const STARTS = 7;

/** Nobody is there: a start must not wait for KORE. */
const NOBODY = "http://127.0.0.1:1";

/** How long it takes from starting the compiled process to its first answer, in milliseconds. */
async function start(folder: string, env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, "serve"], {
    env: {
      NODE_ENV: "production",
      PORT: "0",
      STORE_PATH: join(folder, "store"),
      KORE_CLIENT_ID: "id",
      KORE_CLIENT_SECRET: "secret",
      KORE_API_KEY: "key",
      KORE_ACCOUNT_EMAIL: "ops@example.com",
      KORE_CONNECTIVITY_URL: NOBODY,
      KORE_CONNECTIVITY_TOKEN_URL: NOBODY,
      KORE_CLIENTS_URL: NOBODY,
      KORE_GLOBAL_TOKEN_URL: NOBODY,
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const [, found] = /kore-graph +(http:\S+)/.exec(said) ?? [];
        if (found) resolve(found);
      });
      void ended.then(() => reject(new Error(`It did not start: ${said}`)));
    });
    const body = JSON.stringify({ query: "{ capabilities { mode } }" });
    const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    if (!reply.ok) throw new Error(await reply.text());
    await reply.text();
    return performance.now() - began;
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

const folder = await mkdtemp(join(tmpdir(), "kore-graph-start-"));
try {
  for (const [name, env] of [
    ["as it is", {}],
    ["traced", { TRACING: "on", OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY }],
  ] as const) {
    const times: number[] = [];
    for (let count = 0; count < STARTS; count += 1) times.push(await start(folder, env));
    const rounded = times.map((time) => Math.round(time)).sort((a, b) => a - b);
    process.stdout.write(`start to first answer, ${name}: ${Math.round(median(times))} ms (${rounded.join(", ")})\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
