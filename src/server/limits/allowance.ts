import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";

/** What each caller may use up in a minute. Kept in memory here; several replicas need one that they share. */
export interface Allowance {
  /** Takes points of a caller's. Too many: takes none, and answers after how many milliseconds there will be more. */
  take(caller: string, points: number): number | undefined | Promise<number | undefined>;
}

const MINUTE_MS = 60_000;

/** Callers with a minute of their own. Those beyond share one: their number must not fill our memory. */
const MAX_CALLERS = 10_000;

export function allowanceInMemory(pointsPerMinute: number, maxCallers = MAX_CALLERS): Allowance {
  /** What is used of the minutes that have begun. */
  const minutes = new LRUCache<string, { used: number }>({ max: maxCallers + 1, ttl: MINUTE_MS });
  const keyOf = (caller: string) => {
    const key = `caller ${caller}`;
    if (minutes.has(key)) return key;
    minutes.purgeStale();
    return minutes.size < maxCallers ? key : "the others";
  };
  return {
    take(caller, points) {
      const key = keyOf(caller);
      const minute = minutes.get(key) ?? { used: 0 };
      if (minute.used + points > pointsPerMinute) return minutes.getRemainingTTL(key);
      if (minute.used === 0) minutes.set(key, minute);
      minute.used += points;
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
