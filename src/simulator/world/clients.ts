import { type Credentials } from "../options.ts";
import { type Account } from "./accounts.ts";
import { EPOCH } from "./history.ts";

interface GlobalResource {
  readonly resourceName: string;
  readonly access: readonly ("Read" | "Write" | "Modify" | "Delete")[];
}

export interface ApiClient {
  readonly id: string;
  readonly secret: string;
  readonly accountId: string;
  readonly name: string;
  readonly owner: string;
  readonly type: "admin" | "standard";
  readonly locked: boolean | null;
  readonly createdAt: number;
  readonly globalResources: readonly GlobalResource[];
}

const API_CLIENTS: GlobalResource = { resourceName: "API Clients", access: ["Read", "Write", "Modify", "Delete"] };

const KINDS = [
  { name: "Fleet dashboard", owner: "dana.okafor", type: "standard", locked: true },
  { name: "Billing export", owner: "finance-it", type: "standard", locked: null },
  { name: "Provisioning robot", owner: "ops", type: "standard", locked: false },
] as const;

/** The credential of a standard client without any global resource. */
export function basicCredentials(credentials: Credentials): Credentials {
  return {
    ...credentials,
    clientId: "apiclient_01j8simulator0basic",
    clientSecret: `${credentials.clientSecret}-basic`,
  };
}

/** The API clients: first the simulator's own credential, then a standard one that may not use the clients API, then three per account. */
export function clientsOf(accounts: readonly Account[], credentials: Credentials): ApiClient[] {
  const home = accounts[0]?.clientAccountId ?? "acct_01j8sim0000kq7w";
  const basic = basicCredentials(credentials);
  const day = 86_400_000;
  const own: ApiClient[] = [
    {
      id: credentials.clientId,
      secret: credentials.clientSecret,
      accountId: home,
      name: "kore-graph",
      owner: credentials.accountEmail,
      type: "admin",
      locked: true,
      createdAt: EPOCH - 20 * day,
      globalResources: [API_CLIENTS],
    },
    {
      id: basic.clientId,
      secret: basic.clientSecret,
      accountId: home,
      name: "Read-only wallboard",
      owner: "wallboard@meridian.example",
      type: "standard",
      locked: null,
      createdAt: EPOCH - 31 * day,
      globalResources: [],
    },
  ];
  const rest = accounts.flatMap((account) =>
    KINDS.map((kind, k): ApiClient => {
      const n = account.ordinal * KINDS.length + k;
      return {
        id: `apiclient_01j8sim${String(n).padStart(5, "0")}x4t2`,
        secret: `${credentials.clientSecret}-${n}`,
        accountId: account.clientAccountId,
        name: `${account.name}: ${kind.name}`,
        owner: `${kind.owner}@${account.name.toLowerCase().split(" ")[0] ?? "account"}.example`,
        type: n % 7 === 5 ? "admin" : kind.type,
        locked: kind.locked,
        createdAt: EPOCH - (60 + n * 13) * day - n * 4_321_000,
        globalResources: [],
      };
    }),
  );
  return [...own, ...rest];
}
