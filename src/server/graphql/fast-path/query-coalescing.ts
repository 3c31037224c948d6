import { type LeaveSignal } from "../../../graph/index.ts";
import { Leaving } from "../../http/abort-signal.ts";

/** What a flight is to do: known before it starts, since whoever wants to board pays first. */
export interface Plan<Outcome> {
  /** For each of its callers. */
  readonly price: number;
  run: () => Promise<Outcome>;
}

/** `onAnswer`: to be called when KORE has answered anything. */
type MakePlan<Outcome> = (signal: LeaveSignal, onAnswer: () => void) => Plan<Outcome>;

/**
 * Identical queries under way at once are one. Who asks joins a query only until KORE has answered any read of it, and
 * only if nothing was written since it began. So all that it is told was asked of KORE after it came, or was under way
 * just then: as fresh as if it had run by itself, where identical reads are joined in the same way.
 */
export class Flights<Outcome> {
  readonly #generation: () => number;
  #open = new Map<string, Flight<Outcome>>();
  #closed = 0;

  /** `generation`: grows with every write. */
  constructor(generation: () => number) {
    this.#generation = generation;
  }

  /** Takes a seat in the flight that is open under the key, or in a new one. */
  board(key: string, makePlan: MakePlan<Outcome>): Seat<Outcome> {
    const generation = this.#generation();
    const open = this.#open.get(key);
    if (open?.generation === generation) return new Seat(open);
    const flight: Flight<Outcome> = new Flight(generation, makePlan, () => this.#forget(key, flight));
    this.#open.set(key, flight);
    return new Seat(flight);
  }

  #forget(key: string, flight: Flight<Outcome>): void {
    if (this.#open.get(key) !== flight) return;
    this.#open.delete(key);
    this.#closed += 1;
    if (this.#closed % RENEW_EVERY === 0) this.#open = new Map(this.#open);
  }
}

/** The tables that a busy map outgrows keep what was in them, and each other, alive: KORE's reads under way say how. */
const RENEW_EVERY = 128;

/** One run for all who sit in it. It is given up when the last of them has left. */
class Flight<Outcome> {
  readonly generation: number;
  readonly plan: Plan<Outcome>;
  seats = 0;
  readonly #leaving = new Leaving();
  readonly #close: () => void;
  #outcome: Promise<Outcome> | undefined;

  constructor(generation: number, makePlan: MakePlan<Outcome>, close: () => void) {
    this.generation = generation;
    this.#close = close;
    this.plan = makePlan(this.#leaving, close);
  }

  outcome(): Promise<Outcome> {
    if (!this.#outcome) {
      this.#outcome = this.plan.run();
      void this.#outcome.then(this.#close, this.#close); // Before those who wait hear of it.
    }
    return this.#outcome;
  }

  giveUp(): void {
    this.#close(); // At once: who comes now must not join what is being given up.
    this.#leaving.abort();
  }
}

/** One caller's part in a flight. */
export class Seat<Outcome> {
  readonly #flight: Flight<Outcome>;
  #isTaken = true;

  constructor(flight: Flight<Outcome>) {
    this.#flight = flight;
    flight.seats += 1;
  }

  get price(): number {
    return this.#flight.plan.price;
  }

  /** Whether others share the outcome. */
  get isShared(): boolean {
    return this.#flight.seats > 1;
  }

  /** The first who asks for it has the flight start. */
  outcome(): Promise<Outcome> {
    return this.#flight.outcome();
  }

  leave(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#flight.seats -= 1;
    if (this.#flight.seats === 0) this.#flight.giveUp();
  }
}
