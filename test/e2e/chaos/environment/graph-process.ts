import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Simulator } from "../../../../src/simulator/index.ts";
import { environmentOf } from "../../../support/app.ts";
import { DEADLINE } from "../faults/fault-plan.ts";
import type { Sample } from "./probe.ts"; // A type import: the module installs listeners in its process.

/** The real app in a process of its own. */
export interface GraphProcess {
  readonly url: string;
  measure(how: "after collecting garbage" | "as it is"): Promise<Sample>;
  /** Logged errors, and lines on stderr. */
  readonly errors: readonly string[];
  /** Rejects when the process ends without `stop`. */
  readonly crashed: Promise<never>;
  /** Sends SIGTERM, and resolves with the exit code. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const ERROR = 50;

interface GraphOptions {
  /** Command line flags of Node.js. */
  flags?: readonly string[];
  /** Overrides `SETTINGS`. */
  env?: Readonly<Record<string, string>>;
}

export async function startGraphProcess(
  kore: Simulator,
  { flags = [], env = {} }: GraphOptions = {},
): Promise<GraphProcess> {
  const folder = await mkdtemp(join(tmpdir(), "kore-graph-chaos-"));
  const probe = new URL("probe.ts", import.meta.url).href;
  const node = ["--expose-gc", "--disable-warning=ExperimentalWarning", "--import", "tsx", "--import", probe];
  const child = spawn(process.execPath, [...flags, ...node, "dist/main.js", "serve"], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      WARM_UP_MS: "0",
      ...environmentOf(kore),
      ...SETTINGS,
      ...env,
      STORE_PATH: join(folder, "store"),
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  if (!child.stdout || !child.stderr) throw new Error("the process has no output");
  const errors: string[] = [];
  const output = createInterface({ input: child.stdout });
  createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
  output.on("line", (line) => {
    if (line.startsWith("{") && (JSON.parse(line) as { level: number }).level >= ERROR) errors.push(line);
  });

  let isStopping = false;
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  const crashed = ended.then((how) => {
    if (isStopping) return new Promise<never>(() => undefined);
    throw new Error(`the graph's process ended (${how ?? "?"})\n${errors.join("\n")}`);
  });
  crashed.catch(() => undefined); // Handled by callers that wait for it.

  const stop = async () => {
    isStopping = true;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 40_000);
    const how = await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
    return how;
  };
  const url = new Promise<string>((resolve) => {
    output.on("line", (line) => {
      const [, found] = /kore-graph +(http:\S+)\/graphql/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const measure: GraphProcess["measure"] = async (how) => {
    const answer = once(child, "message");
    child.send(how);
    const [sample] = (await Promise.race([answer, crashed])) as [Sample];
    return sample;
  };
  return { url: await Promise.race([url, crashed]), measure, errors, crashed, stop };
}

export const WEBHOOK = { secret: "chaos", callbackUrl: "https://graph.example/webhooks/kore" };

export const RATE = 5_000;

/** Times are shorter than in production, in proportion. */
const SETTINGS = {
  HOST: "127.0.0.1",
  PORT: "0",
  PLAYGROUND: "off",
  LOG_LEVEL: "warn",
  KORE_DEADLINE_MS: String(DEADLINE),
  KORE_WEBHOOK_SECRETS: WEBHOOK.secret,
  KORE_WEBHOOK_URL: WEBHOOK.callbackUrl,
  // Enough for all callers at a tenth, to which 429 may lower it.
  KORE_REQUESTS_PER_SECOND: String(RATE),
  // All callers are one caller to the rate limit.
  LIMIT_OPERATIONS_PER_MINUTE: "0",
  LIMIT_KORE_REQUESTS_PER_MINUTE: "0",
  PROVISIONING_CHUNK_SIZE: "4",
  PROVISIONING_SETTLE_MS: "500",
  // Longer than KORE takes for a call that timed out here.
  PROVISIONING_SETTLE_AFTER_TIMEOUT_MS: String(DEADLINE * 2),
};
