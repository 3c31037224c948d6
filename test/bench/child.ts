import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A server in a process of its own. */
export interface Child {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  readonly pid: number;
  /** Bytes of memory that it has at present. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * The bench may die without a word; the channel to it then closes, and its children end with it. Over the same channel
 * they tell how much memory they have. What they start themselves has a channel to them, and ends with them.
 */
const LEASH = `data:text/javascript,${encodeURIComponent(`
  import cluster from 'node:cluster';
  if (cluster.isPrimary) {
    process.on('disconnect', () => process.exit());
    process.on('message', () => process.send(process.memoryUsage.rss()));
    process.channel.unref();
  }`)}`;

/** For all servers alike, as the README tells operators to start the graph. */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=64"];

const START_MS = 20_000;
const STOP_MS = 5_000;

/** Starts `node ...args` and waits for the address that it prints. */
export async function startChild(name: string, args: string[], env: Record<string, string>): Promise<Child> {
  const child = spawn(process.execPath, [...NODE_FLAGS, "--import", LEASH, ...args], {
    // Nothing of the caller's own KORE_ settings may reach the servers: they are to speak to the stub.
    env: { ...withoutKore(process.env), ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  try {
    const url = await address(name, child);
    return { url, pid: child.pid ?? 0, memory: () => memory(child), stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function address(name: string, child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error(`${name} has no output to read its address from`);
  const lines = createInterface({ input: child.stdout });
  const late = setTimeout(() => lines.close(), START_MS);
  try {
    for await (const line of lines) {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
      if (found) return found[0];
    }
  } finally {
    clearTimeout(late);
    child.stdout.resume(); // What it says later is of no interest, but a full pipe would block it.
  }
  throw new Error(`${name} did not start`);
}

async function memory(child: ChildProcess): Promise<number> {
  const told = once(child, "message");
  child.send("memory");
  const [bytes] = (await told) as [number];
  return bytes;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(late);
}

function withoutKore(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("KORE_")));
}
