import { type ResponseCache, isTransient } from "./response-cache.ts";
import { type AbortSignalLike } from "../../common/abort.ts";
import { RequestDeduplication } from "./request-deduplication.ts";
import { type KoreObserver } from "../events.ts";
import { type ApiRequest, type Requester } from "../api/request-builder.ts";

type Measure = (bytes: number) => void;
/** Sends a read, without deduplication. */
export type Read = (
  request: ApiRequest,
  requester: Requester,
  signal: AbortSignalLike,
  measure?: Measure,
) => Promise<unknown>;

/** Reads of one API: deduplicates identical reads in flight and caches slow-moving answers. */
export class CachedReads {
  readonly #read: Read;
  readonly #observer: KoreObserver;
  readonly #cache: ResponseCache | undefined;
  readonly #isCurrent: () => boolean;
  readonly #inFlight = new RequestDeduplication<unknown>();
  #epoch = 0;

  /** @param isCurrent false: cache and deduplication are bypassed. @default always true */
  constructor(
    read: Read,
    observer: KoreObserver,
    cache: ResponseCache | undefined,
    isCurrent: () => boolean = () => true,
  ) {
    this.#isCurrent = isCurrent;
    this.#read = read;
    this.#observer = observer;
    this.#cache = cache;
  }

  get(request: ApiRequest, requester: Requester): Promise<unknown> {
    if (!this.#isCurrent()) this.#clear();
    const cache = request.cacheable === undefined ? undefined : this.#cache;
    if (!cache) return this.#join(request, requester, (signal) => this.#read(request, requester, signal));
    const { path, operation } = request;
    const cached = cache.get(path);
    if (cached?.isFresh) {
      this.#observer.cacheHit({ operation, isStale: false });
      if (requester.stats) requester.stats.cached += 1;
      return Promise.resolve(cached.reply);
    }
    const answer = this.#join(request, requester, (signal) => {
      this.#observer.cacheMiss(operation);
      return cache.fill(path, (measure) => this.#read(request, requester, signal, measure));
    });
    return cached ? answer.catch((error: unknown) => this.#staleOr(error, cache, request, requester)) : answer;
  }

  /** Evicts a reply that breaks the contract. */
  evict({ path }: ApiRequest, reply: unknown): void {
    this.#cache?.delete(path, reply);
  }

  /** Number of invalidations. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Later reads do not join reads that began before, nor use cached replies about SIMs. */
  invalidate(): void {
    this.#epoch += 1;
    this.#cache?.clearSims();
    this.#inFlight.invalidate();
  }

  #clear(): void {
    this.#cache?.clear();
    this.invalidate();
  }

  #join(
    { path, operation }: ApiRequest,
    { stats, signal, onAnswer }: Requester,
    start: (signal: AbortSignalLike) => Promise<unknown>,
  ): Promise<unknown> {
    if (this.#inFlight.has(path)) {
      this.#observer.coalesced(operation);
      if (stats) stats.coalesced += 1;
    }
    return this.#inFlight.join(path, operation, start, { signal, onAnswer });
  }

  /** Stale-if-error: serves the last answer and reports it to `onStale`. */
  #staleOr(error: unknown, cache: ResponseCache, request: ApiRequest, { stats, onStale }: Requester): unknown {
    const { path, operation, cacheable } = request;
    const cached = isTransient(error) ? cache.get(path) : undefined;
    if (!cached || cacheable === undefined) throw error;
    this.#observer.cacheHit({ operation, isStale: true });
    if (stats) stats.cached += 1;
    onStale?.({ read: cacheable, ageSeconds: cached.ageSeconds });
    return cached.reply;
  }
}
