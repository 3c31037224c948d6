import { dayOf } from "../../common/calendar-day.ts";
import { userInputError } from "../../graph/index.ts";
import { type UsageSpan } from "../../kore/index.ts";

/** Days of one question, a leap year: at most seven calls to KORE. */
export const MAX_USAGE_DAYS = 366;

/** KORE's limit. It does not state whether a span of 60 days has 60 or 61 dates, so at most 60 are asked for. */
const DAYS_PER_CALL = 60;

const DAY = 86_400_000;

/** @throws GraphQLError before any call */
export function checkedSpan({ from, to }: UsageSpan): UsageSpan {
  if (from > to) throw userInputError("from: must not be after to");
  const days = daysOf({ from, to });
  if (days > MAX_USAGE_DAYS) {
    throw userInputError(`to: at most ${MAX_USAGE_DAYS} days from the first to the last; ${days} are asked for`);
  }
  return { from, to };
}

/**
 * Parts of a span that KORE takes, in order. KORE does not state whether it includes the last day, so each part begins
 * with the last day of the one before: no day is left out, and days that two replies have are counted once.
 */
export function partsOf({ from, to }: UsageSpan): UsageSpan[] {
  const parts: UsageSpan[] = [];
  const end = Date.parse(to);
  let start = Date.parse(from);
  do {
    const last = Math.min(start + (DAYS_PER_CALL - 1) * DAY, end);
    parts.push({ from: dayOf(start), to: dayOf(last) });
    start = last;
  } while (start < end);
  return parts;
}

/** Calls for one SIM or plan, by arguments as given: they are validated later, and must not throw here. */
export function callsOfSpan({ from, to }: Readonly<Record<string, unknown>>): number {
  if (typeof from !== "string" || typeof to !== "string") return 1;
  const days = Math.min(daysOf({ from, to }), MAX_USAGE_DAYS);
  return days > 1 ? Math.ceil((days - 1) / (DAYS_PER_CALL - 1)) : 1;
}

/** NaN where one is no date. */
function daysOf({ from, to }: UsageSpan): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
}
