import { LRUCache } from "lru-cache";
import { KoreError, type KoreErrorKind } from "../errors.ts";

export interface CacheOptions {
  /** How long an answer is fresh. Milliseconds. */
  freshFor: number;
  /** How much longer it is served while KORE fails (stale-if-error). Milliseconds. */
  staleFor: number;
}

/** An answer, and how old it is. */
export interface CachedResponse {
  reply: unknown;
  isFresh: boolean;
  ageSeconds: number;
}

const MAX_ENTRIES = 10_000;

/** Of JSON as KORE sent it; parsed, it takes a few times as much. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Failures without information about the resource. A 404 or 403 is passed on as it is. */
const TRANSIENT: ReadonlySet<KoreErrorKind> = new Set([
  "unavailable",
  "timeout",
  "connection",
  "rate-limited",
  "busy",
  "breaker-open",
]);

export const isTransient = (error: unknown): boolean => error instanceof KoreError && TRANSIENT.has(error.kind);

/** Whether KORE has answered differently by now. An aborted call has no answer. */
const isAnswer = (error: unknown): boolean =>
  error instanceof KoreError && !TRANSIENT.has(error.kind) && error.kind !== "aborted";

/** KORE's orders change SIMs, of which nothing is kept; what any other write changes is not stated. */
export const changesSimsOnly = (operation: string): boolean => operation.includes("/provisioning-requests/");

/**
 * Cache of slow-moving KORE responses, by path, which names the account. One cache per credential. Responses are shared
 * between callers and must not be mutated. Failures are not cached; endpoints that return secrets do not use it.
 */
export class ResponseCache {
  readonly #options: CacheOptions;
  readonly #entries = new LRUCache<string, { reply: unknown; at: number }>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_BYTES / 4,
  });
  #epoch = 0;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** How many answers are kept, and how long they are together. */
  get size(): { entries: number; bytes: number } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
  }

  get(path: string): CachedResponse | undefined {
    const kept = this.#entries.get(path);
    if (!kept) return undefined;
    const { freshFor, staleFor } = this.#options;
    const age = performance.now() - kept.at;
    if (age < freshFor + staleFor)
      return { reply: kept.reply, isFresh: age < freshFor, ageSeconds: Math.floor(age / 1000) };
    this.#entries.delete(path);
    return undefined;
  }

  /** Requests and caches. The answer is not cached when the epoch has changed meanwhile: it may predate the write. */
  async fill(path: string, ask: (onLength: (bytes: number) => void) => Promise<unknown>): Promise<unknown> {
    const epoch = this.#epoch;
    const at = performance.now();
    let bytes = 1;
    try {
      const reply = await ask((measured) => (bytes = measured));
      if (epoch === this.#epoch) this.#entries.set(path, { reply, at }, { size: bytes + path.length });
      return reply;
    } catch (error) {
      if (isAnswer(error)) this.#entries.delete(path);
      throw error;
    }
  }

  /** Evicts this reply; a newer one stays. */
  delete(path: string, reply: unknown): void {
    if (this.#entries.peek(path)?.reply === reply) this.#entries.delete(path);
  }

  /** Invalidates what a write may have changed. */
  clearAfter(operation: string): void {
    if (!changesSimsOnly(operation)) this.clear();
  }

  /** Invalidates one account, or everything. */
  clear(accountId?: string): void {
    this.#epoch += 1;
    const prefix = accountId === undefined ? "" : `/v1/accounts/${encodeURIComponent(accountId)}/`;
    for (const path of [...this.#entries.keys()]) if (path.startsWith(prefix)) this.#entries.delete(path);
  }
}
