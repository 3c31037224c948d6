import { type ApiClient, type ClientType, type Grants, TOKEN_LIFETIMES } from "../clients/client.ts";
import { type Clients } from "../clients/clients.ts";
import { type Clock } from "../time/clock.ts";
import { readJwt, signJwt } from "./jwt.ts";
import { type SimulatorOptions } from "../options.ts";
import { Refusal } from "../http/reply.ts";

/** The token endpoint that issued a token. OURS: a token is valid only for the APIs whose documents name its endpoint. */
export type TokenFamily = "legacy" | "current";

const DEFAULT_LIFETIMES = { legacy: 36_000, current: 3_600 };
const REMEMBERED = 500;

export interface AuthOptions {
  readonly issuer: string;
  readonly apiKey: string;
  /** Read each time, because a reset replaces them. */
  readonly clients: () => Clients;
  readonly lifetimes: NonNullable<SimulatorOptions["tokenLifetimes"]>;
  readonly clock: Clock;
  /** The only token endpoint that accepts a client; undefined: both do. */
  readonly portalOf?: (clientId: string) => TokenFamily | undefined;
}

/** The caller, with the permissions of the token: those of the client may have changed since its issue. */
export interface Bearer extends Grants {
  readonly client: ApiClient;
}

interface TokenClaims extends Grants {
  readonly clientId: string;
  readonly family: TokenFamily;
  readonly number: number;
  readonly expiresAt: number;
}

/** Issues and checks tokens. Tokens are self-contained; revoked ones are identified by their number. */
export class Auth {
  readonly #options: AuthOptions;
  readonly #read = new Map<string, TokenClaims>();
  #issued = 0;
  #revokedUpTo = 0;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** Every token issued so far counts as expired. */
  expireTokens(): void {
    this.#revokedUpTo = this.#issued;
  }

  /** Number of the last token. */
  get issuedTokens(): number {
    return this.#issued;
  }

  /** A disabled client is refused like one that does not exist. */
  issue(family: TokenFamily, clientId: string, secret: string): Record<string, unknown> {
    const client = this.#options.clients().get(clientId);
    const isElsewhere = this.#options.portalOf?.(clientId) === (family === "legacy" ? "current" : "legacy");
    if (client?.secret !== secret || !client.enabled || isElsewhere)
      throw new Refusal(401, "Invalid client credentials");
    const lifetime = this.#lifetime(family, client);
    const now = Math.floor(this.#options.clock.now().getTime() / 1000);
    const token = signJwt({
      iss: this.#options.issuer,
      aud: family === "legacy" ? "connectivity" : "global",
      sub: client.id,
      iat: now,
      exp: now + lifetime,
      jti: String(++this.#issued),
      "account-id": client.accountId,
      "client-type": client.type,
      client_id: client.id,
      scopes: { globalResources: client.globalResources, products: client.products },
    });
    return { access_token: token, expires_in: lifetime, token_type: "Bearer", scope: "" };
  }

  checkApiKey(given: string | undefined): void {
    if (given !== this.#options.apiKey)
      throw new Refusal(401, given === undefined ? "x-api-key is missing" : "x-api-key is wrong");
  }

  /**
   * The caller of a bearer token. 401: no or an invalid token. 403: expired, of the other family, or revoked. KORE states
   * that tokens end with the key and the client; the answer is OURS, after the guide's "Invalid or expired token".
   * Disabling "suspends access", here also by tokens: unexpired ones are valid again once the client is enabled.
   */
  check(family: TokenFamily, authorization: string | undefined): Bearer {
    const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) throw new Refusal(401, "A bearer token is required");
    const claims = this.#claims(token);
    if (!claims) throw new Refusal(401, "The bearer token is not valid");
    if (claims.expiresAt <= this.#options.clock.now().getTime() || claims.number <= this.#revokedUpTo)
      throw new Refusal(403, "The token has expired", { expired: true });
    if (claims.family !== family) throw new Refusal(403, "The token was issued for another API", { expired: true });
    const client = this.#options.clients().get(claims.clientId);
    if (!client || claims.number <= client.revokedTokens)
      throw new Refusal(403, "The client of this token is deleted or has a new key", { expired: true });
    if (!client.enabled) throw new Refusal(403, "The client of this token is disabled", { expired: true });
    const { type, products, globalResources } = claims;
    return { client, type, products, globalResources };
  }

  /** KORE lets each client choose at the current endpoint; the legacy one has a lifetime of its own. */
  #lifetime(family: TokenFamily, { tokenLifetime }: ApiClient): number {
    if (family === "current" && tokenLifetime !== null) return TOKEN_LIFETIMES[tokenLifetime];
    return this.#options.lifetimes[family] ?? DEFAULT_LIFETIMES[family];
  }

  #claims(token: string): TokenClaims | null {
    const known = this.#read.get(token);
    if (known) return known;
    const jwt = readJwt(token);
    if (jwt?.["iss"] !== this.#options.issuer) return null;
    const scopes = jwt["scopes"] as Pick<Grants, "products" | "globalResources">; // signed here, so of this form
    const claims: TokenClaims = {
      ...scopes,
      type: jwt["client-type"] as ClientType,
      clientId: String(jwt["client_id"]),
      family: jwt["aud"] === "connectivity" ? "legacy" : "current",
      number: Number(jwt["jti"]),
      expiresAt: Number(jwt["exp"]) * 1000,
    };
    if (this.#read.size >= REMEMBERED) this.#read.clear();
    this.#read.set(token, claims);
    return claims;
  }
}
