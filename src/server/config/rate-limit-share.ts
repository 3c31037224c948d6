import { type Limits } from "../graphql/limits/limits.ts";

const SECONDS = 60;

/** A fifth of the rate limit for KORE is left to other callers. */
const SHARE = 0.8;

/**
 * The default of `LIMIT_KORE_REQUESTS_PER_MINUTE`: four fifths of the calls to KORE that a minute has room for, or the
 * cost that one operation may have where that is more, since a lower limit would refuse that operation for ever.
 *
 * @param perSecond `KORE_REQUESTS_PER_SECOND`
 * @param ofOneOperation `LIMIT_KORE_REQUESTS`
 */
export function defaultKoreRequestsPerMinute(perSecond: number, ofOneOperation: number): number {
  return Math.max(ofOneOperation, Math.floor(SHARE * SECONDS * perSecond));
}

/**
 * A warning when one caller may use the whole rate limit for KORE. Not a mistake: it is right for a deployment with a single
 * caller, and a rate limit that was lowered must not keep a new version from starting.
 */
export function rateLimitWarning({ koreRequestsPerMinute }: Limits, perSecond: number): string[] {
  if (koreRequestsPerMinute > 0 && koreRequestsPerMinute < SECONDS * perSecond) return [];
  return [
    "LIMIT_KORE_REQUESTS_PER_MINUTE: is not below 60 times KORE_REQUESTS_PER_SECOND, so one caller may use the whole rate limit for KORE; where there are others set it lower, and LIMIT_KORE_REQUESTS no higher than it",
  ];
}
