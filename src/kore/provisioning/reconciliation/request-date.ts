import { date } from "../../decoding/decode.ts";

/** A date of a provisioning request, as KORE wrote it. */
export interface RequestDate {
  /** Read as UTC when it has no zone. */
  time: Date;
  hasZone: boolean;
  /** Possible delay after `time`: a day for a date without a time of day. Milliseconds. */
  precision: number;
}

const DAY = 24 * 60 * 60_000;

/** Null when absent or in an unknown form. Never throws, because observers call it before validation. */
export function requestDate(value: unknown): RequestDate | null {
  if (typeof value !== "string") return null;
  const time = date(value, "provisioning-request.date-created");
  if (!time) return null;
  const isDayOnly = !/[T :]\d\d:\d\d/i.test(value.trim().slice(10));
  const hasZone = /(?:Z|[+-]\d\d:?\d\d|GMT|UTC)$/i.test(value.trim().slice(10));
  return { time, hasZone, precision: isDayOnly ? DAY : 0 };
}
