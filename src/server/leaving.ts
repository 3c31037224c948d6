import { setMaxListeners } from "node:events";
import { type FastifyReply } from "fastify";

/** Calls `left` when the caller leaves before it has its answer. */
export function whenLeft({ raw }: FastifyReply, left: () => void): void {
  raw.once("close", () => {
    if (!raw.writableFinished) left();
  });
}

/** Aborts then. Each read that waits listens, and an operation may need many. */
export function leavingOf(reply: FastifyReply): AbortSignal {
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  whenLeft(reply, () => leaving.abort());
  return leaving.signal;
}
