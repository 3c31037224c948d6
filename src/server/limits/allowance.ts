import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type Limits } from "./limits.ts";

/** What each caller may use up in a minute. */
export interface Allowance {
  /** Takes points of a caller's. Too many: takes none, and answers after how many milliseconds there will be more. */
  take(caller: string, points: number): Promise<number | undefined>;
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

const MINUTE = 60;

/** Callers with a minute of their own. Those beyond share one: their number must not fill our memory. */
const MAX_CALLERS = 10_000;

export function allowanceInMemory(pointsPerMinute: number, maxCallers = MAX_CALLERS): Allowance {
  const limiter = new RateLimiterMemory({ points: pointsPerMinute, duration: MINUTE });
  const known = new LRUCache<string, true>({ max: maxCallers, ttl: MINUTE * 1000 });
  const keyOf = (caller: string) => {
    if (known.has(caller)) return `caller ${caller}`;
    known.purgeStale();
    if (known.size >= maxCallers) return "the others";
    known.set(caller, true);
    return `caller ${caller}`;
  };
  return {
    async take(caller, points) {
      const key = keyOf(caller);
      try {
        await limiter.consume(key, points);
        return undefined;
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        await limiter.reward(key, points);
        return refused.msBeforeNext;
      }
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
