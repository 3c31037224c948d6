import { type RateLimitedLog } from "./rate-limited-log.ts";

/** One sending of a call to KORE that has failed. */
interface FailedCall {
  operation: string;
  host: string;
  requestId?: string | undefined;
  status?: number | undefined;
  /** Its kind. */
  error?: string | undefined;
}

/** A reply of KORE's that could be parsed and not be read. */
interface BrokenReply {
  operation: string;
  /** The field's path, where it is one that breaks the contract. */
  field?: string | undefined;
}

/** Writes why a call got no usable answer, with the code of its cause. */
export function warnOfFailedCall(lines: RateLimitedLog, call: FailedCall, failure: Error): void {
  const { operation, host, requestId, status, error } = call;
  const err = failure.cause ?? failure;
  const code = codeIn(err, MAX_DEPTH);
  const fields = { requestId, operation, host, status, error, code, err };
  lines.warn(`${operation} ${error} ${code}`, fields, "KORE gave no usable answer");
}

/** Writes which field of a reply breaks KORE's contract. */
export function warnOfBrokenReply(lines: RateLimitedLog, reply: BrokenReply & Error, requestId?: string): void {
  const { operation, field, message } = reply;
  // Paths may name a row, and lists have many.
  const key = `${operation} ${field ?? message}`.replace(/\[\d+\]/g, "[]");
  lines.warn(key, { requestId, operation, field, err: reply }, "a reply of KORE's breaks its contract");
}

const MAX_DEPTH = 5;

/** The first code of the system's or of a library's in an error, its causes and those that it is made of. */
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
