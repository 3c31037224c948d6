import { type Calls, Channel } from "./channel.ts";

/** The way from a worker to its primary. When that dies, the worker ends with it: node:cluster sees to that. */
export function channelToPrimary<Theirs extends Calls>(mine: Calls, onDefect: (error: unknown) => void) {
  const pipe = {
    send: (frame: unknown) => void process.send?.(frame, undefined, undefined, () => undefined),
    receive: (listener: (frame: unknown) => void) => void process.on("message", listener),
  };
  return new Channel<Theirs>(pipe, mine, onDefect);
}

/** Who is told to stop by a terminal or an orchestrator is the primary; it tells its workers when their time has come. */
export function leaveSignalsToPrimary(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
}
