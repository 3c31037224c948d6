import { setTimeout as delay } from "node:timers/promises";
import { KoreError } from "../errors.ts";
import { isRecord } from "../decoding/decode.ts";

interface Token {
  value: string;
  /** When a new token is requested in the background. */
  renewAt: number;
  /** When calls wait for a new token. */
  expiresAt: number;
}

/** KORE's reply to a token request. */
export interface TokenReply {
  value: string;
  /** Milliseconds. */
  lifetime: number;
  /** Time until renewal. Milliseconds. @default {@link renewAfter} of the lifetime */
  renewIn?: number;
}

export interface TokenSourceOptions {
  /** Requests a token. `refused`: a token that KORE no longer accepts, so it must not be returned. */
  request: (requestId?: string, refused?: string) => Promise<TokenReply>;
  onRenewed: () => void;
  /** Called when a background renewal fails; the present token is still valid, so no call fails. */
  onRenewalFailed: (error: unknown) => void;
  /** Called for each call whose token KORE accepts. */
  onAccepted?: () => void;
  /** Milliseconds since any fixed point. @default the monotonic clock */
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Lifetime for a reply without `expires_in`. Seconds. KORE's guide states 10 hours for the legacy endpoint and up to 24
 * months for the current one; a token that expires earlier is replaced when KORE refuses it.
 */
const LIFETIME_WHEN_NOT_STATED = 3600;

/** A token is renewed when this share of its lifetime is over, but no earlier than five minutes before the end. */
const RENEW_AFTER = 0.8;
const MAX_RENEW_AHEAD = 5 * 60_000;

/** Time until a token is renewed, by its lifetime. Milliseconds. */
export function renewAfter(lifetime: number): number {
  return lifetime - Math.min(lifetime * (1 - RENEW_AFTER), MAX_RENEW_AHEAD);
}

/** Between replacements of tokens that KORE refuses. Milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** No pause before the first attempt, then 1, 2, 4 … and at most 30 seconds. Milliseconds. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
}

/** Source of bearer tokens. */
export interface Tokens {
  /** The present token; undefined when a new one has to be requested. */
  current(): string | undefined;
  /** @param requestId of the operation that needs the token, for a request's log lines */
  get(requestId?: string): Promise<string>;
  /**
   * The token to retry with after KORE refused one to a call of `operation`: one that was fetched meanwhile, or a new one
   * after up to a second.
   *
   * @returns undefined when replacements have not helped this operation and the next is not due: KORE refuses the operation
   * @throws KoreError `unauthenticated` when the next replacement is not due because of other operations
   */
  replace(refused: string, operation: string, requestId?: string): Promise<string | undefined>;
  /** Records that KORE accepted a token. Called for each call, so it must be cheap. */
  accepted(token: string): void;
  /** Records that a refused call of `operation` has succeeded with a replacement. */
  confirmReplacement(operation: string): void;
  /** Time until the renewal of the present token. Milliseconds. */
  readonly validFor: number;
}

/** Replacements that did not end a refusal. */
interface Attempts {
  count: number;
  /** Of the last one. */
  at: number;
}

/** After so many replacements a refusal counts as one of the operation itself, such as missing permissions. */
const MAX_FAILED_REPLACEMENTS = 2;

/** KORE refused the call's token, so it did not process the call. */
function tooEarly(operation: string, retryAfter: number): KoreError {
  const message = "KORE refuses the tokens that it issues; the next attempt has to wait";
  return new KoreError("unauthenticated", message, { operation, isUnsent: true, retryAfter });
}

const NO_ATTEMPT: Attempts = { count: 0, at: -Infinity };

/**
 * A bearer token, fetched by one request for all waiting calls and renewed before it expires. Growing pauses bound the
 * replacements of refused tokens: one for all operations while no call is accepted (an API that refuses every token, or
 * tokens that become valid late), and one per operation (a refusal of permissions in the words of an expired token).
 */
export class TokenSource implements Tokens {
  readonly #options: TokenSourceOptions;
  readonly #now: () => number;
  readonly #sleep: (milliseconds: number) => Promise<unknown>;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  #failedRenewals = 0;
  #failedReplacements = NO_ATTEMPT;
  /** By method and path template, so bounded by the number of endpoints. */
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
      // Counted as failed until a call is accepted. Calls that join the pending request are no attempt of their own.
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

  /** Whether a refused token was replaced and no call has been accepted since. */
  get isSuspect(): boolean {
    return this.#failedReplacements.count > 0;
  }

  /** Drops the present token. */
  clear(): void {
    this.#token = undefined;
  }

  /** Whether a token other than the refused one is present or pending. */
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

  /** In the background: calls use the present token, so failures cost one request per pause, not one per call. */
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

/** Characters that are valid in a header value. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** @throws KoreError `unauthenticated` when a 200 holds an OAuth error instead of a token, `contract` when it holds neither */
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
