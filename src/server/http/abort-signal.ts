import { type FastifyReply } from "fastify";
import { type LeaveSignal } from "../../graph/index.ts";

/** Calls `left` when the caller leaves before it has its answer. */
export function whenLeft({ raw }: FastifyReply, left: () => void): void {
  raw.on("close", () => {
    if (!raw.writableFinished) left();
  });
}

/** Aborts then. */
export function leavingOf(reply: FastifyReply): LeaveSignal {
  const leaving = new Leaving();
  whenLeft(reply, () => leaving.abort());
  return leaving;
}

/** A signal and what sets it off, in one. */
export class Leaving implements LeaveSignal {
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
