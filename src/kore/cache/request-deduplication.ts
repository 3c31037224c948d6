import { LightAbortController, type AbortSignalLike, type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";

interface JoinOptions {
  signal?: CallerSignal | undefined;
  /** Called when the read has ended, before its promise settles. */
  onAnswer?: (() => void) | undefined;
}

/**
 * Deduplicates identical reads in flight. A read is aborted when its last subscriber has aborted. Answers are shared
 * between subscribers and must not be mutated.
 */
export class RequestDeduplication<T> {
  #inFlight = new Map<string, InFlightRequest<T>>();
  #deleted = 0;

  /** Whether a read with this key is in flight. */
  has(key: string): boolean {
    return this.#inFlight.has(key);
  }

  join(
    key: string,
    operation: string,
    start: (signal: AbortSignalLike) => Promise<T>,
    caller: JoinOptions = {},
  ): Promise<T> {
    if (caller.signal?.aborted) return Promise.reject(callerAborted(operation));
    const flight = this.#inFlight.get(key) ?? this.#start(key, start);
    return flight.subscribe(operation, caller);
  }

  /** Later reads send a request of their own; present subscribers keep theirs. */
  invalidate(): void {
    this.#inFlight.clear();
  }

  #start(key: string, start: (signal: AbortSignalLike) => Promise<T>): InFlightRequest<T> {
    // Deleted as soon as all subscribers have aborted: a later read must not join an aborted one.
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
 * V8: a Map with heavy insert/delete churn keeps its old hash tables, and the values in them, alive until a major GC.
 * Recreated every so many deletions.
 */
const RECREATE_EVERY = 128;

/** One read and its subscribers. */
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

  subscribe(operation: string, { signal, onAnswer }: JoinOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#subscribers.splice(this.#subscribers.indexOf(reader), 1);
        const reason = callerAborted(operation);
        reject(reason);
        if (this.#subscribers.length > 0) return;
        this.#onSettled();
        this.#controller.abort(reason);
      };
      const reader: Subscriber<T> = { resolve, reject, signal, leave, onAnswer };
      this.#subscribers.push(reader);
      signal?.addEventListener("abort", leave);
    });
  }

  /** Removes and returns the subscribers. No other reference to the answer is kept, so that it can be collected. */
  #takeSubscribers(): readonly Subscriber<T>[] {
    this.#onSettled();
    const readers = this.#subscribers;
    this.#subscribers = [];
    for (const { signal, leave, onAnswer } of readers) {
      signal?.removeEventListener("abort", leave);
      onAnswer?.();
    }
    return readers;
  }
}

interface Subscriber<T> extends JoinOptions {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
  readonly leave: () => void;
}

function callerAborted(operation: string): KoreError {
  return new KoreError("aborted", `The caller left before KORE answered ${operation}`, { operation });
}
