import { type CallSignal } from "../call-signal.ts";
import { type Rank, type Turns } from "../policies/budget.ts";
import { nameOf } from "../policies/policy.ts";
import { type Tokens } from "../token.ts";
import { type KoreCall } from "../transport.ts";
import { type Common, type Family, type Lender } from "./common.ts";
import { valueOf } from "./plain-error.ts";

/** The common parts as they are lent by the process that has them. */
export function borrow(lender: Lender): Common {
  return {
    turns: new BorrowedTurns(lender),
    tokens: {
      connectivity: new BorrowedTokens(lender, "connectivity"),
      clients: new BorrowedTokens(lender, "clients"),
    },
  };
}

/** Asks the lender for each call's turn. */
class BorrowedTurns implements Turns {
  readonly #lender: Lender;
  readonly #ids = new WeakMap<KoreCall, number>();
  #last = 0;

  constructor(lender: Lender) {
    this.#lender = lender;
  }

  begin(call: KoreCall, _rank: Rank, patience: number, signal: CallSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const id = (this.#last += 1);
    this.#ids.set(call, id);
    const left = call.beginBy === undefined ? patience : call.beginBy - performance.now();
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#lender.over({ id });
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave);
      this.#lender
        .turn({ id, call: nameOf(call), patience: left })
        .then(valueOf)
        .finally(() => signal.removeEventListener("abort", leave))
        .then(() => resolve(), reject);
    });
  }

  end(call: KoreCall): void {
    const id = this.#ids.get(call);
    if (id !== undefined) this.#lender.over({ id });
  }

  slow(startedAt: number, retryAfter: number | undefined): void {
    this.#lender.slow({ ago: performance.now() - startedAt, retryAfter });
  }
}

/** A token that is about to be replaced is not asked for at every call. Milliseconds. */
const KEPT_AT_LEAST = 1000;

/** Keeps the lender's token until that one renews it, or until KORE refuses it. */
class BorrowedTokens implements Tokens {
  readonly #lender: Lender;
  readonly #family: Family;
  #kept: { token: string; until: number } | undefined;
  #pending: Promise<string> | undefined;

  constructor(lender: Lender, family: Family) {
    this.#lender = lender;
    this.#family = family;
  }

  get goodFor(): number {
    return Math.max(0, (this.#kept?.until ?? 0) - performance.now());
  }

  current(): string | undefined {
    return this.goodFor > 0 ? this.#kept?.token : undefined;
  }

  get(): Promise<string> {
    this.#pending ??= this.#ask().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async replace(refused: string, operation: string): Promise<string | undefined> {
    if (this.#kept?.token === refused) this.#kept = undefined;
    return valueOf(await this.#lender.replacement({ family: this.#family, refused, operation })).token;
  }

  /** Only the lender's own calls show it whether replacements help. */
  accepted(): void {
    return undefined;
  }

  helped(): void {
    return undefined;
  }

  async #ask(): Promise<string> {
    const { token, goodFor } = valueOf(await this.#lender.token(this.#family));
    this.#kept = { token, until: performance.now() + Math.max(goodFor, KEPT_AT_LEAST) };
    return token;
  }
}
