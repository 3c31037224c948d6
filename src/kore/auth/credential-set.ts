import { Secret } from "./secret.ts";

/** KORE's APIs, by kind of credentials. */
export type Family = "connectivity" | "clients";

/** Credentials of an API client, as one of KORE's portals issues them. */
export interface PortalCredentials {
  clientId: string;
  clientSecret: Secret;
}

/** Credentials of both portals for some accounts: an API client of KORE serves the account in which it was created. */
export interface CredentialSet {
  /** Shown in `/readyz`, metrics, logs and `extensions.incomplete`. */
  name: string;
  /** Ids of accounts, `cmp-…` or `acct_…`; `*`: every account that no other set names. */
  accounts: readonly string[] | typeof ALL_OTHERS;
  /** Of the developer portal: ConnectivityPro. `apiKey` is sent as x-api-key. */
  developer: PortalCredentials & { apiKey: Secret };
  /** Of the console: API clients. */
  console: PortalCredentials;
  /** The developer-portal administrator whose accounts it lists. */
  accountEmail: string;
}

export const ALL_OTHERS = "*";

/** A set in plain text, as in the configuration. */
export interface PlainCredentials {
  /** @default "default" */
  name?: string | undefined;
  /** @default all */
  accounts?: CredentialSet["accounts"] | undefined;
  clientId: string;
  clientSecret: string;
  apiKey: string;
  accountEmail: string;
  /** @default `clientId` and `clientSecret` */
  console?: { clientId: string; clientSecret: string } | undefined;
}

export function credentialSet({
  clientId,
  clientSecret,
  apiKey,
  accountEmail,
  ...more
}: PlainCredentials): CredentialSet {
  const { name = "default", accounts = ALL_OTHERS, console = { clientId, clientSecret } } = more;
  return {
    name,
    accounts,
    developer: { clientId, clientSecret: new Secret(clientSecret), apiKey: new Secret(apiKey) },
    console: { clientId: console.clientId, clientSecret: new Secret(console.clientSecret) },
    accountEmail,
  };
}

/** Whether two sets differ in nothing but their accounts, so that tokens, rate limit and cache stay valid. */
export function isSameCredential(one: CredentialSet, other: CredentialSet): boolean {
  return identityOf(one) === identityOf(other);
}

function identityOf({ name, developer, console, accountEmail }: CredentialSet): string {
  return JSON.stringify([
    name,
    developer.clientId,
    developer.clientSecret.reveal(),
    developer.apiKey.reveal(),
    console.clientId,
    console.clientSecret.reveal(),
    accountEmail,
  ]);
}
