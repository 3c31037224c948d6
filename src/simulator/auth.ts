import { type Clock } from "./clock.ts";
import { readJwt, signJwt } from "./jwt.ts";
import { type SimulatorOptions } from "./options.ts";
import { Refusal } from "./reply.ts";
import { type ApiClient } from "./world/clients.ts";

/** Which token endpoint issued a token. OURS: a token works only on the APIs whose documents name its endpoint. */
export type TokenFamily = "legacy" | "current";

const DEFAULT_LIFETIMES = { legacy: 36_000, current: 3_600 };
const REMEMBERED = 500;

export interface AuthOptions {
  readonly issuer: string;
  readonly apiKey: string;
  readonly clients: readonly ApiClient[];
  readonly lifetimes: NonNullable<SimulatorOptions["tokenLifetimes"]>;
  readonly clock: Clock;
}

interface TokenClaims {
  readonly clientId: string;
  readonly family: TokenFamily;
  readonly number: number;
  readonly expiresAt: number;
}

/** Issues tokens and checks them. Tokens are self-contained; only the number of the last revoked one is kept. */
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

  issue(family: TokenFamily, clientId: string, secret: string): Record<string, unknown> {
    const client = this.#options.clients.find((c) => c.id === clientId && c.secret === secret);
    if (!client) throw new Refusal(401, "Invalid client credentials");
    const lifetime = this.#options.lifetimes[family] ?? DEFAULT_LIFETIMES[family];
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
      scopes: { globalResources: client.globalResources, products: [] },
    });
    return { access_token: token, expires_in: lifetime, token_type: "Bearer", scope: "" };
  }

  checkApiKey(given: string | undefined): void {
    if (given !== this.#options.apiKey)
      throw new Refusal(401, given === undefined ? "x-api-key is missing" : "x-api-key is wrong");
  }

  /** The client that a call's bearer token stands for. 401: no or a wrong token. 403: expired, or of the other family. */
  check(family: TokenFamily, authorization: string | undefined): ApiClient {
    const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) throw new Refusal(401, "A bearer token is required");
    const claims = this.#claims(token);
    const client = claims && this.#options.clients.find((c) => c.id === claims.clientId);
    if (!client) throw new Refusal(401, "The bearer token is not valid");
    if (claims.expiresAt <= this.#options.clock.now().getTime() || claims.number <= this.#revokedUpTo)
      throw new Refusal(403, "The token has expired", { expired: true });
    if (claims.family !== family) throw new Refusal(403, "The token was issued for another API", { expired: true });
    return client;
  }

  #claims(token: string): TokenClaims | null {
    const known = this.#read.get(token);
    if (known) return known;
    const jwt = readJwt(token);
    if (jwt?.["iss"] !== this.#options.issuer) return null;
    const claims: TokenClaims = {
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
