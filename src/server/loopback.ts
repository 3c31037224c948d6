/**
 * A page of another site can make its own name point to this machine and then talk to us as its own origin (DNS
 * rebinding). It cannot choose the host name that the browser sends.
 */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(hostname);
}

/**
 * Browsers let any page open a socket to any host, without asking the host, but they say whose page it is. Other
 * clients do not send an origin.
 */
export function isOwnOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const page = /^https?:\/\/([^/@]+?)(:\d+)?$/.exec(origin);
  return isLoopbackName(page?.[1] ?? "");
}
