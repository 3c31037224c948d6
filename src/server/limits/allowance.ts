import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";
import { type Limits } from "./limits.ts";

/** What each caller may use up in a minute. */
export interface Allowance {
  /** Takes points of a caller's. Too many: takes none, and answers after how many milliseconds there will be more. */
  take(caller: string, points: number): number | undefined | Promise<number | undefined>;
}

/** What is counted of each caller; absent: any number. */
export interface Allowances {
  operations: Allowance | undefined;
  koreRequests: Allowance | undefined;
}

/** Kept in memory here. Processes that are one graph share those of one of them. */
export function allowancesInMemory(limits: Pick<Limits, "operationsPerMinute" | "koreRequestsPerMinute">): Allowances {
  const perMinute = (points: number) => (points > 0 ? allowanceInMemory(points) : undefined);
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

export function allowanceInMemory(pointsPerMinute: number, maxCallers = MAX_CALLERS): Allowance {
  const minutes = new LRUCache<string, Minute>({ max: maxCallers + 1, ttl: MINUTE_MS });
  const begin = (key: string): Minute => {
    const minute = { used: 0, endsAt: performance.now() + MINUTE_MS };
    minutes.set(key, minute);
    return minute;
  };
  const minuteOf = (caller: string): Minute => {
    const own = `caller ${caller}`;
    const minute = minutes.get(own);
    if (minute) return minute;
    minutes.purgeStale();
    return minutes.size < maxCallers ? begin(own) : (minutes.get("the others") ?? begin("the others"));
  };
  return {
    take(caller, points) {
      const minute = minuteOf(caller);
      if (minute.used + points > pointsPerMinute) return minute.endsAt - performance.now();
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
