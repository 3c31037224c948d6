import { setTimeout } from "node:timers/promises";
import { type Fault, type Simulator } from "../../../../src/simulator/index.ts";
import { type FaultPlan, type PlannedFault } from "./fault-plan.ts";

const TICK = 100;

/** Injects the faults of a plan into a simulator, and removes all at its end. */
export class FaultSchedule {
  /** Requests that faults were applied to, by the fault's name. */
  readonly injected = new Map<string, number>();
  readonly #kore: Simulator;
  readonly #plan: FaultPlan;
  readonly #armed = new Map<PlannedFault, { fault: Fault; disarm: () => void }>();

  constructor(kore: Simulator, plan: FaultPlan) {
    this.#kore = kore;
    this.#plan = plan;
  }

  /** Resolves at the end of the plan. `clock`: milliseconds since the start. */
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
