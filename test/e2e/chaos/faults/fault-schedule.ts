import { setTimeout } from "node:timers/promises";
import { type Fault, type Simulator } from "../../../../src/simulator/index.ts";
import { type FaultPlan, type PlannedFault } from "./fault-plan.ts";

const TICK = 100;

/** Makes a plan come true at a simulated KORE, and leaves it well. */
export class FaultSchedule {
  /** Requests struck so far, by the name of what struck them. */
  readonly injected = new Map<string, number>();
  readonly #kore: Simulator;
  readonly #plan: FaultPlan;
  readonly #armed = new Map<PlannedFault, { fault: Fault; disarm: () => void }>();

  constructor(kore: Simulator, plan: FaultPlan) {
    this.#kore = kore;
    this.#plan = plan;
  }

  /** Resolves when all is over. `clock`: milliseconds since the beginning. */
  async run(clock: () => number, signal: AbortSignal): Promise<void> {
    const { faults, length } = this.#plan;
    for (let now = clock(); now < length && !signal.aborted; now = clock()) {
      for (const fault of faults) {
        const isOn = fault.at <= now && now < fault.until;
        if (isOn && fault.times === Infinity && this.#armed.has(fault)) continue;
        this.#disarm(fault);
        if (isOn) this.#arm(fault);
      }
      await setTimeout(TICK);
    }
    for (const fault of faults) this.#disarm(fault);
  }

  #arm(planned: PlannedFault): void {
    const fault = planned.fault();
    this.#armed.set(planned, { fault, disarm: this.#kore.faults.add(fault) });
  }

  #disarm(planned: PlannedFault): void {
    const armed = this.#armed.get(planned);
    if (!armed) return;
    const hits = this.#kore.faults.list().find(({ fault }) => fault === armed.fault)?.hits ?? 0;
    this.injected.set(planned.name, (this.injected.get(planned.name) ?? 0) + hits);
    armed.disarm();
    this.#armed.delete(planned);
  }
}
