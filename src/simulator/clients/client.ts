export const CLIENT_TYPES = ["admin", "standard"] as const;
export const PRODUCTS = ["SuperSIM", "ProgrammableWireless"] as const;
export const ACCESS = ["Read", "Write", "Modify", "Delete"] as const;
/** The only global resource that KORE names. */
export const API_CLIENTS = "API Clients";

export type ClientType = (typeof CLIENT_TYPES)[number];
type Product = (typeof PRODUCTS)[number];
export type Access = (typeof ACCESS)[number];

/** In seconds. The names are ASSUMED; how many days 24 months have is not stated, so it is two years of 365. */
export const TOKEN_LIFETIMES = {
  "1_hour": 3_600,
  "24_hours": 86_400,
  "30_days": 2_592_000,
  "24_months": 63_072_000,
} as const;
export type TokenLifetime = keyof typeof TOKEN_LIFETIMES;

export interface GlobalResource {
  readonly resourceName: typeof API_CLIENTS;
  readonly access: readonly Access[];
}

/** Claims of a token, as of its issue. */
export interface Grants {
  readonly type: ClientType;
  readonly products: readonly Product[];
  readonly globalResources: readonly GlobalResource[];
}

/** Fields of a client that can be changed. */
export interface ClientSettings extends Grants {
  readonly name: string;
  /** null: the simulator's default. */
  readonly tokenLifetime: TokenLifetime | null;
}

export interface ApiClient extends ClientSettings {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly secret: string;
  /** E-mail address of the portal user that owns it. */
  readonly owner: string;
  /** null: never locked. */
  readonly locked: boolean | null;
  readonly enabled: boolean;
  /** Tokens up to this number are revoked: they are of an older key, or of a client with this id before a reset. */
  readonly revokedTokens: number;
}
