import { type KoreErrorDetails, type KoreErrorKind } from "../error.ts";
import { type BudgetState, type CallName } from "../observer.ts";
import { type Policy } from "../policies/policy.ts";
import { type Rank } from "../policies/budget.ts";

/** Bearer tokens of one API family. */
export interface Tokens {
  /** @throws KoreError when KORE gives none */
  get(): Promise<string>;
  /** The token to try after KORE refused one; undefined when another would not help. */
  replace(refused: string, status: 401 | 403): Promise<string | undefined>;
  /** For how long the present one need not be asked for again. Milliseconds. */
  readonly goodFor: number;
}

/** How much may be asked of KORE. */
export interface Turns {
  /** Sends calls of a rank when their turn comes. None waits longer than `patience`, or than the call itself says. */
  policy(rank: Rank, patience: number): Policy;
  state(): BudgetState;
  /** Nobody waits any longer. */
  close(): void;
}

export const FAMILIES = ["connectivity", "clients"] as const;
export type Family = (typeof FAMILIES)[number];

/** What all clients of one credential must have in common, wherever they run: to KORE they are one. */
export interface Common {
  readonly tokens: Readonly<Record<Family, Tokens>>;
  readonly turns: Turns;
}

/** What passes for an error between processes: all that {@link KoreError} tells, as plain data. */
export interface PlainError {
  kind: KoreErrorKind;
  message: string;
  details: KoreErrorDetails;
}

export type Answer<Value> = { value: Value } | { error: PlainError };

/** A read that waits for its turn. */
export interface Turn {
  /** The borrower's own number for it. */
  id: number;
  call: CallName;
  /** How long it may wait. Milliseconds. */
  patience: number;
}

/**
 * The common parts, lent to another process: plain data goes in and out, so that it fits through any channel. Reads
 * only: who borrows does not write.
 */
export interface Lender {
  token(family: Family): Promise<Answer<{ token: string; goodFor: number }>>;
  replacement(ask: { family: Family; refused: string; status: 401 | 403 }): Promise<Answer<{ token?: string }>>;
  /** Resolves when the turn has come. */
  turn(ask: Turn): Promise<Answer<true>>;
  /** A read has ended, or is not to be sent any more. `slow`: KORE has answered 429. */
  over(end: { id: number; slow?: { retryAfter?: number } }): void;
}
