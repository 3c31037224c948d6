/**
 * The part of `AbortSignal` that calls use. Real signals are assignable, but creating two of them per read would cost more
 * than all interceptors together.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Set once it has aborted. */
  readonly reason: Error;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
  /** Aborts if the deadline has passed. After a suspended process resumes, other events may precede the timer. */
  checkTime?(): void;
}

/** Aborts when the caller has disconnected. */
export type CallerSignal = Omit<AbortSignalLike, "reason">;

/** Controller and signal in one object. */
export class LightAbortController implements AbortSignalLike {
  aborted = false;
  declare reason: Error;
  checkTime?: () => void;
  readonly #listeners: (() => void)[] = [];

  /** Later calls have no effect. */
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

/** Never aborts. */
export const NEVER: AbortSignalLike = new LightAbortController();
