import { LRUCache } from "lru-cache";
import { KoreError, type KoreErrorKind } from "../errors.ts";

export interface CacheOptions {
  /** Time for which a reply is fresh. Milliseconds. */
  freshFor: number;
  /** Additional time for which it is served while KORE fails (stale-if-error). Milliseconds. */
  staleFor: number;
}

/** A cached reply with its age. */
export interface CachedResponse {
  reply: unknown;
  isFresh: boolean;
  ageSeconds: number;
}

/** Replies about SIMs change with each write of SIMs and each event about them. */
const isOfSims = (path: string): boolean => /^\/v1\/accounts\/[^/]+\/subscriptions\?/.test(path);

const MAX_ENTRIES = 10_000;

/** Size of KORE's JSON; parsed, it takes a few times as much. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Failures without information about the resource, unlike 404 or 403. */
const TRANSIENT: ReadonlySet<KoreErrorKind> = new Set([
  "unavailable",
  "timeout",
  "connection",
  "rate-limited",
  "busy",
  "breaker-open",
]);

export const isTransient = (error: unknown): boolean => error instanceof KoreError && TRANSIENT.has(error.kind);

/** Whether an error is a newer answer of KORE's about the resource. */
const isAnswer = (error: unknown): boolean =>
  error instanceof KoreError && !TRANSIENT.has(error.kind) && error.kind !== "aborted";

/**
 * Provisioning, diagnostics and subscription requests change SIMs only, and texts nothing that is cached; KORE does not
 * document the effects of other writes.
 */
export const changesSimsOnly = (operation: string): boolean =>
  ["/provisioning-requests/", "/subscription-requests"].some((part) => operation.includes(part)) ||
  ["/diagnostics", "/messages/send"].some((end) => operation.endsWith(end));

/**
 * Cache of slow-moving KORE responses, by path, which names the account. One cache per credential. Responses are shared
 * between callers and must not be mutated. Failures are not cached; endpoints that return secrets do not use it.
 */
export class ResponseCache {
  readonly #options: CacheOptions;
  readonly #entries = new LRUCache<string, { reply: unknown; at: number; simEpoch: number }>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_BYTES / 4,
  });
  #epoch = 0;
  #simEpoch = 0;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** Number and total size of cached replies. */
  get size(): { entries: number; bytes: number } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
  }

  get(path: string): CachedResponse | undefined {
    const cached = this.#entries.get(path);
    if (!cached) return undefined;
    const { freshFor, staleFor } = this.#options;
    const age = performance.now() - cached.at;
    const isCurrent = !isOfSims(path) || cached.simEpoch === this.#simEpoch;
    if (isCurrent && age < freshFor + staleFor)
      return { reply: cached.reply, isFresh: age < freshFor, ageSeconds: Math.floor(age / 1000) };
    this.#entries.delete(path);
    return undefined;
  }

  /** Sends a read and caches its reply, unless the epoch has changed meanwhile: the reply may predate a write. */
  async fill(path: string, read: (onLength: (bytes: number) => void) => Promise<unknown>): Promise<unknown> {
    const [epoch, simEpoch] = [this.#epoch, this.#simEpoch];
    const at = performance.now();
    let bytes = 1;
    try {
      const reply = await read((measured) => (bytes = measured));
      if (epoch === this.#epoch) this.#entries.set(path, { reply, at, simEpoch }, { size: bytes + path.length });
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

  /** Invalidates all replies about SIMs. */
  clearSims(): void {
    this.#simEpoch += 1;
  }

  /** Invalidates one account, or everything. */
  clear(accountId?: string): void {
    this.#epoch += 1;
    const prefix = accountId === undefined ? "" : `/v1/accounts/${encodeURIComponent(accountId)}/`;
    for (const path of [...this.#entries.keys()]) if (path.startsWith(prefix)) this.#entries.delete(path);
  }
}
