import { KoreError } from "../errors.ts";
import { type Secret } from "../auth/secret.ts";
import { redact } from "../decoding/redact.ts";
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
export function refusedBy(error: KoreError): { reason: ClientReason; message: string } {
  const words = redact(error.koreMessage ?? "for no stated reason");
  if (error.kind === "not-found") return { reason: "NOT_FOUND", message: `KORE has no such client: ${words}` };
  if (error.kind === "forbidden") {
    return { reason: "NOT_PERMITTED", message: `KORE does not permit this to the credentials of kore-graph: ${words}` };
  }
  return { reason: "KORE_REFUSED", message: `KORE refused: ${words}` };
}

/** Whether a failure certainly changed nothing, and no other input would avoid it. */
export function isNotSent(error: KoreError): boolean {
  return error.isUnsent || error.kind === "rate-limited" || error.kind === "unauthenticated";
}

/** Whether a repetition of a refused command is sent again, because permissions may have changed. */
export const isRetriedOnRepeat = ({ kind }: KoreError): boolean => kind === "forbidden";

/** Returns a `KoreError` as a value and throws all other errors. */
export async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | KoreError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KoreError) return error;
    throw error;
  }
}
