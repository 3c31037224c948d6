import { LightAbortController, type AbortSignalLike, type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";

/**
 * Makes identical reads under way at once one read. It runs as long as somebody waits: when the last one has left
 * it is aborted. Answers are shared between readers, so nobody may change them.
 */
export class RequestDeduplication<T> {
  #inFlight = new Map<string, InFlightRequest<T>>();
  #deleted = 0;

  /** Whether who asks now would join a read. */
  has(key: string): boolean {
    return this.#inFlight.has(key);
  }

  join(
    key: string,
    operation: string,
    start: (signal: AbortSignalLike) => Promise<T>,
    caller?: CallerSignal,
  ): Promise<T> {
    if (caller?.aborted) return Promise.reject(callerAborted(operation));
    const flight = this.#inFlight.get(key) ?? this.#start(key, start);
    return flight.subscribe(operation, caller);
  }

  /** Who comes from now on reads anew; who waits already keeps the answer that is on its way. */
  invalidate(): void {
    this.#inFlight.clear();
  }

  #start(key: string, start: (signal: AbortSignalLike) => Promise<T>): InFlightRequest<T> {
    // Forgotten at once when all have left: a reader who comes then must not join a read that is being given up.
    const flight = new InFlightRequest<T>(() => this.#delete(key, flight));
    flight.start(start);
    this.#inFlight.set(key, flight);
    return flight;
  }

  #delete(key: string, flight: InFlightRequest<T>): void {
    if (this.#inFlight.get(key) !== flight) return;
    this.#inFlight.delete(key);
    this.#deleted += 1;
    if (this.#deleted % RECREATE_EVERY === 0) this.#inFlight = new Map(this.#inFlight);
  }
}

/**
 * A map that much is put into and taken out of replaces its table again and again, and each table leads to the next: once
 * one of them is in the old generation, dead, it keeps all later ones alive until that is swept, and all that was in them.
 * Another map begins anew. Often enough that little hangs together, seldom enough to cost nothing.
 */
const RECREATE_EVERY = 128;

/** One read, and those who wait for it. */
class InFlightRequest<T> {
  readonly #onSettled: () => void;
  readonly #controller = new LightAbortController();
  #subscribers: Subscriber<T>[] = [];

  constructor(over: () => void) {
    this.#onSettled = over;
  }

  start(start: (signal: AbortSignalLike) => Promise<T>): void {
    start(this.#controller).then(
      (value) => {
        for (const reader of this.#takeSubscribers()) reader.resolve(value);
      },
      (error: unknown) => {
        for (const reader of this.#takeSubscribers()) reader.reject(error as Error);
      },
    );
  }

  subscribe(operation: string, caller: CallerSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#subscribers.splice(this.#subscribers.indexOf(reader), 1);
        const reason = callerAborted(operation);
        reject(reason);
        if (this.#subscribers.length > 0) return;
        this.#onSettled();
        this.#controller.abort(reason);
      };
      const reader: Subscriber<T> = { resolve, reject, caller, leave };
      this.#subscribers.push(reader);
      caller?.addEventListener("abort", leave);
    });
  }

  /** Those who wait, who do so no longer. Nothing may hold the answer beside them, or it outlives its use. */
  #takeSubscribers(): readonly Subscriber<T>[] {
    this.#onSettled();
    const readers = this.#subscribers;
    this.#subscribers = [];
    for (const { caller, leave } of readers) caller?.removeEventListener("abort", leave);
    return readers;
  }
}

interface Subscriber<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
  readonly caller: CallerSignal | undefined;
  readonly leave: () => void;
}

function callerAborted(operation: string): KoreError {
  return new KoreError("aborted", `The caller left before KORE answered ${operation}`, { operation });
}
