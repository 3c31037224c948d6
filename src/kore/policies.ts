import { KoreError } from "./error.ts";
import { type TokenSource } from "./token.ts";
import { type Send } from "./transport.ts";

/** Wraps the sending of a call. */
export type Policy = (next: Send) => Send;

/**
 * All policies of calls to KORE stand in one list, outermost first; see `client.ts` for the list itself. Retry,
 * breaker and budget belong between the token (outside: a refreshed token is no retry) and the deadline (inside:
 * each attempt has its own).
 */
export function compose(policies: readonly Policy[], send: Send): Send {
  return policies.reduceRight<Send>((next, policy) => policy(next), send);
}

/** Gives a call up when KORE has not answered completely in time. */
export function deadline(milliseconds: number): Policy {
  return (next) => async (call, signal) => {
    const controller = new AbortController();
    const giveUp = () => controller.abort(signal.reason);
    const late = () =>
      controller.abort(
        new KoreError("timeout", `KORE did not answer ${call.operation} within ${milliseconds} ms`, {
          operation: call.operation,
        }),
      );
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    const timer = setTimeout(late, milliseconds);
    try {
      return await next(call, controller.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  };
}

/** What KORE says, in any of its bodies, when a 403 means an expired token. It answers 403 to missing rights as well. */
const EXPIRED = /invalid or expired token/i;

/**
 * Sends the bearer token, and once more with a new one on 401 and on the 403 that means "expired". Neither reached
 * the operation itself, so this repeats no work, writes included.
 */
export function bearer(tokens: TokenSource): Policy {
  return (next) => async (call, signal) => {
    const withToken = (token: string) => ({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } });
    const token = await tokens.get().catch(beforeSending);
    try {
      return await next(withToken(token), signal);
    } catch (error) {
      const status = refusedToken(error);
      const fresh = status && (await tokens.replace(token, status).catch(beforeSending));
      if (!fresh) throw error;
      return next(withToken(fresh), signal);
    }
  };
}

/** Without a token the call itself was not sent, or was refused. */
function beforeSending(error: unknown): never {
  if (error instanceof KoreError) error.isUnsent = true;
  throw error;
}

function refusedToken(error: unknown): 401 | 403 | undefined {
  if (!(error instanceof KoreError)) return undefined;
  if (error.status === 401) return 401;
  return error.status === 403 && EXPIRED.test(error.koreMessage ?? "") ? 403 : undefined;
}

/** What became of one call, for logs and counters. */
export interface CallReport {
  operation: string;
  /** HTTP status; absent when none came. */
  status?: number;
  /** Kind of the error, absent on success. */
  error?: KoreError["kind"];
  milliseconds: number;
}

/** Reports every call that is sent. */
export function reporting(report: (call: CallReport) => void): Policy {
  return (next) => async (call, signal) => {
    const start = performance.now();
    const milliseconds = () => performance.now() - start;
    try {
      const reply = await next(call, signal);
      report({ operation: call.operation, status: 200, milliseconds: milliseconds() });
      return reply;
    } catch (error) {
      if (error instanceof KoreError) {
        const { operation, status, kind } = error;
        report({ operation, ...(status && { status }), error: kind, milliseconds: milliseconds() });
      }
      throw error;
    }
  };
}
