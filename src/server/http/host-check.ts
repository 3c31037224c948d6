/**
 * A page of another site can make its own name point to this machine and then talk to us as its own origin (DNS
 * rebinding). It cannot choose the host name that the browser sends.
 */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(hostname);
}

/**
 * Browsers let any page open a socket to any host, without asking the host, but they say whose page it is. Only our own
 * pages may, and those of the `others` that are named: what another server of this machine shows, on another port, is not
 * ours. Other clients send no origin.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  others: readonly string[],
): boolean {
  if (origin === undefined || others.includes(origin)) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
