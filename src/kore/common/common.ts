import { type KoreErrorDetails, type KoreErrorKind } from "../error.ts";
import { type CallName } from "../observer.ts";
import { type Turns } from "../policies/budget.ts";
import { type Tokens } from "../token.ts";

export type Family = "connectivity" | "clients";

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
  replacement(ask: { family: Family; refused: string; operation: string }): Promise<Answer<{ token?: string }>>;
  /** Resolves when the turn has come. */
  turn(ask: Turn): Promise<Answer<true>>;
  /** A read has ended, or is not to be sent any more. */
  over(end: { id: number }): void;
  /** KORE has answered 429 to a call that began so long ago. Milliseconds, as what KORE says of when to come back. */
  slow(told: { ago: number; retryAfter?: number | undefined }): void;
}
