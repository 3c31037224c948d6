import { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type FastifyInstance, type FastifyRequest } from "fastify";
import { type Subscriptions } from "../subscriptions/index.ts";

export interface DrainOptions {
  /** Time after a stop begins in which new connections are accepted: load balancers react late. Milliseconds. @default 0 */
  stopDelay?: number;
  /** Time after which running requests are cut off. Orchestrators kill after 30 s. Milliseconds. @default 25000 */
  stopWithin?: number;
  /** Called at the drain deadline, 60 % of `stopWithin`: work that waits must end. */
  onDrainDeadline?: () => void;
}

const DRAIN_DEADLINE = 0.6;

type OnAnswered = (request: FastifyRequest) => void;

/** Sees the end of each request, and counts them, so that idle connections can be closed once the server no longer listens. */
export class RunningRequests {
  readonly #http: FastifyInstance;
  readonly #listeners: OnAnswered[] = [];
  #running = 0;
  #isListening = true;

  /** To be created before any other `onRequest` hook is added. */
  constructor(http: FastifyInstance) {
    this.#http = http;
    http.addHook("onRequest", (request, { raw }, next) => {
      this.#running += 1;
      raw.on("close", () => {
        this.#running -= 1;
        if (raw.writableFinished) for (const onAnswered of this.#listeners) onAnswered(request);
        this.#closeIdle();
      });
      next();
    });
  }

  /**
   * Calls `listener` when a request has been answered, unless its caller has gone before. Fastify's `onResponse` would add two
   * listeners to each response, beside the one that there is.
   */
  onAnswered(listener: OnAnswered): void {
    this.#listeners.push(listener);
  }

  /** Resolves when all connections have closed. */
  stopListening(): Promise<void> {
    // `http.Server.close()` cuts off responses that are not yet read; `net.Server.close()` does not.
    const closed = new Promise<void>((resolve) => void Server.prototype.close.call(this.#http.server, () => resolve()));
    this.#isListening = false;
    this.#closeIdle();
    return closed;
  }

  /** Idle connections would keep the server open. */
  #closeIdle(): void {
    if (this.#running === 0 && !this.#isListening) this.#http.server.closeAllConnections();
  }
}

/** Stops listening, and waits for requests and subscriptions until they end or are cut off. */
export async function drain(
  http: FastifyInstance,
  requests: RunningRequests,
  subscriptions: Subscriptions,
  { stopDelay = 0, stopWithin = 25_000, onDrainDeadline = () => undefined }: DrainOptions,
): Promise<void> {
  const deadline = setTimeout(onDrainDeadline, DRAIN_DEADLINE * stopWithin);
  const cutOff = setTimeout(() => {
    http.server.closeAllConnections();
    subscriptions.destroy();
  }, stopWithin);
  if (stopDelay > 0) await sleep(stopDelay);
  await Promise.all([subscriptions.stop(), requests.stopListening()]);
  await http.close();
  clearTimeout(deadline);
  clearTimeout(cutOff);
}
