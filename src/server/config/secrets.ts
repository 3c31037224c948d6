import { type Config } from "./index.ts";

/**
 * The secrets of a configuration that are none of KORE's API clients: those that prove webhooks and the router, and
 * passwords of proxies and of the database, as they stand in their addresses and as they are. Access tokens also without their scheme.
 */
export function secretsOf({ webhook, auth, network: { proxies }, database }: Config): string[] {
  const passwords = [proxies.https, proxies.http, database?.url]
    .filter((address) => address !== undefined)
    .map((address) => new URL(address).password);
  return [
    ...(webhook?.secrets ?? []),
    ...(webhook?.accessToken?.tokens ?? []).flatMap((token) => [token, token.replace(/^\S+ +/, "")]),
    ...auth.routerSecrets,
    ...passwords.flatMap((password) => [password, decoded(password)]),
  ];
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password; // A percent sign that encodes nothing.
  }
}
