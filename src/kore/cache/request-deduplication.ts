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
    const read = this.#inFlight.get(key) ?? this.#start(key, start);
    return read.subscribe(operation, caller);
  }

  /** Later reads send a request of their own; present subscribers keep theirs. */
  invalidate(): void {
    this.#inFlight.clear();
  }

  #start(key: string, start: (signal: AbortSignalLike) => Promise<T>): InFlightRequest<T> {
    // Deleted as soon as all subscribers have aborted: a later read must not join an aborted one.
    const read = new InFlightRequest<T>(() => this.#delete(key, read));
    read.start(start);
    this.#inFlight.set(key, read);
    return read;
  }

  #delete(key: string, read: InFlightRequest<T>): void {
    if (this.#inFlight.get(key) !== read) return;
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

  constructor(onSettled: () => void) {
    this.#onSettled = onSettled;
  }

  start(start: (signal: AbortSignalLike) => Promise<T>): void {
    start(this.#controller).then(
      (value) => {
        for (const subscriber of this.#takeSubscribers()) subscriber.resolve(value);
      },
      (error: unknown) => {
        for (const subscriber of this.#takeSubscribers()) subscriber.reject(error as Error);
      },
    );
  }

  subscribe(operation: string, { signal, onAnswer }: JoinOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#subscribers.splice(this.#subscribers.indexOf(subscriber), 1);
        const reason = callerAborted(operation);
        reject(reason);
        if (this.#subscribers.length > 0) return;
        this.#onSettled();
        this.#controller.abort(reason);
      };
      const subscriber: Subscriber<T> = { resolve, reject, signal, abort, onAnswer };
      this.#subscribers.push(subscriber);
      signal?.addEventListener("abort", abort);
    });
  }

  /** Removes and returns the subscribers. No other reference to the answer is kept, so that it can be collected. */
  #takeSubscribers(): readonly Subscriber<T>[] {
    this.#onSettled();
    const subscribers = this.#subscribers;
    this.#subscribers = [];
    for (const { signal, abort, onAnswer } of subscribers) {
      signal?.removeEventListener("abort", abort);
      onAnswer?.();
    }
    return subscribers;
  }
}

interface Subscriber<T> extends JoinOptions {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
  readonly abort: () => void;
}

function callerAborted(operation: string): KoreError {
  return new KoreError("aborted", `The caller aborted before KORE answered ${operation}`, { operation });
}
