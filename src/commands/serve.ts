import cluster from "node:cluster";
import { type App, createApp } from "../app.ts";
import { sharePort } from "../server/cluster.ts";
import { ALL_VARIABLES, type Config, configWarnings, readConfig } from "../server/config/index.ts";
import { type Logger, createLog } from "../server/logging/log.ts";
import { type Output, defineCommand } from "./arguments/command.ts";
import { addressOf, untilStopped } from "./process.ts";

export const serve = defineCommand({
  summary: "runs the graph, in front of KORE (KORE_MODE=live, the default) or of the simulator",
  settings: ALL_VARIABLES,
  async run(_, env, output) {
    const config = readConfig(env);
    const log = createLog(config.logLevel, undefined, cluster.isWorker ? { pid: process.pid } : null);
    if (cluster.isPrimary) {
      for (const warning of configWarnings(env, config)) log.warn(warning);
      if (config.processes > 1) return serveReplicas(config, log, output);
    }
    return serveHere(config, log, output);
  },
});

/** Runs the graph in this process, until it is stopped. */
export async function serveHere(config: Config, log: Logger, { say }: Output): Promise<number> {
  exitAfterDefects(log);
  const stopped = untilStopped(); // Before the start: a signal may arrive during it.
  try {
    const app = await createApp(config, { log });
    if (cluster.isPrimary) say(welcome(app));
    await stopped;
    await app.stop();
  } finally {
    cluster.worker?.disconnect(); // The channel to the primary would keep the process alive.
  }
  return 0;
}

function serveReplicas({ host, processes }: Config, log: Logger, { say }: Output): Promise<number> {
  return sharePort({
    ...{ replicas: processes, stopped: untilStopped(), log },
    onStarted: (port, pids) =>
      say(
        `kore-graph  ${addressOf(host, port)}/graphql\n${pids.length} replicas share the port: processes ${pids.join(", ")}. Ctrl+C stops them.\n`,
      ),
  });
}

function welcome({ url, simulatorUrl, metricsUrl, hasPlayground, hasMcp, authentication }: App): string {
  const lines = [
    `kore-graph  ${url}/graphql`,
    ...(hasPlayground ? [`playground  ${url}/`] : []),
    ...(hasMcp ? [`MCP         ${url}/mcp`] : []),
    ...(metricsUrl ? [`metrics     ${metricsUrl}`] : []),
    ...(simulatorUrl ? [`simulator   ${simulatorUrl}/_simulator   (made-up SIMs; faults, clock and request log)`] : []),
    authentication.length > 0
      ? `Callers are authenticated by ${authentication.join(", ")}. Ctrl+C stops it.`
      : "Callers are not authenticated, so the graph listens on this machine only. Ctrl+C stops it.",
  ];
  return lines.join("\n") + "\n";
}

/**
 * An uncaught error or rejection leaves the process in an unknown state: it is logged, and the process exits. Unfinished
 * writes are in the ledger. Each log call writes before it returns, so no line is lost.
 */
function exitAfterDefects(log: Logger): void {
  process.on("uncaughtException", (err, origin) => {
    log.fatal({ err, reason: origin }, "an uncaught error ends the process");
    process.exit(1);
  });
}
