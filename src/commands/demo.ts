import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import { WATCHABLE } from "../app/kore-target.ts";
import { environmentOf, startOwnSimulator } from "../app/simulator.ts";
import { sharePort } from "../server/cluster.ts";
import { ALL_VARIABLES, type Config, readConfig } from "../server/config/index.ts";
import { SettingError } from "../server/config/setting-error.ts";
import { isLoopbackName } from "../server/http/host-check.ts";
import { createLog } from "../server/logging/log.ts";
import { type TemporaryPostgres } from "../server/storage/postgres/temporary-postgres.ts";
import { type Simulator } from "../simulator/index.ts";
import { defineCommand } from "./arguments/command.ts";
import { addressOf, untilStopped } from "./process.ts";
import { serve, serveHere } from "./serve.ts";

/** Logs from `LOG_LEVEL=warn` by default, so that the addresses stay visible. */
export const demo = defineCommand({
  summary: "runs the graph in front of its own simulator, with a playground; needs no KORE account",
  options: {
    replicas: {
      type: "string",
      value: "COUNT",
      help: "so many replicas behind one port, on a PostgreSQL that it starts and removes",
    },
  },
  settings: ALL_VARIABLES.filter(({ name }) => !["KORE_MODE", "PLAYGROUND"].includes(name)),
  async run(given, env, output) {
    const settings = { LOG_LEVEL: "warn", ...env, KORE_MODE: "simulator", PLAYGROUND: "on" };
    if (given.replicas === undefined) return serve.run({}, settings, output);
    if (!/^([2-9]|1\d)$/.test(given.replicas)) throw new SettingError("--replicas: must be a number from 2 to 19");
    const replica = demoReplica(settings);
    if (replica) return serveHere(replica, createLog(replica.logLevel, undefined, { pid: process.pid }), output);
    return demoOfReplicas(Number(given.replicas), settings, { say: output.say, stopped: untilStopped() });
  },
});

/** Variable with the playground's examples as JSON, from the primary of a demo to its replicas. */
const EXAMPLES = "DEMO_EXAMPLES";

/** The callback address that is signed; the simulator sends to another. */
const CALLBACK_URL = "http://127.0.0.1/webhooks/kore";

/** Variables that a demo replaces, or that would direct a replica to another KORE, store or port. */
const REPLACED = /^(KORE_|DATABASE_|STORE_PATH$|PROCESSES$|METRICS)/;

/** The configuration of a demo's replica, if this process is one. */
function demoReplica(env: NodeJS.ProcessEnv): Config | undefined {
  const examples = env[EXAMPLES];
  if (!cluster.isWorker || examples === undefined) return undefined;
  const config = readConfig({ ...env, KORE_MODE: "live" });
  if (config.kore.mode !== "live") throw new Error("the mode was set above");
  const { live } = config.kore;
  return { ...config, kore: { mode: "simulator", live, examples: JSON.parse(examples) as Record<string, unknown> } };
}

/**
 * Runs replicas behind one port, on a PostgreSQL of their own, in front of one simulator. At the end the database is
 * removed.
 *
 * @returns the exit code
 * @throws SettingError when no PostgreSQL is installed
 */
export async function demoOfReplicas(
  replicas: number,
  env: NodeJS.ProcessEnv,
  { say, stopped }: { say: (text: string) => void; stopped: Promise<void> },
): Promise<number> {
  const postgreSql = await import("../server/storage/postgres/temporary-postgres.ts");
  if (postgreSql.postgresPrograms() === undefined) {
    throw new SettingError(
      "--replicas: needs PostgreSQL, 13 or newer: there is no initdb in PATH or below /usr/lib/postgresql. Debian and Ubuntu have it in the package postgresql, Homebrew in postgresql@17. `npm run demo` alone needs none",
    );
  }
  const own = Object.fromEntries(Object.keys(env).flatMap((name) => (REPLACED.test(name) ? [[name, ""]] : [])));
  const { kore, host, port, logLevel } = readConfig({ ...env, ...own, KORE_MODE: "simulator" });
  if (kore.mode !== "simulator" || "live" in kore) throw new Error("the mode was set above");
  const simulator = await startOwnSimulator(kore, WATCHABLE);
  let postgres: TemporaryPostgres | undefined;
  try {
    postgres = await postgreSql.TemporaryPostgres.start({ isDetached: true });
    const { url: database } = postgres;
    const secret = randomUUID();
    return await sharePort({
      ...{ replicas, stopped, log: createLog(logLevel) },
      args: ["demo", "--replicas", String(replicas)], // Other options are in the environment.
      env: {
        ...env,
        ...own,
        ...replicaEnvironment(simulator),
        DATABASE_URL: database,
        KORE_WEBHOOK_URL: CALLBACK_URL,
        KORE_WEBHOOK_SECRETS: secret,
        PROCESSES: String(replicas),
        HOST: host,
        PORT: String(port),
      },
      onStarted(shared, pids) {
        const url = addressOf(host, shared);
        const here = isLoopbackName(host) ? url : addressOf("127.0.0.1", shared);
        simulator.webhooks.to({ url: `${here}/webhooks/kore`, callbackUrl: CALLBACK_URL, secret });
        say(welcome(url, simulator, database, pids));
      },
    });
  } finally {
    await postgres?.remove();
    await simulator.stop();
  }
}

function replicaEnvironment(simulator: Simulator): Record<string, string> {
  const { examples } = simulator;
  return {
    ...environmentOf(simulator),
    KORE_ACCOUNT_MAP: Object.entries(examples.accountMapping)
      .map((pair) => pair.join("="))
      .join(","),
    KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on",
    [EXAMPLES]: JSON.stringify(examples),
  };
}

function welcome(url: string, simulator: Simulator, database: string, pids: readonly number[]): string {
  return `kore-graph  ${url}/graphql   ${pids.length} replicas behind one port
playground  ${url}/
simulator   ${simulator.url}/_simulator   (made-up SIMs; faults, clock and request log)
database    ${database}

The replicas are the processes ${pids.join(", ")}. Order something in the playground and kill one of them meanwhile:
  kill -9 ${pids[0] ?? ""}
Another process takes its place, and the other replicas continue its orders. The log shows it, and so do:
  psql '${database}' -c 'select id, expires_at from kore_graph.replica' -c 'select * from kore_graph.intents'
Ctrl+C ends all of it and removes the database.
`;
}
