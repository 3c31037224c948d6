import { KoreError } from "../errors.ts";
import { type Tokens } from "../auth/token-source.ts";
import { type KoreCall } from "./transport/transport.ts";
import { type Interceptor } from "./interceptor.ts";

/** KORE's message of a 403 that means an expired token; a 403 may also mean missing permissions. */
const EXPIRED = /invalid or expired token/i;

/** The present token, a new one, and one after a pause: see `Tokens.replace`. */
const MAX_TOKENS = 3;

/** Statuses that prove an accepted token. A 403 may come from the token check, a 429 or 5xx from a gateway. */
const ACCEPTED_TOKEN: ReadonlySet<number | undefined> = new Set([400, 404, 409, 422]);

/**
 * Sends the bearer token, and retries with a new one on 401 and on a 403 that means "expired". KORE has not processed such
 * calls, so retrying writes is safe as well.
 *
 * @param onToken called with each token before its first use
 */
export function authentication(tokens: Tokens, onToken: (token: string) => void = () => undefined): Interceptor {
  const withToken = authorization(onToken);
  return (next) => (call, signal) => {
    const send = (token: string, sent = 1): Promise<unknown> =>
      next(withToken(call, token), signal).then(
        (reply) => {
          accept(tokens, token, call, sent);
          return reply;
        },
        async (error: unknown) => {
          if (!(error instanceof KoreError)) throw error;
          if (ACCEPTED_TOKEN.has(error.status)) accept(tokens, token, call, sent);
          const isRefused = refusesToken(error);
          // Any other failure confirms the new token, because it may come from a gateway.
          if (sent > 1 && !isRefused) tokens.confirmReplacement(call.operation);
          if (sent === MAX_TOKENS || signal.aborted || !isRefused) throw error;
          const fresh = await tokens.replace(token, call.operation, call.requestId).catch(beforeSending);
          if (fresh === undefined) throw error;
          return send(fresh, sent + 1);
        },
      );
    const token = tokens.current();
    return token === undefined
      ? tokens
          .get(call.requestId)
          .catch(beforeSending)
          .then((fetched) => send(fetched))
      : send(token);
  };
}

function accept(tokens: Tokens, token: string, { operation }: KoreCall, sent: number): void {
  tokens.accepted(token);
  if (sent > 1) tokens.confirmReplacement(operation);
}

/** Adds the token to a call. Calls of a kind share their headers object, so it is extended once per token. */
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

/** Without a token the call was not sent, or was refused. */
function beforeSending(error: unknown): never {
  if (error instanceof KoreError) error.isUnsent = true;
  throw error;
}

/** Whether KORE may have refused the token: a 403 without a readable message means that or missing permissions. */
function refusesToken(error: KoreError): boolean {
  return isTokenRejection(error) || (error.status === 403 && error.koreMessage === undefined);
}

/** Whether KORE has refused the token, by its status or message. */
export function isTokenRejection({ status, koreMessage }: KoreError): boolean {
  return status === 401 || (status === 403 && EXPIRED.test(koreMessage ?? ""));
}
