import cluster, { type Address } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger } from "./logging/log.ts";

/** Backoff of restarts. Doubles while replicas end soon after their start. Milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
const SOON = 60_000;

export interface PortSharing {
  replicas: number;
  /** Command line arguments of each replica. @default those of this process */
  args?: readonly string[] | undefined;
  /** Added to the environment of this process. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Resolves when all replicas must stop. */
  stopped: Promise<void>;
  /** Called once, when all listen, with their port and process ids. */
  onStarted: (port: number, pids: readonly number[]) => void;
  log: Pick<Logger, "warn">;
}

/**
 * Runs replicas that share a port by `node:cluster`. A replica that ends is restarted. If one ends before all have listened,
 * it cannot start, and all are stopped.
 *
 * @returns the exit code, once all have ended
 */
export async function sharePort({ replicas, args, env, stopped, onStarted, log }: PortSharing): Promise<number> {
  if (args) cluster.setupPrimary({ args: [...args] });
  const ending = new AbortController();
  const isEnding = () => ending.signal.aborted;
  const workers = () => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const end = (why: "stopped" | "cannot start") => {
    ending.abort(why);
    for (const worker of workers()) worker.process.kill("SIGTERM");
  };
  void stopped.then(() => end("stopped"));
  let starting = replicas;
  const onListening = ({ port }: Address) => {
    starting -= 1;
    const pids = workers().flatMap(({ process: { pid } }) => pid ?? []);
    if (starting === 0) onStarted(port, pids);
  };
  const keepOne = async (): Promise<number> => {
    for (let pause = FIRST_PAUSE, isFirst = true; ; isFirst = false) {
      const startedAt = performance.now();
      const worker = cluster.fork(env);
      if (isFirst) worker.once("listening", onListening);
      else log.warn({ pid: worker.process.pid }, "a replica was restarted");
      const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
        worker.once("exit", (...status: [number | null, string | null]) => resolve(status)),
      );
      if (starting > 0 && !isEnding()) end("cannot start");
      if (isEnding()) return code ?? 1;
      pause = performance.now() - startedAt < SOON ? Math.min(LONGEST_PAUSE, 2 * pause) : FIRST_PAUSE;
      log.warn({ pid: worker.process.pid, code: code ?? signal }, "a replica has ended");
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => undefined);
      if (isEnding()) return 0;
    }
  };
  const codes = await Promise.all(Array.from({ length: replicas }, keepOne));
  return ending.signal.reason === "stopped" ? 0 : Math.max(...codes);
}
