import { setTimeout as delay } from "node:timers/promises";
import { KoreError } from "../errors.ts";
import { isRecord } from "../decoding/decode.ts";

interface Token {
  value: string;
  /** From here on a new one is fetched beside the running calls. */
  renewAt: number;
  /** From here on calls wait for a new one. */
  expiresAt: number;
}

/** A token as KORE gave it. */
export interface TokenReply {
  value: string;
  /** Milliseconds. */
  lifetime: number;
  /** When a new one is to be asked for, from now; milliseconds. Default: when most of the lifetime is over. */
  renewIn?: number;
}

export interface TokenSourceOptions {
  /** Asks KORE for a token. `refused`: one that KORE does not accept any more, so that it will not do. */
  request: (requestId?: string, refused?: string) => Promise<TokenReply>;
  onRenewed: () => void;
  /** Called when a renewal ahead of time fails; the old token is still good, so no call fails with it. */
  onRenewalFailed: (error: unknown) => void;
  /** Called for each call whose token KORE has accepted. */
  onAccepted?: () => void;
  /** Milliseconds since any fixed point, untouched by steps of the system clock. Default: the monotonic clock. */
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<unknown>;
}

/**
 * KORE's guide says 10 hours for the legacy endpoint and up to 24 months for the current one. A reply without
 * `expires_in` is trusted for less than any of them; a token that dies earlier is refreshed on KORE's refusal.
 */
const LIFETIME_WHEN_NOT_STATED = 3600;

/** Renew when this share of the lifetime is over, but no earlier than five minutes before the end. */
const RENEW_AFTER = 0.8;
const RENEW_AHEAD_AT_MOST = 5 * 60_000;

/** How long a token of a lifetime is used before a new one is asked for. Milliseconds. */
export function renewAfter(lifetime: number): number {
  return lifetime - Math.min(lifetime * (1 - RENEW_AFTER), RENEW_AHEAD_AT_MOST);
}

/** Between replacements of tokens that KORE goes on refusing. Milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** None before the first attempt; then one second, two, four, … and half a minute. Milliseconds. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
}

/** Where calls get their bearer token. */
export interface Tokens {
  /** The token at hand, when it is good still; undefined when one has to be asked for. */
  current(): string | undefined;
  /** `requestId`: of the operation that needs it, should it have to be asked for. */
  get(requestId?: string): Promise<string>;
  /**
   * The token to try after KORE refused `refused` to a call of `operation`: one fetched meanwhile, or a new one, waited
   * for up to a second. `undefined` when new tokens have not helped this operation before and it is too early for the
   * next: the refusal is about the operation.
   *
   * @throws KoreError `unauthenticated` when it is too early for the next because of other operations
   */
  replace(refused: string, operation: string, requestId?: string): Promise<string | undefined>;
  /** KORE has accepted a token. Called for each call, so it must be cheap. */
  accepted(token: string): void;
  /** A call of `operation` that was refused has succeeded with a replacement. */
  confirmReplacement(operation: string): void;
  /** For how long the present one need not be asked for again. Milliseconds. */
  readonly validFor: number;
}

/** Replacements of tokens that did not end a refusal. */
interface Attempts {
  count: number;
  /** When the last was made. */
  at: number;
}

/** Replacements after which a refusal is taken to be about the operation itself, such as its rights. */
const MAX_FAILED_REPLACEMENTS = 2;

/** The call was refused with its token, so KORE did not work on it. */
function tooEarly(operation: string, retryAfter: number): KoreError {
  const message = "KORE refuses the tokens that it gives, and is not asked for another yet";
  return new KoreError("unauthenticated", message, { operation, isUnsent: true, retryAfter });
}

const NO_ATTEMPT: Attempts = { count: 0, at: -Infinity };

/**
 * A bearer token, fetched by one request for all waiting calls and renewed before it expires. Replacements of refused
 * tokens are bounded: by a pause that grows while no call is accepted (an API that refuses every token, tokens that
 * become valid late), and by one for each operation (a refusal in an expired token's words that is about rights).
 */
export class TokenSource implements Tokens {
  readonly #options: TokenSourceOptions;
  readonly #now: () => number;
  readonly #sleep: (milliseconds: number) => Promise<unknown>;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  #failedRenewals = 0;
  #failedReplacements = NO_ATTEMPT;
  /** By method and path template: as many as there are endpoints. */
  readonly #failedReplacementsOf = new Map<string, Attempts>();

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#sleep = options.sleep ?? delay;
  }

  current(): string | undefined {
    const token = this.#token;
    const now = this.#now();
    if (!token || now >= token.expiresAt) return undefined;
    if (now >= token.renewAt && !this.#pending) this.#renewAhead(token);
    return token.value;
  }

  async get(requestId?: string): Promise<string> {
    return this.current() ?? (await this.#fetch(requestId)).value;
  }

  async replace(refused: string, operation: string, requestId?: string): Promise<string | undefined> {
    const pause = this.#isReplaced(refused) ? 0 : this.#pauseBefore(operation);
    if (pause > FIRST_PAUSE) {
      if ((this.#failedReplacementsOf.get(operation)?.count ?? 0) >= MAX_FAILED_REPLACEMENTS) return undefined;
      throw tooEarly(operation, pause);
    }
    if (pause > 0) await this.#sleep(pause);
    if (this.#token && this.#token.value !== refused) return this.#token.value;
    if (!this.#pending) {
      // Counted as useless until a call is accepted. Calls that join the request make no attempt of their own.
      this.#failedReplacements = this.#oneMore(this.#failedReplacements);
      this.#failedReplacementsOf.set(operation, this.#oneMore(this.#failedReplacementsOf.get(operation)));
    }
    return (await this.#fetch(requestId, refused)).value;
  }

  accepted(token: string): void {
    if (this.#failedReplacements.count > 0 && token === this.#token?.value) this.#failedReplacements = NO_ATTEMPT;
    this.#options.onAccepted?.();
  }

  confirmReplacement(operation: string): void {
    this.#failedReplacementsOf.delete(operation);
  }

  get validFor(): number {
    return Math.max(0, (this.#token?.renewAt ?? 0) - this.#now());
  }

  /** Whether a token has been replaced on KORE's refusal, and no call accepted since. */
  get isSuspect(): boolean {
    return this.#failedReplacements.count > 0;
  }

  /** Drops the present token. */
  clear(): void {
    this.#token = undefined;
  }

  /** Whether another token than this is there, or asked for. */
  #isReplaced(refused: string): boolean {
    return this.#pending !== undefined || (this.#token !== undefined && this.#token.value !== refused);
  }

  #pauseBefore(operation: string): number {
    const pauses = [this.#failedReplacements, this.#failedReplacementsOf.get(operation) ?? NO_ATTEMPT].map(
      ({ count, at }) => at + pauseAfter(count) - this.#now(),
    );
    return Math.max(0, ...pauses);
  }

  #oneMore({ count }: Attempts = NO_ATTEMPT): Attempts {
    return { count: count + 1, at: this.#now() };
  }

  /** Calls go on with the token at hand, so failures cost one request after each pause, not one for each call. */
  #renewAhead(token: Token): void {
    this.#fetch().catch((error: unknown) => {
      this.#failedRenewals += 1;
      token.renewAt = this.#now() + pauseAfter(this.#failedRenewals);
      this.#options.onRenewalFailed(error);
    });
  }

  #fetch(requestId?: string, refused?: string): Promise<Token> {
    this.#pending ??= this.#request(requestId, refused).finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #request(requestId?: string, refused?: string): Promise<Token> {
    const asked = this.#now();
    const reply = await this.#options.request(requestId, refused);
    const { value, lifetime, renewIn = renewAfter(lifetime) } = reply;
    this.#token = { value, renewAt: asked + renewIn, expiresAt: asked + lifetime };
    this.#failedRenewals = 0;
    this.#options.onRenewed();
    return this.#token;
  }
}

/** Characters that a header value may have. */
const SENDABLE = /^[\x21-\x7e]+$/;

/**
 * Reads the reply of a token endpoint.
 *
 * @throws KoreError `unauthenticated` when a 200 holds an OAuth error instead of a token, `contract` when it holds neither
 */
export function readToken(reply: unknown): TokenReply {
  const operation = "POST token";
  if (isRecord(reply) && typeof reply.access_token === "string" && SENDABLE.test(reply.access_token)) {
    const stated = Number(reply.expires_in);
    return { value: reply.access_token, lifetime: (stated > 0 ? stated : LIFETIME_WHEN_NOT_STATED) * 1000 };
  }
  if (isRecord(reply) && (typeof reply.error === "string" || isRecord(reply.error))) {
    throw new KoreError("unauthenticated", "KORE's token reply holds an error", { operation, status: 200 });
  }
  throw new KoreError("contract", "KORE's token reply holds no token", { operation, status: 200 });
}
