import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { type CpuProfile } from "./areas.ts";

/** Often enough for a second or two to show what matters, and seldom enough to cost little. */
const SAMPLING_MICROSECONDS = 200;

/** A server in a process of its own. */
export interface Child {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string;
  readonly pid: number;
  /** Bytes of memory that it has at present. */
  memory(): Promise<number>;
  /** Microseconds of CPU that it has taken since its start. */
  cpu(): Promise<number>;
  /** Counts the promises that it makes during some work. */
  countingPromises(work: () => Promise<unknown>): Promise<number>;
  /** Watches what it does while it does some work. */
  profiled<Result>(work: () => Promise<Result>): Promise<{ result: Result; profile: CpuProfile }>;
  stop(): Promise<void>;
}

/**
 * When the bench is killed, the channel to it closes, and its children end with it. Over the same channel
 * they answer questions about memory, CPU, promises and profiles. Processes that they start end with them.
 */
const LEASH = `data:text/javascript,${encodeURIComponent(`
  import cluster from 'node:cluster';
  import { Session } from 'node:inspector/promises';
  import { createHook } from 'node:async_hooks';
  const session = new Session();
  let promises = 0;
  const counter = createHook({ init: (id, type) => { if (type === 'PROMISE') promises += 1; } });
  const answers = {
    memory: () => process.memoryUsage.rss(),
    cpu: () => { const { user, system } = process.cpuUsage(); return user + system; },
    count: () => { promises = 0; counter.enable(); },
    counted: () => { counter.disable(); return promises; },
    watch: async () => {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: ${SAMPLING_MICROSECONDS} });
      await session.post('Profiler.start');
    },
    watched: async () => {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return profile;
    },
  };
  if (cluster.isPrimary) {
    process.on('disconnect', () => process.exit());
    process.on('message', async (question) => process.send({ question, answer: await answers[question]() }));
    process.channel.unref();
  }`)}`;

/** Node's, as `npm start` gives them to the graph; for all servers alike. */
export const NODE_FLAGS = flagsOf("start");

const START_MS = 20_000;
const STOP_MS = 5_000;

/** Starts `node ...args` and waits for the address that it prints. */
export async function startChild(name: string, args: string[], env: Record<string, string>): Promise<Child> {
  const child = spawn(process.execPath, [...NODE_FLAGS, "--import", LEASH, ...args], {
    // Without the KORE_ settings of the shell: the servers must call the stub.
    env: { ...withoutKore(process.env), ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  try {
    return {
      url: await address(name, child),
      pid: child.pid ?? 0,
      memory: () => ask<number>(child, "memory"),
      cpu: () => ask<number>(child, "cpu"),
      countingPromises: async (work) => {
        await ask(child, "count");
        await work();
        return ask<number>(child, "counted");
      },
      profiled: async (work) => {
        await ask(child, "watch");
        const result = await work();
        return { result, profile: await ask<CpuProfile>(child, "watched") };
      },
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function flagsOf(script: string): readonly string[] {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { scripts } = JSON.parse(file) as { scripts: Readonly<Record<string, string>> };
  return scripts[script]?.split(" ").filter((word) => word.startsWith("--")) ?? [];
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
    child.stdout.resume(); // Later output is not needed, but a full pipe would block the process.
  }
  throw new Error(`${name} did not start`);
}

type Question = "memory" | "cpu" | "count" | "counted" | "watch" | "watched";

/** Several questions may be under way at once. */
async function ask<Answer>(child: ChildProcess, question: Question): Promise<Answer> {
  const messages = on(child, "message", { close: ["exit"] }) as AsyncIterable<[{ question: Question; answer: Answer }]>;
  child.send(question);
  for await (const [reply] of messages) if (reply.question === question) return reply.answer;
  throw new Error("A server ended without an answer");
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
