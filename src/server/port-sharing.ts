import cluster, { type Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger } from "./log.ts";

/** One that ends sooner after its start could not start: it would end again. Milliseconds. */
const STARTED_AFTER = 10_000;
const RESTART_AFTER = 1_000;

/**
 * Runs replicas that share a port, each a process like any other: Node passes connections on to them. One that is lost is
 * started again. Ends them when told to, or when one of them cannot start.
 *
 * @returns the exit code
 */
export async function sharePort(count: number, told: Promise<void>, log: Logger): Promise<number> {
  let isEnding = false;
  const end = () => {
    isEnding = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.kill("SIGTERM");
  };
  void told.then(end);
  const keepOne = async (): Promise<number> => {
    for (;;) {
      const startedAt = performance.now();
      const worker: Worker = cluster.fork();
      const code = await new Promise<number>((resolve) =>
        worker.once("exit", (status: number | null) => resolve(status ?? 1)),
      );
      const couldNotStart = code !== 0 && performance.now() - startedAt < STARTED_AFTER;
      if (couldNotStart && !isEnding) end();
      if (isEnding) return code;
      log.warn({ pid: worker.process.pid, code }, "a replica has ended, and another is started in its place");
      await sleep(RESTART_AFTER);
    }
  };
  const codes = await Promise.all(Array.from({ length: count }, keepOne));
  return Math.max(...codes);
}
