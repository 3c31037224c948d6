import { type FastifyRequest } from "fastify";
import { LOCAL_CALLER } from "../../graph/index.ts";
import { API_KEY, AUTHORIZATION } from "../auth/credentials.ts";

const PREFLIGHT = ["apollo-require-preflight", "x-apollo-operation-name"] as const;

const CSRF_REFUSAL =
  `A page of another site may have sent this GET (CSRF). Send POST (urql: preferGetMethod: false), or a header ` +
  `"${PREFLIGHT[0]}", or an ${AUTHORIZATION} or ${API_KEY} header that authenticates you`;

/**
 * The refusal of a GET that a page of another site may have sent: one without a header for which browsers ask first. A
 * credential in a header is such a header once it has authenticated the caller; `accept` is none (CORS-safelisted).
 * Undefined: it is none, or Apollo's own rule decides.
 */
export function csrfRefusal({ method, headers, caller }: FastifyRequest): string | undefined {
  if (method !== "GET" || headers["content-type"] !== undefined) return undefined;
  if (PREFLIGHT.some((name) => headers[name])) return undefined;
  const isProven =
    caller !== undefined && caller !== LOCAL_CALLER && (headers[AUTHORIZATION] ?? headers[API_KEY]) !== undefined;
  if (!isProven) return CSRF_REFUSAL;
  headers[PREFLIGHT[0]] = "1"; // For Apollo's rule.
  return undefined;
}
