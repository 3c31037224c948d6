import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/app.ts";
import { environmentOf } from "../../src/app/simulator.ts";
import { type Config, readConfig } from "../../src/server/config/index.ts";
import { createLog } from "../../src/server/logging/log.ts";
import { type SpanExporter } from "../../src/server/telemetry/index.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";
import { type TypedDocumentString } from "./graphql/graphql.ts";
import { afterTest } from "./vitest/cleanup.ts";

export { environmentOf };

/** A reply as it comes over HTTP. */
export interface Reply<Data = Record<string, unknown>> {
  data?: Data | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; [key: string]: unknown };
  }[];
  extensions?: { hints?: { path: (string | number)[]; message: string }[]; kore?: Record<string, number> };
}

export interface TestApp {
  /** Another one after a restart. */
  readonly url: string;
  graph: {
    /** Runs one of the operations in schema/operations, typed. */
    run<Data, Variables>(operation: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Reply<Data>>;
    /** Runs any text. */
    query<Data>(query: string, variables?: Record<string, unknown>): Promise<Reply<Data>>;
    /** Sends a body as it is. */
    post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  };
  kore: Simulator & {
    /** The requests that KORE received, in order, token calls left out: `GET /v1/accounts/acme/subscriptions ×2`. */
    requests(): string[];
    /** The token calls that KORE received, likewise. */
    tokenRequests(): string[];
  };
  /** Where the metrics are, when they have a port of their own. */
  metricsUrl: string | undefined;
  /** The app's own simulator, when it has one beside `kore`. */
  simulatorUrl: string | undefined;
  /** Lines of the app's log. */
  logged(): Record<string, unknown>[];
  /** Stops the app and starts it again, on the same store and in front of the same KORE. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** As {@link startApp}, until the end of the test. */
export async function startAppForTest(...options: Parameters<typeof startApp>): Promise<TestApp> {
  const app = await startApp(...options);
  afterTest(() => app.stop());
  return app;
}

/** The real app on a socket, in front of a simulator on another, as `KORE_MODE=live` sees KORE. */
export async function startApp(
  world: SimulatorOptions = {},
  env: Record<string, string> | ((simulator: Simulator) => Record<string, string>) = {},
  {
    adjust = (config) => config,
    ...options
  }: {
    spanExporter?: SpanExporter;
    /** Changes settings without a variable. */
    adjust?: (config: Config) => Config;
  } = {},
): Promise<TestApp> {
  const simulator = await startSimulator({ clock: "manual", ...world });
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-test-"));
  const lines: string[] = [];
  const read = readConfig({
    ...environmentOf(simulator),
    PORT: "0",
    LOG_LEVEL: "debug",
    KORE_REQUESTS_PER_SECOND: "10000", // No call is to wait for the simulator.
    WARM_UP_MS: "0",
    STORE_PATH: join(folder, "store"),
    KORE_WEBHOOK_MAX_AGE_HOURS: "0", // The simulator's clock stands still in 2025, and its deliveries are dated by it.
    ...(typeof env === "function" ? env(simulator) : env),
  });
  const config = adjust(read);
  const log = createLog(config.logLevel, { write: (line: string) => void lines.push(line) });
  let app = await createApp(config, { log, ...options });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const query = async <Data>(text: string, variables?: unknown): Promise<Reply<Data>> => {
    const reply = await post({ query: text, variables });
    return (await reply.json()) as Reply<Data>;
  };
  return {
    get url() {
      return app.url;
    },
    get metricsUrl() {
      return app.metricsUrl;
    },
    get simulatorUrl() {
      return app.simulatorUrl;
    },
    graph: { run: (operation, variables) => query(operation.toString(), variables), query, post },
    kore: Object.assign(simulator, {
      requests: () => written(simulator, (path) => !path.endsWith("/token")),
      tokenRequests: () => written(simulator, (path) => path.endsWith("/token")),
    }),
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    async restart() {
      await app.stop();
      app = await createApp(config, { log });
    },
    stop: once(async () => {
      await app.stop();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    }),
  };
}

/** Equal requests are counted in one line, where the first of them came. */
function written(simulator: Simulator, wanted: (path: string) => boolean): string[] {
  const counts = new Map<string, number>();
  for (const { method, path } of simulator.log()) {
    if (!wanted(path)) continue;
    const line = `${method} ${path.replace(/^\/connectivity/, "")}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${line} ×${count}`);
}

/** Both tests and their hooks may stop an app. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
