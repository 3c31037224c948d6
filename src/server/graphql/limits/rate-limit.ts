import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";
import { type Limits } from "./limits.ts";

/** What each caller may use up in a minute. */
export interface RateLimit {
  /** Takes points of a caller's. Too many: takes none, and answers after how many milliseconds there will be more. */
  take(caller: string, points: number): number | undefined | Promise<number | undefined>;
}

/** What is counted of each caller; absent: any number. */
export interface RateLimits<Each = RateLimit> {
  operations: Each | undefined;
  koreRequests: Each | undefined;
}

/** What a caller asks for is too much for how long, or is taken, and so much more, for as long. Milliseconds. */
type Reservation = { wait: number } | { ahead: number; endsIn: number };

/** An allowance that other processes draw on. */
export interface SharedRateLimit extends RateLimit {
  /** Takes points as `take` does and, if wanted, some that are not asked for yet, while there are. */
  reserve(caller: string, points: number, wantsMore: boolean): Reservation;
}

/** Kept in memory here. Processes that are one graph share those of one of them. */
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

/** Callers with a minute of their own. Those beyond share one: their number must not fill our memory. */
const MAX_CALLERS = 10_000;

/** What a caller has used of a minute that it began. */
interface Minute {
  used: number;
  /** By `performance.now()`. */
  readonly endsAt: number;
}

export function rateLimitInMemory(pointsPerMinute: number, maxCallers = MAX_CALLERS): SharedRateLimit {
  /** In the order in which they end. */
  const minutes = new Map<string, Minute>();
  let ofOthers: Minute | undefined;
  const minuteOf = (caller: string): Minute => {
    const now = performance.now();
    const own = minutes.get(caller);
    if (own && own.endsAt > now) return own;
    for (const [other, { endsAt }] of minutes) {
      if (endsAt > now) break;
      minutes.delete(other);
    }
    if (minutes.size === maxCallers && ofOthers && ofOthers.endsAt > now) return ofOthers;
    const minute = { used: 0, endsAt: now + MINUTE_MS };
    if (minutes.size === maxCallers) ofOthers = minute;
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
      const ahead = wantsMore ? Math.min(left, Math.floor(pointsPerMinute * AHEAD)) : 0;
      minute.used += points + ahead;
      return { ahead, endsIn };
    },
  };
}

/** Of a minute's points: so much may lie with each other process when a caller has no more. */
const AHEAD = 0.005;

/** What a caller has ahead, until its minute ends. */
interface Purse {
  points: number;
  /** By `performance.now()`. */
  endsAt: number;
  /** One question for more is enough. */
  isAsking: boolean;
}

/** An allowance of another process's, which is asked once for many operations. All together are given no more than it has. */
export function prefetchedRateLimit(
  ask: (...args: Parameters<SharedRateLimit["reserve"]>) => Promise<Reservation>,
): RateLimit {
  const purses = new LRUCache<string, Purse>({ max: MAX_CALLERS });
  const purseOf = (caller: string): Purse => {
    const purse = purses.get(caller) ?? { points: 0, endsAt: 0, isAsking: false };
    if (purse.endsAt <= performance.now()) purse.points = 0;
    purses.set(caller, purse);
    return purse;
  };
  const draw = async (caller: string, points: number, purse: Purse): Promise<number | undefined> => {
    const wantsMore = !purse.isAsking;
    purse.isAsking = true;
    const askedAt = performance.now(); // Before it is answered: no purse outlives its minute.
    try {
      const advance = await ask(caller, points, wantsMore);
      if ("wait" in advance) return advance.wait;
      purse.points = purseOf(caller).points + advance.ahead;
      purse.endsAt = askedAt + advance.endsIn;
      return undefined;
    } finally {
      if (wantsMore) purse.isAsking = false;
    }
  };
  return {
    take(caller, points) {
      const purse = purseOf(caller);
      if (purse.points < points) return draw(caller, points, purse);
      purse.points -= points;
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
