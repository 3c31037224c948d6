import { type Credentials } from "../options.ts";
import { type Account } from "../fixtures/accounts.ts";
import { EPOCH } from "../fixtures/history.ts";
import { ACCESS, API_CLIENTS, type ApiClient, type GlobalResource } from "./client.ts";
import { type PortalUser } from "./portal-users.ts";

const DAY = 86_400_000;
const FULL_ACCESS: GlobalResource = { resourceName: API_CLIENTS, access: ACCESS };

/** The same three in each account, with the portal users that own them. */
const KINDS = [
  { name: "Fleet dashboard", owner: "dana.okafor", role: "developer", locked: true, products: ["SuperSIM"] },
  { name: "Billing export", owner: "finance-it", role: "account-admin", locked: null, products: [] },
  { name: "Provisioning robot", owner: "ops", role: "developer", locked: false, products: [] },
] as const;
const WALLBOARD = "wallboard@meridian.example";
const DEVELOPER = "kim.lindqvist@meridian.example";

/** The credential of a standard client without any global resource. */
export function basicCredentials(credentials: Credentials): Credentials {
  return {
    ...credentials,
    clientId: "apiclient_01j8simulator0basic",
    clientSecret: `${credentials.clientSecret}-basic`,
  };
}

/** The credential of an admin client with full access to API clients. Its owner, a developer, may not edit all. */
export function developerCredentials(credentials: Credentials): Credentials {
  return {
    ...credentials,
    clientId: "apiclient_01j8simulator0devel",
    clientSecret: `${credentials.clientSecret}-developer`,
  };
}

/** The credential of an account that only an API client of its own reaches; undefined for another account. */
export function ownCredentials(account: Account, credentials: Credentials): Credentials | undefined {
  if (!account.hasOwnClient) return undefined;
  return {
    ...credentials,
    clientId: `apiclient_01j8simulator0own${account.ordinal}`,
    clientSecret: `${credentials.clientSecret}-own-${account.ordinal}`,
  };
}

/** First the simulator's own credential, then the two others that it offers, then three clients per account. */
export function seedClients(accounts: readonly Account[], credentials: Credentials): ApiClient[] {
  const shared = {
    accountId: home(accounts),
    locked: null,
    enabled: true,
    tokenLifetime: null,
    products: [],
    globalResources: [],
    revokedTokens: 0,
  } as const;
  const basic = basicCredentials(credentials);
  const developer = developerCredentials(credentials);
  const own: ApiClient[] = [
    {
      ...shared,
      id: credentials.clientId,
      secret: credentials.clientSecret,
      name: "kore-graph",
      owner: credentials.accountEmail,
      type: "admin",
      locked: true,
      createdAt: EPOCH - 20 * DAY,
      globalResources: [FULL_ACCESS],
    },
    {
      ...shared,
      id: basic.clientId,
      secret: basic.clientSecret,
      name: "Read-only wallboard",
      owner: WALLBOARD,
      type: "standard",
      createdAt: EPOCH - 31 * DAY,
    },
    {
      ...shared,
      id: developer.clientId,
      secret: developer.clientSecret,
      name: "Developer workbench",
      owner: DEVELOPER,
      type: "admin",
      locked: false,
      createdAt: EPOCH - 17 * DAY,
      globalResources: [FULL_ACCESS],
    },
  ];
  for (const account of accounts) {
    const theirs = ownCredentials(account, credentials);
    if (!theirs) continue;
    own.push({
      ...shared,
      id: theirs.clientId,
      secret: theirs.clientSecret,
      accountId: account.clientAccountId,
      name: `${account.name}: kore-graph`,
      owner: credentials.accountEmail,
      type: "admin",
      locked: true,
      createdAt: EPOCH - 19 * DAY,
      globalResources: [FULL_ACCESS],
    });
  }
  const rest = accounts.flatMap((account) =>
    KINDS.map((kind, k): ApiClient => {
      const n = account.ordinal * KINDS.length + k;
      return {
        ...shared,
        id: `apiclient_01j8sim${String(n).padStart(5, "0")}x4t2`,
        secret: `${credentials.clientSecret}-${n}`,
        accountId: account.clientAccountId,
        name: `${account.name}: ${kind.name}`,
        owner: emailAt(account, kind.owner),
        type: n % 7 === 5 ? "admin" : "standard",
        locked: kind.locked,
        products: kind.products,
        createdAt: EPOCH - (60 + n * 13) * DAY - n * 4_321_000,
      };
    }),
  );
  return [...own, ...rest];
}

/** The credential's e-mail address owns every account that it may see. */
export function seedPortalUsers(accounts: readonly Account[], { accountEmail }: Credentials): PortalUser[] {
  const accountId = home(accounts);
  const developers = [WALLBOARD, DEVELOPER].map((email): PortalUser => ({ email, accountId, role: "developer" }));
  const rest = accounts.flatMap((account): PortalUser[] => [
    ...KINDS.map(({ owner, role }) => ({ email: emailAt(account, owner), accountId: account.clientAccountId, role })),
    {
      email: account.visible ? accountEmail : emailAt(account, "owner"),
      accountId: account.clientAccountId,
      role: "account-owner",
    },
  ]);
  return [...developers, ...rest];
}

function home([first]: readonly Account[]): string {
  if (!first) throw new RangeError("the fixtures have no account");
  return first.clientAccountId;
}

function emailAt(account: Account, name: string): string {
  return `${name}@${account.name.toLowerCase().split(" ")[0] ?? "account"}.example`;
}
