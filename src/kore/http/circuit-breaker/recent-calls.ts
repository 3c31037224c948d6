/** When a circuit opens. */
export interface BreakerOptions {
  /** It opens when more than this share of the calls has failed, 0 to 1. */
  threshold: number;
  /** Size of the sliding window. Calls. */
  size: number;
  /** With fewer calls it stays closed. */
  minimumNumberOfCalls: number;
}

interface EndedCall {
  account: string | undefined;
  hasFailed: boolean;
}

/** Outcomes of the last calls: a circuit's sliding window. */
export class RecentCalls {
  readonly #options: BreakerOptions;
  readonly #mostOfOneAccount: number;
  /** Oldest first. */
  #calls: EndedCall[] = [];
  #failures = 0;

  /** @param mostOfOneAccount maximum number of calls of one account, its newest. @default all */
  constructor(options: BreakerOptions, mostOfOneAccount = Infinity) {
    this.#options = options;
    this.#mostOfOneAccount = mostOfOneAccount;
  }

  add(account: string | undefined, hasFailed: boolean): void {
    if (account !== undefined && this.#isFullOf(account)) {
      this.#remove(this.#calls.findIndex((call) => call.account === account));
    } else if (this.#calls.length >= this.#options.size) {
      this.#remove(0);
    }
    this.#calls.push({ account, hasFailed });
    if (hasFailed) this.#failures += 1;
  }

  clear(): void {
    this.#calls = [];
    this.#failures = 0;
  }

  /** Whether the circuit has to open. */
  get isOverThreshold(): boolean {
    const { threshold, minimumNumberOfCalls } = this.#options;
    const { length } = this.#calls;
    return length >= minimumNumberOfCalls && this.#failures > threshold * length;
  }

  /** Whether any call has succeeded. */
  get hasSuccesses(): boolean {
    return this.#calls.length > this.#failures;
  }

  #isFullOf(account: string): boolean {
    if (this.#mostOfOneAccount === Infinity) return false;
    let left = this.#mostOfOneAccount;
    for (const call of this.#calls) if (call.account === account) left -= 1;
    return left <= 0;
  }

  #remove(index: number): void {
    const removed = index === 0 ? this.#calls.shift() : this.#calls.splice(index, 1)[0];
    if (removed?.hasFailed) this.#failures -= 1;
  }
}
