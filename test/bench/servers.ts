import { spawn } from "node:child_process";
import { hash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";
import { PEERS, type PeerName, peerFile } from "./peers.ts";

/** The servers that are always compared: the graph, one written by hand, and a GraphQL server written the usual way. */
const SERVERS = ["graph", "raw", "peer"] as const;
export type ServerName = (typeof SERVERS)[number] | PeerName;

export type ByServer<T> = Readonly<Record<(typeof SERVERS)[number], T> & Partial<Record<PeerName, T>>>;

export type Servers = ByServer<Child> & {
  readonly names: readonly ServerName[];
  /** Of callers of the graph. */
  readonly apiKey: string;
  readonly stub: Child;
  /** Starts one more of a kind. */
  startServer(name: ServerName): Promise<Child>;
  /** The same, and waits until the graph has warmed up. */
  startReady(name: ServerName): Promise<Child>;
  /** Starts one more graph, with more variables. */
  startGraph(env: Readonly<Record<string, string>>): Promise<Child>;
  /** One more graph that is not bundled, so that a profile has the files of its functions. */
  startUnbundledGraph(): Promise<Child>;
  /** Requests that KORE has received since this was last called. */
  takeKoreRequests(): Promise<number>;
  /** Lets KORE take so long for each answer, in milliseconds. */
  slowKore(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
};

/** Calls to KORE at once, each on a connection: enough for 64 callers with three each. */
const KORE_CONCURRENCY = "256";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "dist/main.js");

/** Starts the compiled graph, the servers next to it, and the stub of KORE that all ask. */
export async function startServers({ hasPeers = false } = {}): Promise<Servers> {
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
    return child;
  };
  try {
    const { apiKey, file } = await makeApiKey(folder);
    const stub = await start("the stub of KORE", [compiled("test/bench/stub")], {});
    const kore = koreAt(stub.url);
    let graphs = 0;
    const startGraph = (env: Readonly<Record<string, string>>, main = MAIN) => {
      const store = join(folder, `store-${(graphs += 1)}`);
      return start("the graph", [main, "serve"], { ...kore, ...guarded(file), STORE_PATH: store, ...env });
    };
    const startServer = (name: ServerName): Promise<Child> => {
      if (name === "graph") return startGraph({});
      return start(name, [name === "raw" || name === "peer" ? compiled(`test/bench/${name}`) : peerFile(name)], kore);
    };
    const names: readonly ServerName[] = [...SERVERS, ...(hasPeers ? PEERS : [])];
    const startReady = async (name: ServerName) => {
      const child = await startServer(name);
      if (name === "graph") await untilReady(child);
      return child;
    };
    const children = await byServer(names, startReady);
    return {
      ...children,
      names,
      apiKey,
      stub,
      startServer,
      startReady,
      startGraph,
      startUnbundledGraph: () => startGraph({}, compiled("src/main")),
      takeKoreRequests: async () => ((await control(stub, "take")) as { requests: number }).requests,
      slowKore: async (milliseconds) => {
        await control(stub, `delay/${milliseconds}`);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady({ url }: Child): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200) await wait(20);
}

/** One after the other. */
export async function byServer<T>(
  names: readonly ServerName[],
  make: (name: ServerName) => T | Promise<T>,
): Promise<ByServer<T>> {
  const made = new Map<ServerName, T>();
  for (const name of names) made.set(name, await make(name));
  return Object.fromEntries(made) as unknown as ByServer<T>;
}

/**
 * The graph as `npm run build` makes it, without the playground, which production does not serve; and the others, since
 * what compiles them while they run would count as their memory.
 */
export async function build(): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  await Promise.all([
    run([join(ROOT, ".ci/build.mjs"), "server"]),
    run([compiler, "-p", join(ROOT, ".tsconfig.bench.json")]),
  ]);
}

async function run(args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${args.join(" ")} has failed`);
}

function compiled(file: `test/bench/${"stub" | "raw" | "peer"}` | "src/main"): string {
  return join(ROOT, `.kore-graph/bench/servers/${file}.js`);
}

/** KORE's settings, for a KORE whose base address is `url`. The graph searches replies for the credentials, so they are no words. */
function koreAt(url: string): Record<string, string> {
  return {
    KORE_CLIENT_ID: randomUUID(),
    KORE_CLIENT_SECRET: randomBytes(30).toString("base64url"),
    KORE_API_KEY: randomBytes(30).toString("base64url"),
    KORE_ACCOUNT_EMAIL: "bench@example.com",
    KORE_CONNECTIVITY_URL: `${url}/connectivity`,
    KORE_CONNECTIVITY_TOKEN_URL: `${url}/Api/api/token`,
    KORE_CLIENTS_URL: url,
    KORE_GLOBAL_TOKEN_URL: `${url}/api-services/v1/auth/token`,
    KORE_CONCURRENCY,
  };
}

/** Every guard is on. Those that count are set so high that they never refuse; the size of operations is as by default. */
function guarded(keys: string): Record<string, string> {
  return {
    KORE_REQUESTS_PER_SECOND: "100000",
    LIMIT_OPERATIONS_PER_MINUTE: "100000000",
    LIMIT_KORE_REQUESTS_PER_MINUTE: "100000000",
    // The others keep nothing, and are to make the same requests to KORE.
    CACHE_SECONDS: "0",
    AUTH_API_KEYS_FILE: keys,
    METRICS: "on",
    PORT: "0",
  };
}

/** Whether the guards that can be seen from outside are on, so that nothing faster than what is sold is measured. */
export async function holdToGuards({ graph, apiKey }: Servers): Promise<void> {
  const status = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${graph.url}${path}`, { headers })).status;
  const stranger = await status("/metrics", {});
  const caller = await status("/metrics", { authorization: `Bearer ${apiKey}` });
  if (stranger !== 401 || caller !== 200) {
    throw new Error(`the graph is not as guarded as it should be: metrics answered ${stranger} and ${caller}`);
  }
}

async function makeApiKey(folder: string): Promise<{ apiKey: string; file: string }> {
  const apiKey = `kg_${randomBytes(32).toString("base64url")}`;
  const sha256 = hash("sha256", apiKey, "hex");
  const file = join(folder, "keys.json");
  await writeFile(file, JSON.stringify([{ name: "bench", role: "operator", accounts: "*", sha256 }]));
  return { apiKey, file };
}

async function control({ url }: Child, command: string): Promise<unknown> {
  const reply = await fetch(`${url}/_bench/${command}`, { method: "POST" });
  return reply.json();
}
