import { KoreError } from "./error.ts";

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Makes identical reads under way at once one read. It runs as long as somebody waits: when the last one has left
 * it is aborted. Answers are shared between readers, so nobody may change them.
 */
export class InFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** Whether who asks now would join a read. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  join(key: string, operation: string, start: (signal: AbortSignal) => Promise<T>, caller?: AbortSignal): Promise<T> {
    if (caller?.aborted) return Promise.reject(left(operation));
    const flight = this.#flights.get(key) ?? this.#takeOff(key, start);
    flight.waiting += 1;
    if (!caller) return flight.result;

    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        flight.waiting -= 1;
        const reason = left(operation);
        if (flight.waiting === 0) {
          // Forget it at once: a reader who comes now must not join a read that is being given up.
          this.#forget(key, flight);
          flight.controller.abort(reason);
        }
        reject(reason);
      };
      caller.addEventListener("abort", leave, { once: true });
      flight.result.finally(() => caller.removeEventListener("abort", leave)).then(resolve, reject);
    });
  }

  /** Who comes from now on reads anew; who waits already keeps the answer that is on its way. */
  retire(): void {
    this.#flights.clear();
  }

  #takeOff(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: start(controller.signal), controller, waiting: 0 };
    this.#flights.set(key, flight);
    const done = () => this.#forget(key, flight);
    flight.result.then(done, done);
    return flight;
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

function left(operation: string): KoreError {
  return new KoreError("aborted", `The caller left before KORE answered ${operation}`, { operation });
}
