import { type Limits } from "../graphql/limits/limits.ts";

const SECONDS = 60;

/** A fifth of KORE's budget is left to others, whatever one caller does. */
const SHARE = 0.8;

/**
 * The default of `LIMIT_KORE_REQUESTS_PER_MINUTE`: four fifths of what KORE may be asked in a minute, or as much as one
 * operation may cost where that is more, since a smaller allowance would refuse that operation for ever.
 *
 * @param perSecond `KORE_REQUESTS_PER_SECOND`
 * @param ofOneOperation `LIMIT_KORE_REQUESTS`
 */
export function defaultAllowance(perSecond: number, ofOneOperation: number): number {
  return Math.max(ofOneOperation, Math.floor(SHARE * SECONDS * perSecond));
}

/**
 * A sentence when one caller may use up all of the budget. It is no mistake: a deployment with a single caller wants just
 * that, and a budget that was lowered must not keep a new version from starting.
 */
export function allowanceWarning({ koreRequestsPerMinute }: Limits, perSecond: number): string | undefined {
  if (koreRequestsPerMinute > 0 && koreRequestsPerMinute < SECONDS * perSecond) return undefined;
  return "LIMIT_KORE_REQUESTS_PER_MINUTE: is not below 60 times KORE_REQUESTS_PER_SECOND, so one caller may use up the whole budget for KORE; where there are others set it lower, and LIMIT_KORE_REQUESTS no higher than it";
}
