import { type CallerSignal, LightAbortController } from "../../../common/abort.ts";
import { DISCONNECTED } from "../../http/abort-signal.ts";

/** An operation before it runs: each subscriber's quota is charged before the first request. */
export interface PlannedOperation<Outcome> {
  /** Requests to KORE, charged to each subscriber. */
  readonly cost: number;
  run: () => Promise<Outcome>;
}

/** `onAnswer`: to be called with KORE's first answer. */
type PlanOperation<Outcome> = (signal: CallerSignal, onAnswer: () => void) => PlannedOperation<Outcome>;

/**
 * Coalesces identical queries. A request joins an in-flight one only before KORE's first answer to it, and only within
 * one write epoch, so its result is as fresh as if it had run alone: KORE was called after the request arrived, or a call was
 * in flight, with which identical reads are deduplicated anyway.
 */
export class QueryCoalescing<Outcome> {
  readonly #epoch: () => number;
  #open = new Map<string, InFlightRequest<Outcome>>();
  #closed = 0;

  /** `epoch`: grows with every write. */
  constructor(epoch: () => number) {
    this.#epoch = epoch;
  }

  /** Subscribes to the in-flight request that is open under the key, or to a new one. */
  subscribe(key: string, plan: PlanOperation<Outcome>): Subscription<Outcome> {
    const epoch = this.#epoch();
    const open = this.#open.get(key);
    if (open?.epoch === epoch) return new Subscription(open);
    const request: InFlightRequest<Outcome> = new InFlightRequest(epoch, plan, () => this.#remove(key, request));
    this.#open.set(key, request);
    return new Subscription(request);
  }

  #remove(key: string, request: InFlightRequest<Outcome>): void {
    if (this.#open.get(key) !== request) return;
    this.#open.delete(key);
    this.#closed += 1;
    if (this.#closed % RECREATE_EVERY === 0) this.#open = new Map(this.#open);
  }
}

/** V8: a Map with heavy insert/delete churn keeps its old hash tables alive until a major GC. */
const RECREATE_EVERY = 128;

/** One run, shared by its subscribers, and aborted when the last of them has unsubscribed. */
class InFlightRequest<Outcome> {
  readonly epoch: number;
  readonly operation: PlannedOperation<Outcome>;
  subscribers = 0;
  readonly #signal = new LightAbortController();
  /** Stops accepting subscribers. */
  readonly #close: () => void;
  #outcome: Promise<Outcome> | undefined;

  constructor(epoch: number, plan: PlanOperation<Outcome>, close: () => void) {
    this.epoch = epoch;
    this.#close = close;
    this.operation = plan(this.#signal, close);
  }

  outcome(): Promise<Outcome> {
    if (!this.#outcome) {
      // Closes before the subscribers' own handlers run. `finally` would make three promises more.
      this.#outcome = this.operation.run().then(
        (outcome) => {
          this.#close();
          return outcome;
        },
        (error: unknown) => {
          this.#close();
          throw error;
        },
      );
    }
    return this.#outcome;
  }

  abort(): void {
    this.#close(); // First: a new request must not join an aborted one.
    this.#signal.abort(DISCONNECTED);
  }
}

/** The subscription of one caller to an in-flight request. */
export class Subscription<Outcome> {
  readonly #request: InFlightRequest<Outcome>;
  #isOpen = true;

  constructor(request: InFlightRequest<Outcome>) {
    this.#request = request;
    request.subscribers += 1;
  }

  get cost(): number {
    return this.#request.operation.cost;
  }

  /** Whether there are other subscribers. */
  get isShared(): boolean {
    return this.#request.subscribers > 1;
  }

  /** The first call starts the operation. */
  outcome(): Promise<Outcome> {
    return this.#request.outcome();
  }

  unsubscribe(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#request.subscribers -= 1;
    if (this.#request.subscribers === 0) this.#request.abort();
  }
}
