import { type Config } from "./index.ts";

/**
 * The secrets of a configuration other than those of KORE's API clients: of webhooks, of the trusted router, of the
 * collector of traces, and the passwords of proxies and the database, both percent-encoded and decoded. Access tokens also
 * without their scheme.
 */
export function secretsOf({ webhook, auth, network: { proxies }, database, tracing }: Config): string[] {
  const passwords = [proxies.https, proxies.http, database?.url]
    .filter((address) => address !== undefined)
    .map((address) => new URL(address).password);
  return [
    ...(webhook?.secrets ?? []),
    ...[...(webhook?.accessToken?.tokens ?? []), ...Object.values(tracing?.headers ?? {})].flatMap((token) => [
      token,
      token.replace(/^\S+ +/, ""),
    ]),
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
