import cluster from "node:cluster";

/**
 * Resolves at the first SIGINT or SIGTERM. The second ends the process at once, with the code of a process that the
 * signal has killed. Without the handler the first process of a container would ignore it. Replicas that share a port may
 * receive the same signal from a terminal or service manager and from their primary; they end at once when that does.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const [signal, number] of [["SIGINT", 2] as const, ["SIGTERM", 15] as const]) {
      process.on(signal, () => {
        if (isStopping && cluster.isPrimary) process.exit(128 + number);
        isStopping = true;
        resolve();
      });
    }
  });
}

/** The address of a server; IPv6 hosts are put in brackets. */
export const addressOf = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
