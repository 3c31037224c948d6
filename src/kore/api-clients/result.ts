import { type KoreError } from "../errors.ts";
import { refusedBy } from "../idempotency/attempt.ts";
import { type Secret } from "../auth/secret.ts";
import { type WireClient } from "../api/clients.ts";

/** Why a client was not changed, or possibly not. Callers branch on it. */
export type ClientReason =
  "NOT_FOUND" | "NOT_CONFIRMED" | "NOT_PERMITTED" | "ONLY_FOR_ADMIN" | "KORE_REFUSED" | "REPLY_LOST";

/** Outcome of a command for one client. */
export interface ClientResult {
  outcome: "DONE" | "ALREADY_SATISFIED" | "ADOPTED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: ClientReason;
  /** The part of the input that caused it. */
  field?: string;
  /** In words, for people. */
  message?: string;
  clientId?: string;
  /** Whether existing tokens lack the change. */
  needsNewToken?: boolean;
  /** As KORE has just returned it; absent when it was not read, null when there is none any more. */
  client?: WireClient | null;
}

/** Outcome of a command that returns a secret. */
export interface SecretResult extends ClientResult {
  /** `NONE`: no secret was created. */
  secretStatus: "SHOWN_NOW" | "ALREADY_SHOWN" | "LOST" | "NONE";
  secret?: Secret;
}

/** The result for concurrent repetitions of a call. */
export function withoutTheSecret({ secret, ...result }: SecretResult): SecretResult {
  return secret ? { ...result, secretStatus: "ALREADY_SHOWN", message: ALREADY_SHOWN } : result;
}

export const ALREADY_SHOWN =
  "The secret was shown once, in the first answer. If that answer is lost, renewing the key gives a new secret.";

/** Reason and redacted message of KORE's refusal. */
export const clientRefusedBy = (error: KoreError) => refusedBy(error, "KORE has no such client");
