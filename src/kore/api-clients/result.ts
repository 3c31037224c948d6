import { KoreError } from "../errors.ts";
import { type Secret } from "../auth/secret.ts";
import { redact } from "../decoding/redact.ts";
import { type WireClient } from "../api/clients.ts";

/** Why nothing was changed, or not surely. Callers branch on it. */
export type ClientReason =
  "NOT_FOUND" | "NOT_CONFIRMED" | "NOT_PERMITTED" | "ONLY_FOR_ADMIN" | "KORE_REFUSED" | "REPLY_LOST";

/** Outcome of a command for one client. */
export interface ClientResult {
  outcome: "DONE" | "ALREADY_SATISFIED" | "ADOPTED" | "REJECTED" | "OUTCOME_UNKNOWN";
  reason?: ClientReason;
  /** Which part of the input it is about. */
  field?: string;
  /** For people. */
  message?: string;
  clientId?: string;
  /** Whether tokens from before do not have what was changed. */
  needsNewToken?: boolean;
  /** As KORE has just shown it; absent when it was not asked. null: there is none any more. */
  client?: WireClient | null;
}

/** The same for commands that return a secret. */
export interface SecretResult extends ClientResult {
  /** `NONE`: none came of it. */
  secretStatus: "SHOWN_NOW" | "ALREADY_SHOWN" | "LOST" | "NONE";
  secret?: Secret;
}

/** For concurrent repetitions of the first call. */
export function withoutTheSecret({ secret, ...result }: SecretResult): SecretResult {
  return secret ? { ...result, secretStatus: "ALREADY_SHOWN", message: ALREADY_SHOWN } : result;
}

export const ALREADY_SHOWN =
  "The secret was shown once already, to whom asked first. If that answer is lost, renewing the key gives a new secret.";

/** Reason and redacted message of a refusal by KORE. */
export function refusedBy(error: KoreError): { reason: ClientReason; message: string } {
  const words = redact(error.koreMessage ?? "for no stated reason");
  if (error.kind === "not-found") return { reason: "NOT_FOUND", message: `KORE does not know it: ${words}` };
  if (error.kind === "forbidden") {
    return { reason: "NOT_PERMITTED", message: `KORE does not permit it to the credentials of kore-graph: ${words}` };
  }
  return { reason: "KORE_REFUSED", message: `KORE refused: ${words}` };
}

/** Whether a failure certainly changed nothing and is nothing that the caller can mend. */
export function isNotSent(error: KoreError): boolean {
  return error.isUnsent || error.kind === "rate-limited" || error.kind === "unauthenticated";
}

/** Whether what KORE refused may be granted the next time that the same is asked. */
export const isRetriedOnRepeat = ({ kind }: KoreError): boolean => kind === "forbidden";

/** The answer, or KORE's failure as a value: what to do about it is decided one by one. */
export async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | KoreError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KoreError) return error;
    throw error;
  }
}
