import { setTimeout } from "node:timers/promises";
import { type Fault, type Simulator } from "../../../src/simulator/index.ts";
import { type Forecast, type Front } from "./forecast.ts";

const TICK = 100;

/** Makes a forecast come true at a simulated KORE, and leaves it well. */
export class Weather {
  /** Requests struck so far, by the name of what struck them. */
  readonly struck = new Map<string, number>();
  readonly #kore: Simulator;
  readonly #forecast: Forecast;
  readonly #armed = new Map<Front, { fault: Fault; disarm: () => void }>();

  constructor(kore: Simulator, forecast: Forecast) {
    this.#kore = kore;
    this.#forecast = forecast;
  }

  /** Resolves when all is over. `clock`: milliseconds since the beginning. */
  async pass(clock: () => number, signal: AbortSignal): Promise<void> {
    const { fronts, length } = this.#forecast;
    for (let now = clock(); now < length && !signal.aborted; now = clock()) {
      for (const front of fronts) {
        const isOn = front.at <= now && now < front.until;
        if (isOn && front.strikes === Infinity && this.#armed.has(front)) continue;
        this.#calm(front);
        if (isOn) this.#arm(front);
      }
      await setTimeout(TICK);
    }
    for (const front of fronts) this.#calm(front);
  }

  #arm(front: Front): void {
    const fault = front.fault();
    this.#armed.set(front, { fault, disarm: this.#kore.faults.add(fault) });
  }

  #calm(front: Front): void {
    const armed = this.#armed.get(front);
    if (!armed) return;
    const hits = this.#kore.faults.list().find(({ fault }) => fault === armed.fault)?.hits ?? 0;
    this.struck.set(front.name, (this.struck.get(front.name) ?? 0) + hits);
    armed.disarm();
    this.#armed.delete(front);
  }
}
