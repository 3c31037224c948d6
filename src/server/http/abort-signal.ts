import { type FastifyReply } from "fastify";
import { type LeaveSignal } from "../../graph/index.ts";

/** Calls `abort` when the connection closes before the response is written. */
export function onAbort({ raw }: FastifyReply, abort: () => void): void {
  raw.on("close", () => {
    if (!raw.writableFinished) abort();
  });
}

/** A signal that aborts when the connection closes before the response is written. */
export function abortSignalOf(reply: FastifyReply): LeaveSignal {
  const signal = new LocalAbortSignal();
  onAbort(reply, () => signal.abort());
  return signal;
}

/** A signal and its controller in one, without the cost of Node's `AbortController`. */
export class LocalAbortSignal implements LeaveSignal {
  aborted = false;
  #listeners: (() => void)[] = [];

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }
}
