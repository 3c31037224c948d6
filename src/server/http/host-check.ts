import { type FastifyInstance, type FastifyRequest } from "fastify";
import { refuse } from "./error-responses.ts";

/**
 * Against DNS rebinding: a page of another site can resolve its host name to this machine and call it as its own origin. It
 * cannot change the host name that the browser sends.
 */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(hostname);
}

/**
 * Pages can open WebSockets to any host, without CORS; browsers send the page's origin. Our own pages and `others` are allowed;
 * another port is another origin. Other clients send no origin.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  others: readonly string[],
): boolean {
  if (origin === undefined || others.includes(origin)) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

interface HostCheck {
  /** DNS rebinding is only a risk without authentication: a rebound page cannot send credentials. */
  isAuthenticated: boolean;
  /** A route with its own host name: KORE's webhooks come through a proxy, and are authenticated by their signature. */
  exception: { route: string; hostname: string } | undefined;
}

/** Refuses requests under a host name that is not this machine's, where callers are not authenticated. */
export function checkHost(http: FastifyInstance, { isAuthenticated, exception }: HostCheck): void {
  if (isAuthenticated) return;
  const isException = ({ hostname, routeOptions }: FastifyRequest) =>
    routeOptions.url === exception?.route && hostname === exception?.hostname;
  http.addHook("onRequest", (request, reply, next) => {
    if (isLoopbackName(request.hostname) || isException(request)) next();
    else refuse(reply, 421, "MISDIRECTED_REQUEST", "Unknown host name");
  });
}
