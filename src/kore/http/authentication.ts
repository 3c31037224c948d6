import { KoreError } from "../errors.ts";
import { type Tokens } from "../auth/token-source.ts";
import { type KoreCall } from "./transport/transport.ts";
import { type Interceptor } from "./interceptor.ts";

/** KORE's message where a 403 means an expired token. It answers 403 to missing permissions as well. */
const EXPIRED = /invalid or expired token/i;

/** With the token at hand, with a new one, and with one that was waited for: see `Tokens.replace`. */
const MAX_TOKENS = 3;

/** Statuses that prove an accepted token. A 403 may be the token check's, a 429 or 5xx a gateway's. */
const BEHIND_THE_CHECK: ReadonlySet<number | undefined> = new Set([400, 404, 409, 422]);

/**
 * Sends the bearer token, and again with a new one on 401 and on the 403 that means "expired". Neither reached the
 * operation itself, so this repeats no work, writes included.
 *
 * @param onToken called with each token before its first use
 */
export function authentication(tokens: Tokens, onToken: (token: string) => void = () => undefined): Interceptor {
  const withToken = authorization(onToken);
  return (next) => async (call, signal) => {
    let token = tokens.current() ?? (await tokens.get(call.requestId).catch(beforeSending));
    for (let sent = 1; ; sent += 1) {
      try {
        const reply = await next(withToken(call, token), signal);
        accept(tokens, token, call, sent);
        return reply;
      } catch (error) {
        if (!(error instanceof KoreError)) throw error;
        if (BEHIND_THE_CHECK.has(error.status)) accept(tokens, token, call, sent);
        const isRefused = refusesToken(error);
        // After a failure other than a refusal the new token counts as helpful: it may be a gateway's failure.
        if (sent > 1 && !isRefused) tokens.confirmReplacement(call.operation);
        if (sent === MAX_TOKENS || signal.aborted || !isRefused) throw error;
        const fresh = await tokens.replace(token, call.operation, call.requestId).catch(beforeSending);
        if (fresh === undefined) throw error;
        token = fresh;
      }
    }
  };
}

function accept(tokens: Tokens, token: string, { operation }: KoreCall, sent: number): void {
  tokens.accepted(token);
  if (sent > 1) tokens.confirmReplacement(operation);
}

/** Adds the token to a call. Calls of a kind share their headers, so these are written once for each token. */
function authorization(onToken: (token: string) => void): (call: KoreCall, token: string) => KoreCall {
  const written = new WeakMap<KoreCall["headers"], { token: string; headers: KoreCall["headers"] }>();
  return (call, token) => {
    let known = written.get(call.headers);
    if (known?.token !== token) {
      onToken(token);
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

/** Whether KORE may have refused the token itself: a 403 without words that can be read may have meant that or the rights. */
function refusesToken(error: KoreError): boolean {
  return isTokenRejection(error) || (error.status === 403 && error.koreMessage === undefined);
}

/** Whether KORE has refused the token itself, and said so. */
export function isTokenRejection({ status, koreMessage }: KoreError): boolean {
  return status === 401 || (status === 403 && EXPIRED.test(koreMessage ?? ""));
}
