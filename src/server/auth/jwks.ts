import { type JWTVerifyGetKey, createLocalJWKSet, errors } from "jose";
import { Agent } from "undici";
import { AuthenticationUnavailable } from "./errors.ts";

export interface KeySetOptions {
  url: string;
  onFailure: (error: unknown) => void;
  timing?: KeySetTiming;
}

/** Milliseconds. */
export interface KeySetTiming {
  /** Of one fetch, to the last byte. */
  deadline: number;
  /** After this the keys are fetched again in the background: a key may have been revoked. */
  maxAge: number;
  /** Unknown keys cause at most one fetch in this time: callers can invent key ids. */
  cooldown: number;
  /** The same after a fetch that failed. */
  retryAfter: number;
}

const TIMING: KeySetTiming = { deadline: 5_000, maxAge: 10 * 60_000, cooldown: 30_000, retryAfter: 1_000 };
const MAX_BYTES = 1024 * 1024;

/**
 * The keys of an issuer, fetched on first use. While the issuer is unreachable, the last keys stay in use; jose's
 * `createRemoteJWKSet` drops them by age, and starts a fetch for every caller while fetches fail.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  readonly #timing: KeySetTiming;
  readonly #agent = new Agent();
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
      // Keys are rotated: this may be a new one.
      const isFresh = await this.#fetch();
      if (isFresh) return this.#find(header, token);
      throw this.#hasFailed ? unavailable() : error;
    }
  };

  /** Whether new keys were fetched. One fetch at a time, and none within the cooldown. */
  #fetch(): Promise<boolean> {
    if (!this.#pending && performance.now() < this.#nextFetch) return Promise.resolve(false);
    this.#pending ??= this.#tryFetch().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #tryFetch(): Promise<boolean> {
    try {
      this.#find = await keysAt(this.#options.url, this.#agent, this.#timing.deadline);
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

/** Follows no redirection: the operator trusts this address. */
async function keysAt(url: string, agent: Agent, deadline: number): Promise<JWTVerifyGetKey> {
  const { origin, pathname, search } = new URL(url);
  const { statusCode, body } = await agent.request({
    ...{ origin, path: pathname + search, method: "GET", headers: { accept: "application/json" } },
    signal: AbortSignal.timeout(deadline),
  });
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
