import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";

export interface Servers {
  readonly graph: string;
  readonly raw: string;
  /** Requests that KORE has received since this was last called. */
  takeKoreRequests(): Promise<number>;
  stop(): Promise<void>;
}

/** Connections to KORE that each server may have. */
const KORE_CONNECTIONS = "16";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the graph and starts it, the hand-written server, and the stub of KORE that both ask. */
export async function startServers(): Promise<Servers> {
  await build();
  // A ledger belongs to one KORE, and the stub is another one in each run.
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-bench-"));
  const running: Child[] = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const start = async (name: string, args: string[], env: Record<string, string>) => {
    const child = await startChild(name, args, { NODE_ENV: "production", ...env });
    running.push(child);
    return child.url;
  };
  try {
    const stub = await start("the stub of KORE", typescript("stub.ts"), {});
    const env = { ...environment(stub), STORE_PATH: join(folder, "store") };
    const graph = await start("the graph", [`${ROOT}dist/main.js`, "serve"], env);
    const raw = await start("the hand-written server", typescript("raw.ts"), env);
    return { graph, raw, takeKoreRequests: () => take(stub), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The graph as `npm run build` makes it, without the playground, which production does not serve. */
async function build(): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const tsc = spawn(process.execPath, [compiler, "-p", `${ROOT}.tsconfig.build.json`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(tsc, "exit")) as [number | null];
  if (code !== 0) throw new Error("the graph does not compile");
}

function typescript(file: "stub.ts" | "raw.ts"): string[] {
  return ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL(file, import.meta.url))];
}

function environment(stub: string): Record<string, string> {
  return {
    KORE_MODE: "live",
    KORE_CLIENT_ID: "bench",
    KORE_CLIENT_SECRET: "bench",
    KORE_API_KEY: "bench",
    KORE_ACCOUNT_EMAIL: "bench@example.com",
    KORE_CONNECTIVITY_URL: `${stub}/connectivity`,
    KORE_CONNECTIVITY_TOKEN_URL: `${stub}/Api/api/token`,
    KORE_CLIENTS_URL: stub,
    KORE_GLOBAL_TOKEN_URL: `${stub}/api-services/v1/auth/token`,
    KORE_CONNECTIONS,
    // The stub bears anything, and the hand-written server keeps nothing.
    KORE_REQUESTS_PER_SECOND: "100000",
    KORE_CONCURRENCY: "1024",
    KORE_QUEUE: "100000",
    CACHE_SECONDS: "0",
    HOST: "127.0.0.1",
    PORT: "0",
    PLAYGROUND: "off",
    ID_CHECKS: "explain",
    LOG_LEVEL: "warn",
    LIMIT_OPERATIONS_PER_MINUTE: "0",
    LIMIT_KORE_REQUESTS_PER_MINUTE: "0",
  };
}

async function take(stub: string): Promise<number> {
  const reply = await fetch(`${stub}/_bench/take`, { method: "POST" });
  return ((await reply.json()) as { requests: number }).requests;
}
