import { type ReplyCache, isPassing } from "./response-cache.ts";
import { type CallSignal } from "../../common/abort.ts";
import { InFlight } from "./request-deduplication.ts";
import { type KoreObserver } from "../events.ts";
import { type ApiRequest, type Requester } from "../api/request-builder.ts";

type Measure = (bytes: number) => void;
/** Sends a read of its own. */
export type Read = (
  request: ApiRequest,
  requester: Requester,
  signal: CallSignal,
  measure?: Measure,
) => Promise<unknown>;

/** Reads of one API that its callers share: identical ones under way are one, and slow-moving answers are kept. */
export class SharedReads {
  readonly #read: Read;
  readonly #observer: KoreObserver;
  readonly #cache: ReplyCache | undefined;
  readonly #isCurrent: () => boolean;
  readonly #underWay = new InFlight<unknown>();
  #generation = 0;

  /** @param isCurrent false: nothing kept is served, and nothing joined; default: always current */
  constructor(
    read: Read,
    observer: KoreObserver,
    cache: ReplyCache | undefined,
    isCurrent: () => boolean = () => true,
  ) {
    this.#isCurrent = isCurrent;
    this.#read = read;
    this.#observer = observer;
    this.#cache = cache;
  }

  get(request: ApiRequest, requester: Requester): Promise<unknown> {
    if (!this.#isCurrent()) this.#forget();
    const cache = request.slowMoving === undefined ? undefined : this.#cache;
    if (!cache) return this.#join(request, requester, (signal) => this.#read(request, requester, signal));
    const { path, operation } = request;
    const kept = cache.get(path);
    if (kept?.isFresh) {
      this.#observer.cacheHit({ operation, isStale: false });
      if (requester.stats) requester.stats.cached += 1;
      return Promise.resolve(kept.reply);
    }
    const answer = this.#join(request, requester, (signal) => {
      this.#observer.cacheMiss(operation);
      return cache.fill(path, (measure) => this.#read(request, requester, signal, measure));
    });
    return kept ? answer.catch((error: unknown) => this.#staleOr(error, cache, request, requester)) : answer;
  }

  /** Keeps a reply no longer that breaks the contract. */
  invalidate({ path }: ApiRequest, reply: unknown): void {
    this.#cache?.delete(path, reply);
  }

  /** How often what was under way has been retired. */
  get generation(): number {
    return this.#generation;
  }

  /** Who comes from now on joins no read that began before. */
  retire(): void {
    this.#generation += 1;
    this.#underWay.retire();
  }

  #forget(): void {
    this.#cache?.clear();
    this.retire();
  }

  #join(
    { path, operation }: ApiRequest,
    { stats, signal, onAnswer }: Requester,
    start: (signal: CallSignal) => Promise<unknown>,
  ): Promise<unknown> {
    if (this.#underWay.has(path)) {
      this.#observer.coalesced(operation);
      if (stats) stats.coalesced += 1;
    }
    const answer = this.#underWay.join(path, operation, start, signal);
    if (onAnswer) void answer.then(onAnswer, onAnswer); // Heard before whoever asked hears the answer.
    return answer;
  }

  /** While KORE fails, what it said last stands in, and the caller is told so. */
  #staleOr(error: unknown, cache: ReplyCache, request: ApiRequest, { stats, onStale }: Requester): unknown {
    const { path, operation, slowMoving } = request;
    const kept = isPassing(error) ? cache.get(path) : undefined;
    if (!kept || slowMoving === undefined) throw error;
    this.#observer.cacheHit({ operation, isStale: true });
    if (stats) stats.cached += 1;
    onStale?.({ read: slowMoving, ageSeconds: kept.ageSeconds });
    return kept.reply;
  }
}
