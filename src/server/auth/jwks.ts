import { type JWTVerifyGetKey, createLocalJWKSet, errors } from "jose";
import { request } from "undici";
import { AuthenticationUnavailable } from "./failure.ts";

export interface KeySetOptions {
  url: string;
  onFailure: (error: unknown) => void;
  timing?: KeySetTiming;
}

/** Milliseconds. */
export interface KeySetTiming {
  /** For one fetch, from asking to the last byte. */
  deadline: number;
  /** From here on the keys are fetched again beside the running work: a key may have been withdrawn. */
  maxAge: number;
  /** An unknown key costs at most one fetch in this time: anybody can make up key ids. */
  cooldown: number;
  /** The same after a fetch that failed. */
  retryAfter: number;
}

const TIMING: KeySetTiming = { deadline: 5_000, maxAge: 10 * 60_000, cooldown: 30_000, retryAfter: 1_000 };
const MAX_BYTES = 1024 * 1024;

/**
 * The keys of an issuer, fetched at first need so that a start needs no network. While the issuer cannot be reached the
 * keys in hand go on being used. jose's own remote set forgets them by age, and lets every caller start a fetch as long
 * as fetches fail.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  readonly #timing: KeySetTiming;
  #find: JWTVerifyGetKey | undefined;
  /** Both by the monotonic clock. */
  #fetchedAt = 0;
  #nextFetch = 0;
  #hasFailed = false;
  #pending: Promise<boolean> | undefined;

  constructor(options: KeySetOptions) {
    this.#options = options;
    this.#timing = options.timing ?? TIMING;
  }

  /** @throws AuthenticationUnavailable when the keys cannot be fetched */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#find) await this.#fetch();
    if (!this.#find) throw unavailable();
    if (performance.now() > this.#fetchedAt + this.#timing.maxAge) void this.#fetch();
    try {
      return await this.#find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Keys are rotated: it may be a new one.
      const isFresh = await this.#fetch();
      if (isFresh) return this.#find(header, token);
      throw this.#hasFailed ? unavailable() : error;
    }
  };

  /** Whether there are new keys. One fetch at a time, and none too soon after another. */
  #fetch(): Promise<boolean> {
    if (!this.#pending && performance.now() < this.#nextFetch) return Promise.resolve(false);
    this.#pending ??= this.#tryFetch().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #tryFetch(): Promise<boolean> {
    try {
      this.#find = await keysAt(this.#options.url, this.#timing.deadline);
      this.#fetchedAt = performance.now();
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      this.#options.onFailure(error);
    }
    this.#nextFetch = performance.now() + (this.#hasFailed ? this.#timing.retryAfter : this.#timing.cooldown);
    return !this.#hasFailed;
  }
}

/** No redirection is followed: the address is what the operator trusts. */
async function keysAt(url: string, deadline: number): Promise<JWTVerifyGetKey> {
  const headers = { accept: "application/json" };
  const { statusCode, body } = await request(url, { headers, signal: AbortSignal.timeout(deadline) });
  const text = await textOf(body);
  if (statusCode !== 200) throw new Error(`The key set answered HTTP ${statusCode}`);
  const set = JSON.parse(text) as Parameters<typeof createLocalJWKSet>[0];
  const find = createLocalJWKSet(set);
  if (set.keys.length === 0) throw new Error("The key set is empty");
  return find;
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`The key set is larger than ${MAX_BYTES} bytes`);
  }
  return Buffer.concat(parts).toString();
}

function unavailable(): AuthenticationUnavailable {
  return new AuthenticationUnavailable("the issuer's keys cannot be fetched");
}
