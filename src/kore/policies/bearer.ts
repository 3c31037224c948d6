import { KoreError } from "../error.ts";
import { type Tokens } from "../token.ts";
import { type KoreCall } from "../transport.ts";
import { type Policy } from "./policy.ts";

/** What KORE says, in any of its bodies, when a 403 means an expired token. It answers 403 to missing rights as well. */
const EXPIRED = /invalid or expired token/i;

/**
 * Sends the bearer token, and once more with a new one on 401 and on the 403 that means "expired". Neither reached
 * the operation itself, so this repeats no work, writes included.
 */
export function bearer(tokens: Tokens): Policy {
  const withToken = authorization();
  return (next) => async (call, signal) => {
    const token = tokens.current() ?? (await tokens.get(call.requestId).catch(beforeSending));
    try {
      return await next(withToken(call, token), signal);
    } catch (error) {
      const status = refusedToken(error);
      const fresh = status && (await tokens.replace(token, status).catch(beforeSending));
      if (!fresh) throw error;
      return next(withToken(call, fresh), signal);
    }
  };
}

/** Adds the token to a call. Calls of a kind share their headers, so these are written once for each token. */
function authorization(): (call: KoreCall, token: string) => KoreCall {
  const written = new WeakMap<KoreCall["headers"], { token: string; headers: KoreCall["headers"] }>();
  return (call, token) => {
    let known = written.get(call.headers);
    if (known?.token !== token) {
      known = { token, headers: { ...call.headers, authorization: `Bearer ${token}` } };
      written.set(call.headers, known);
    }
    return { ...call, headers: known.headers };
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
  // A 403 that came without words that can be read, cut short on its way, may have meant either.
  const mayBeExpired = error.koreMessage === undefined || EXPIRED.test(error.koreMessage);
  return error.status === 403 && mayBeExpired ? 403 : undefined;
}
