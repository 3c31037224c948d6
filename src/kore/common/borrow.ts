import { KoreError } from "../error.ts";
import { type KoreCall } from "../transport.ts";
import { type Policy, nameOf } from "../policies/policy.ts";
import { type Common, type Family, type Lender, type Tokens } from "./common.ts";
import { valueOf } from "./plain-error.ts";

/** The common parts as they are lent by the process that has them. */
export function borrow(lender: Lender): Common {
  let last = 0;
  const turn = (call: KoreCall, patience: number, signal: AbortSignal): Promise<number> => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const id = (last += 1);
    return new Promise((resolve, reject) => {
      const leave = () => {
        lender.over({ id });
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", leave, { once: true });
      lender
        .turn({ id, call: nameOf(call), patience })
        .then(valueOf)
        .finally(() => signal.removeEventListener("abort", leave))
        .then(() => resolve(id), reject);
    });
  };
  const policy =
    (_: unknown, patience: number): Policy =>
    (next) =>
    async (call, signal) => {
      const left = call.beginBy === undefined ? patience : call.beginBy - performance.now();
      const id = await turn(call, left, signal);
      let slow: Parameters<Lender["over"]>[0]["slow"];
      try {
        return await next(call, signal);
      } catch (error) {
        if (error instanceof KoreError && error.kind === "rate-limited") {
          slow = error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter };
        }
        throw error;
      } finally {
        lender.over({ id, ...(slow && { slow }) });
      }
    };
  return {
    tokens: {
      connectivity: new BorrowedTokens(lender, "connectivity"),
      clients: new BorrowedTokens(lender, "clients"),
    },
    turns: {
      policy,
      state: () => NOTHING, // Told by who has it.
      close: () => undefined,
    },
  };
}

const NOTHING = { rate: 0, queued: 0, running: 0, pause: 0 };

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

  get(): Promise<string> {
    if (this.#kept && this.goodFor > 0) return Promise.resolve(this.#kept.token);
    this.#pending ??= this.#ask().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async replace(refused: string, status: 401 | 403): Promise<string | undefined> {
    if (this.#kept?.token === refused) this.#kept = undefined;
    return valueOf(await this.#lender.replacement({ family: this.#family, refused, status })).token;
  }

  async #ask(): Promise<string> {
    const { token, goodFor } = valueOf(await this.#lender.token(this.#family));
    this.#kept = { token, until: performance.now() + Math.max(goodFor, KEPT_AT_LEAST) };
    return token;
  }
}
