import { KoreError } from "./error.ts";
import { isRecord } from "./reading.ts";

interface Token {
  value: string;
  /** From here on a new one is fetched beside the running calls. */
  renewAt: number;
  /** From here on calls wait for a new one. */
  expiresAt: number;
}

export interface TokenSourceOptions {
  /** Asks KORE for a token and gives the parsed reply. */
  request: (requestId?: string) => Promise<unknown>;
  onRenewed: () => void;
  /** Called when a renewal ahead of time fails; the old token is still good, so no call fails with it. */
  onRenewalFailed: (error: unknown) => void;
  /** Milliseconds since any fixed point, untouched by steps of the system clock. Default: the monotonic clock. */
  now?: () => number;
}

/**
 * KORE's guide says 10 hours for the legacy endpoint and up to 24 months for the current one. A reply without
 * `expires_in` is trusted for less than any of them; a token that dies earlier is refreshed on KORE's refusal.
 */
const LIFETIME_WHEN_NOT_STATED = 3600;

/** Renew when this share of the lifetime is over, but no earlier than five minutes before the end. */
const RENEW_AFTER = 0.8;
const RENEW_AHEAD_AT_MOST = 5 * 60_000;

/** A token this young that KORE calls expired lacks rights instead: at most so often does a 403 cost a token. */
const TOO_YOUNG_TO_EXPIRE = 30_000;

/** Where calls get their bearer token. */
export interface Tokens {
  /** The token at hand, when it is good still; undefined when one has to be asked for. */
  current(): string | undefined;
  /** `requestId`: of the operation that needs it, should it have to be asked for. */
  get(requestId?: string): Promise<string>;
  /**
   * The token to try after KORE refused `refused`: the one that somebody else has fetched meanwhile, or a new one.
   * `undefined` when a new one would not help: a 403 to a token that was just fetched because of a 403 is about rights.
   * Later it may be about expiry again, so it is tried again then.
   */
  replace(refused: string, status: 401 | 403): Promise<string | undefined>;
  /** For how long the present one need not be asked for again. Milliseconds. */
  readonly goodFor: number;
}

/** A bearer token that is fetched once however many wait for it, and renewed before it expires. */
export class TokenSource implements Tokens {
  readonly #options: TokenSourceOptions;
  readonly #now: () => number;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  /** The token that was fetched because of a 403, and when. */
  #afterForbidden: { value: string; at: number } | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  current(): string | undefined {
    const token = this.#token;
    const now = this.#now();
    if (!token || now >= token.expiresAt) return undefined;
    if (now >= token.renewAt && !this.#pending) this.#fetch().catch(this.#options.onRenewalFailed);
    return token.value;
  }

  async get(requestId?: string): Promise<string> {
    return this.current() ?? (await this.#fetch(requestId)).value;
  }

  async replace(refused: string, status: 401 | 403): Promise<string | undefined> {
    if (this.#token && this.#token.value !== refused) return this.#token.value;
    if (status === 401) return (await this.#fetch()).value;
    const last = this.#afterForbidden;
    if (last?.value === refused && this.#now() < last.at + TOO_YOUNG_TO_EXPIRE) return undefined;
    const { value } = await this.#fetch();
    this.#afterForbidden = { value, at: this.#now() };
    return value;
  }

  get goodFor(): number {
    return Math.max(0, (this.#token?.renewAt ?? 0) - this.#now());
  }

  /** Fetches a new one, whatever the present one is. */
  async renew(): Promise<void> {
    await this.#fetch();
  }

  /** The present one is dead. */
  forget(): void {
    this.#token = undefined;
  }

  #fetch(requestId?: string): Promise<Token> {
    this.#pending ??= this.#request(requestId).finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #request(requestId?: string): Promise<Token> {
    const asked = this.#now();
    const reply = await this.#options.request(requestId);
    if (!isRecord(reply) || typeof reply.access_token !== "string" || reply.access_token === "") {
      throw new KoreError("contract", "KORE's token reply holds no token", { operation: "POST token" });
    }
    const stated = Number(reply.expires_in);
    const lifetime = (stated > 0 ? stated : LIFETIME_WHEN_NOT_STATED) * 1000;
    const ahead = Math.min(lifetime * (1 - RENEW_AFTER), RENEW_AHEAD_AT_MOST);
    this.#token = { value: reply.access_token, renewAt: asked + lifetime - ahead, expiresAt: asked + lifetime };
    this.#options.onRenewed();
    return this.#token;
  }
}
