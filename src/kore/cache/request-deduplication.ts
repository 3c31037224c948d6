import { CallController, type CallSignal, type CallerSignal } from "../../common/abort.ts";
import { KoreError } from "../errors.ts";

/**
 * Makes identical reads under way at once one read. It runs as long as somebody waits: when the last one has left
 * it is aborted. Answers are shared between readers, so nobody may change them.
 */
export class InFlight<T> {
  #flights = new Map<string, Flight<T>>();
  #landed = 0;

  /** Whether who asks now would join a read. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  join(key: string, operation: string, start: (signal: CallSignal) => Promise<T>, caller?: CallerSignal): Promise<T> {
    if (caller?.aborted) return Promise.reject(left(operation));
    const flight = this.#flights.get(key) ?? this.#takeOff(key, start);
    return flight.board(operation, caller);
  }

  /** Who comes from now on reads anew; who waits already keeps the answer that is on its way. */
  retire(): void {
    this.#flights.clear();
  }

  #takeOff(key: string, start: (signal: CallSignal) => Promise<T>): Flight<T> {
    // Forgotten at once when all have left: a reader who comes then must not join a read that is being given up.
    const flight = new Flight<T>(() => this.#forget(key, flight));
    flight.takeOff(start);
    this.#flights.set(key, flight);
    return flight;
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) !== flight) return;
    this.#flights.delete(key);
    this.#landed += 1;
    if (this.#landed % RENEW_EVERY === 0) this.#flights = new Map(this.#flights);
  }
}

/**
 * A map that much is put into and taken out of replaces its table again and again, and each table leads to the next: once
 * one of them is in the old generation, dead, it keeps all later ones alive until that is swept, and all that was in them.
 * Another map begins anew. Often enough that little hangs together, seldom enough to cost nothing.
 */
const RENEW_EVERY = 128;

/** One read, and those who wait for it. */
class Flight<T> {
  readonly #over: () => void;
  readonly #controller = new CallController();
  #aboard: Reader<T>[] = [];

  constructor(over: () => void) {
    this.#over = over;
  }

  takeOff(start: (signal: CallSignal) => Promise<T>): void {
    start(this.#controller).then(
      (value) => {
        for (const reader of this.#land()) reader.resolve(value);
      },
      (error: unknown) => {
        for (const reader of this.#land()) reader.reject(error as Error);
      },
    );
  }

  board(operation: string, caller: CallerSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#aboard.splice(this.#aboard.indexOf(reader), 1);
        const reason = left(operation);
        reject(reason);
        if (this.#aboard.length > 0) return;
        this.#over();
        this.#controller.abort(reason);
      };
      const reader: Reader<T> = { resolve, reject, caller, leave };
      this.#aboard.push(reader);
      caller?.addEventListener("abort", leave);
    });
  }

  /** Those who wait, who do so no longer. Nothing may hold the answer beside them, or it outlives its use. */
  #land(): readonly Reader<T>[] {
    this.#over();
    const readers = this.#aboard;
    this.#aboard = [];
    for (const { caller, leave } of readers) caller?.removeEventListener("abort", leave);
    return readers;
  }
}

interface Reader<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
  readonly caller: CallerSignal | undefined;
  readonly leave: () => void;
}

function left(operation: string): KoreError {
  return new KoreError("aborted", `The caller left before KORE answered ${operation}`, { operation });
}
