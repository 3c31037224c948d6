/**
 * Says when a call is to be given up: as much of an `AbortSignal` as calls need, so that a real one fits. Real ones cost
 * more than all policies together, and every read would need two.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Once it has aborted. */
  readonly reason: Error;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
  /** Aborts now if the time is over. After the process was stopped, a timer may run later than other events. */
  checkTime?(): void;
}

/** Says when a caller has left. */
export type CallerSignal = Omit<AbortSignalLike, "reason">;

/** A signal and what sets it off, in one. */
export class LightAbortController implements AbortSignalLike {
  aborted = false;
  declare reason: Error;
  checkTime?: () => void;
  readonly #listeners: (() => void)[] = [];

  /** Once: who comes later changes nothing. */
  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at !== -1) this.#listeners.splice(at, 1);
  }
}

/** For calls that nobody's leaving ends. */
export const NEVER: AbortSignalLike = new LightAbortController();
