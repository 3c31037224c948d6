import { type RateLimitedLog } from "./rate-limited-log.ts";

/** A failed attempt of a call to KORE. */
interface FailedCall {
  operation: string;
  host: string;
  requestId?: string | undefined;
  status?: number | undefined;
  /** Kind of the error. */
  error?: string | undefined;
}

/** A reply of KORE's that is valid JSON and breaks the contract. */
interface BrokenReply {
  operation: string;
  /** Path of the field that breaks the contract. */
  field?: string | undefined;
}

/** Logs a call without a usable answer, with the code of its cause. */
export function warnOfFailedCall(lines: RateLimitedLog, call: FailedCall, failure: Error): void {
  const { operation, host, requestId, status, error } = call;
  const err = failure.cause ?? failure;
  const code = codeIn(err, MAX_DEPTH);
  const fields = { requestId, operation, host, status, error, code, err };
  lines.warn(`${operation} ${error} ${code}`, fields, "KORE gave no usable answer");
}

/** Logs the field of a reply that breaks KORE's contract. */
export function warnOfBrokenReply(lines: RateLimitedLog, reply: BrokenReply & Error, requestId?: string): void {
  const { operation, field, message } = reply;
  // One key for all rows of a list.
  const key = `${operation} ${field ?? message}`.replace(/\[\d+\]/g, "[]");
  lines.warn(key, { requestId, operation, field, err: reply }, "a reply of KORE's breaks its contract");
}

const MAX_DEPTH = 5;

/** The first code of the system or of a library in an error, its causes and its aggregated errors. */
function codeIn(error: unknown, depth: number): string | undefined {
  if (!(error instanceof Error) || depth === 0) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && /^[A-Z][A-Z\d_]{1,63}$/.test(code)) return code;
  const inner = [error.cause, ...(error instanceof AggregateError ? (error.errors as unknown[]) : [])];
  for (const one of inner) {
    const found = codeIn(one, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
