import { redact } from "../decoding/redact.ts";
import { KoreError } from "../errors.ts";

/** Returns a `KoreError` as a value and throws all other errors. */
export async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | KoreError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KoreError) return error;
    throw error;
  }
}

/** Whether a failure certainly changed nothing, and no other input would avoid it. */
export function isNotSent(error: KoreError): boolean {
  return error.isUnsent || error.kind === "rate-limited" || error.kind === "unauthenticated";
}

/** Whether a repetition of a refused command is sent again, because permissions may have changed. */
export const isRetriedOnRepeat = ({ kind }: KoreError): boolean => kind === "forbidden";

/** Reason and redacted message of KORE's refusal. @param notFound the message of a 404, without KORE's words */
export function refusedBy(
  error: KoreError,
  notFound: string,
): { reason: "NOT_FOUND" | "NOT_PERMITTED" | "KORE_REFUSED"; message: string } {
  const words = redact(error.koreMessage ?? "for no stated reason");
  if (error.kind === "not-found") return { reason: "NOT_FOUND", message: `${notFound}: ${words}` };
  if (error.kind === "forbidden") {
    return { reason: "NOT_PERMITTED", message: `KORE does not permit this to the credentials of kore-graph: ${words}` };
  }
  return { reason: "KORE_REFUSED", message: `KORE refused: ${words}` };
}
