import { loadavg } from "node:os";
import { CORES_OPERATIONS, measureCores } from "./cores.ts";
import { measureFirstAnswers } from "./first-answers.ts";
import { measureReferences, measureWalks } from "./growth.ts";
import { type Latency, measureLatency } from "./latency.ts";
import { HELP, type Options, type Section, UsageError, readOptions } from "./options.ts";
import { measureOrders } from "./orders.ts";
import { type Profiled, measureProfiles } from "./profile.ts";
import { installPeers } from "./peers.ts";
import { type Promises, countPromises } from "./promises.ts";
import { type Findings, json, markdown } from "./report.ts";
import { keep } from "./results.ts";
import { type Servers, build, holdToGuards, startServers } from "./servers.ts";
import { measureStarts } from "./start.ts";
import { type Throughput, measureThroughput } from "./throughput.ts";

class Stopped extends Error {}

type Measure = (servers: Servers, options: Options, signal: AbortSignal) => Promise<Findings>;

const MEASURES: Readonly<Record<Section, Measure>> = {
  throughput: async (servers, options, signal) => {
    const throughput: Throughput[] = [];
    for (const operation of options.operations) {
      say(`throughput: ${operation.name}`);
      throughput.push(await measureThroughput(operation, servers, options, signal));
    }
    return { throughput };
  },
  promises: async (servers, options, signal) => {
    const promises: Promises[] = [];
    for (const operation of options.operations.filter(({ accounts }) => accounts === "many")) {
      say(`promises: ${operation.name}`);
      promises.push(await countPromises(operation, servers, options, signal));
    }
    return { promises };
  },
  latency: async (servers, options, signal) => {
    const latency: Latency[] = [];
    // A slow KORE adds waiting, which does not depend on whether callers share an account.
    for (const operation of options.operations.filter(({ accounts }) => accounts === "many")) {
      say(`latency: ${operation.name}`);
      latency.push(...(await measureLatency(operation, servers, options, signal)));
    }
    return { latency };
  },
  growth: async (servers, options, signal) => {
    say("growth");
    const walks = await measureWalks(servers, options, signal);
    return { walks, references: await measureReferences(servers, options, signal) };
  },
  cores: async (servers, options, signal) => {
    say("cores");
    const operations = options.operations.filter(({ name }) => CORES_OPERATIONS.has(name));
    return { cores: await measureCores(servers, { ...options, operations }, signal) };
  },
  orders: async (servers, options, signal) => {
    say("orders");
    return { orders: await measureOrders(servers, options, signal) };
  },
  start: async (servers, options, signal) => {
    say("start");
    const starts = await measureStarts(servers, options, signal);
    return { starts, firstAnswers: await measureFirstAnswers(servers, options, signal) };
  },
  profile: async (servers, options, signal) => {
    const profiles: Profiled[] = [];
    for (const operation of options.operations) {
      say(`profile: ${operation.name}`);
      profiles.push(await measureProfiles(operation, servers, options, signal));
    }
    return { profiles };
  },
};

/** Aborts at Ctrl+C, so that the run cleans up; the second one ends the process by default. */
function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new Stopped(`stopped by ${name}`)));
  }
  return controller.signal;
}

async function bench(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options.isHelp) {
    process.stdout.write(HELP);
    return;
  }
  const [load = 0] = loadavg();
  if (load > 1 && !options.isShort) say(`This machine is busy (load ${load.toFixed(1)}); expect the numbers to vary.`);
  const signal = untilStopped();
  await build();
  if (options.hasPeers) await installPeers();
  const findings = await measured(options, signal);
  const file = await keep("findings.json", json(findings, options), options);
  const tables = markdown(findings, options);
  // Times of runs so short would only mislead.
  process.stdout.write(options.isShort ? "The bench works.\n" : `${tables}\nEvery number is in ${file}\n`);
}

async function measured(options: Options, signal: AbortSignal): Promise<Findings> {
  const servers = await startServers(options);
  try {
    await holdToGuards(servers);
    const findings: Findings = {};
    for (const section of options.sections) {
      Object.assign(findings, await MEASURES[section](servers, options, signal));
    }
    return findings;
  } catch (error) {
    signal.throwIfAborted(); // Ctrl+C reaches the servers too; that they are gone is not the news.
    throw error;
  } finally {
    await servers.stop();
  }
}

/** Progress goes where it does not mix with the result. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  await bench(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof Stopped;
  say(isExpected ? error.message : String((error as Error).stack));
  process.exitCode = error instanceof UsageError ? 2 : error instanceof Stopped ? 130 : 1;
}
