import { type FastifyReply } from "fastify";
import { type CallerSignal, LightAbortController } from "../../common/abort.ts";

/** The reason of aborted operations. Shared, since its stack is not used. */
export const DISCONNECTED = new Error("The caller has disconnected");

/** Calls `abort` when the connection closes before the response is written. */
export function onAbort({ raw }: FastifyReply, abort: () => void): void {
  raw.on("close", () => {
    if (!raw.writableFinished) abort();
  });
}

/** A signal that aborts when the connection closes before the response is written. */
export function abortSignalOf(reply: FastifyReply): CallerSignal {
  const controller = new LightAbortController();
  onAbort(reply, () => controller.abort(DISCONNECTED));
  return controller;
}
