import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";
import { type Limits } from "./limits.ts";

/** A quota of points per caller and minute. */
export interface RateLimit {
  /** Takes points from a caller's quota. Over it: takes none, and returns the milliseconds until it is renewed. */
  take(caller: string, points: number): number | undefined | Promise<number | undefined>;
}

/** The rate limits of each caller; undefined: unlimited. */
export interface RateLimits<Each = RateLimit> {
  operations: Each | undefined;
  koreRequests: Each | undefined;
}

/** Milliseconds until the quota is renewed, or prefetched tokens and the milliseconds until they expire. */
type Reservation = { wait: number } | { ahead: number; endsIn: number };

/** A rate limit that other processes share. */
export interface SharedRateLimit extends RateLimit {
  /** Takes points as `take` does and, if requested and available, prefetches further ones. */
  reserve(caller: string, points: number, wantsMore: boolean): Reservation;
}

/** Rate limits in this process's memory. */
export function rateLimitsInMemory(
  limits: Pick<Limits, "operationsPerMinute" | "koreRequestsPerMinute">,
): RateLimits<SharedRateLimit> {
  const perMinute = (points: number) => (points > 0 ? rateLimitInMemory(points) : undefined);
  return {
    operations: perMinute(limits.operationsPerMinute),
    koreRequests: perMinute(limits.koreRequestsPerMinute),
  };
}

const MINUTE_MS = 60_000;

/** Callers with a quota of their own. Further callers share one, which bounds the memory. */
const MAX_CALLERS = 10_000;

/** A caller's use within its current minute. */
interface Minute {
  used: number;
  /** By `performance.now()`. */
  readonly endsAt: number;
}

export function rateLimitInMemory(pointsPerMinute: number, maxCallers = MAX_CALLERS): SharedRateLimit {
  /** By caller, in the order in which they end. */
  const minutes = new Map<string, Minute>();
  let overflow: Minute | undefined;
  const minuteOf = (caller: string): Minute => {
    const now = performance.now();
    const own = minutes.get(caller);
    if (own && own.endsAt > now) return own;
    for (const [other, { endsAt }] of minutes) {
      if (endsAt > now) break;
      minutes.delete(other);
    }
    if (minutes.size === maxCallers && overflow && overflow.endsAt > now) return overflow;
    const minute = { used: 0, endsAt: now + MINUTE_MS };
    if (minutes.size === maxCallers) overflow = minute;
    else minutes.set(caller, minute);
    return minute;
  };
  return {
    take(caller, points) {
      const minute = minuteOf(caller);
      if (minute.used + points > pointsPerMinute) return minute.endsAt - performance.now();
      minute.used += points;
      return undefined;
    },
    reserve(caller, points, wantsMore) {
      const minute = minuteOf(caller);
      const endsIn = minute.endsAt - performance.now();
      const left = pointsPerMinute - minute.used - points;
      if (left < 0) return { wait: endsIn };
      const ahead = wantsMore ? Math.min(left, Math.floor(pointsPerMinute * PREFETCHED_SHARE)) : 0;
      minute.used += points + ahead;
      return { ahead, endsIn };
    },
  };
}

/** The share of a minute's points that another process may prefetch at once. */
const PREFETCHED_SHARE = 0.005;

/** Tokens of a caller that this process has prefetched. They expire with the caller's minute. */
interface PrefetchedTokens {
  points: number;
  /** By `performance.now()`. */
  endsAt: number;
  /** One request for more at a time. */
  isRequesting: boolean;
}

/** A rate limit over a shared one, which is called once for many operations. The total is never exceeded. */
export function prefetchedRateLimit(
  ask: (...args: Parameters<SharedRateLimit["reserve"]>) => Promise<Reservation>,
): RateLimit {
  const byCaller = new LRUCache<string, PrefetchedTokens>({ max: MAX_CALLERS });
  const tokensOf = (caller: string): PrefetchedTokens => {
    const tokens = byCaller.get(caller) ?? { points: 0, endsAt: 0, isRequesting: false };
    if (tokens.endsAt <= performance.now()) tokens.points = 0;
    byCaller.set(caller, tokens);
    return tokens;
  };
  const fetchMore = async (caller: string, points: number, tokens: PrefetchedTokens): Promise<number | undefined> => {
    const wantsMore = !tokens.isRequesting;
    tokens.isRequesting = true;
    const calledAt = performance.now(); // Before the call: prefetched tokens must not outlive the minute.
    try {
      const reservation = await ask(caller, points, wantsMore);
      if ("wait" in reservation) return reservation.wait;
      tokens.points = tokensOf(caller).points + reservation.ahead;
      tokens.endsAt = calledAt + reservation.endsIn;
      return undefined;
    } finally {
      if (wantsMore) tokens.isRequesting = false;
    }
  };
  return {
    take(caller, points) {
      const tokens = tokensOf(caller);
      if (tokens.points < points) return fetchMore(caller, points, tokens);
      tokens.points -= points;
      return undefined;
    },
  };
}

export function rateLimited(what: string, waitMs: number): GraphQLError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const headers = new HeaderMap([["retry-after", String(retryAfterSeconds)]]);
  return new GraphQLError(`Too many ${what} within a minute; try again in ${retryAfterSeconds} seconds`, {
    extensions: { code: "RATE_LIMITED", retryAfterSeconds, http: { status: 429, headers } },
  });
}
