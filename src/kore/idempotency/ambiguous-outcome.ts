import { KoreError } from "../errors.ts";

/** How an ambiguous outcome, of a write whose reply was lost, is reconciled. */
export interface ReconciliationOptions {
  /**
   * How long after a lost reply a write may still become visible at KORE. KORE does not state it. Only a complete list
   * that is read after this time proves that the write did not arrive. Milliseconds.
   */
  visibilityWindow: number;
  /** The same after a timeout, because KORE may still be processing the write. Milliseconds. */
  visibilityWindowAfterTimeout: number;
  /** Limit of a call to KORE, from sending to the last byte of the reply. Milliseconds. @default 30000 */
  deadline?: number;
  /** A write is sent within this time after its record in the ledger, or not at all. Milliseconds. @default 1000 */
  sendWithin?: number;
  /** For stored times and comparisons with KORE's dates. Milliseconds since the epoch. */
  now: () => number;
  /** For waiting, unaffected by steps of the system clock. Milliseconds since any fixed point. */
  monotonic: () => number;
  /** Ends all waiting for KORE: unsent writes and ambiguous outcomes are continued by the next start. @default never */
  stopping?: AbortSignal;
  /** Resolves early when the signal aborts. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Whether KORE's clock is known to differ from ours by more than {@link CLOCK_SKEW}. @default false */
  isClockOff?: () => boolean;
}

/**
 * Upper bound of a call under the longest configurable deadline, ten minutes: at most two sendings, each after up to a
 * minute in the queue, and a token request of up to two deadlines. Milliseconds.
 */
const MAX_CALL = 65 * 60_000;

/** Tolerated difference between our clock and KORE's. Milliseconds. */
export const CLOCK_SKEW = 5 * 60_000;

/** KORE's dates have whole seconds, so a request's date may be slightly before its POST. Milliseconds. */
const GRANULARITY = 5_000;

/** Until when a write whose reply has just been lost may become visible. Milliseconds since the epoch. */
export function visibleUntil(
  error: KoreError,
  { now, visibilityWindow, visibilityWindowAfterTimeout }: ReconciliationOptions,
): number {
  return now() + (error.kind === "timeout" ? visibilityWindowAfterTimeout : visibilityWindow);
}

export const SEND_WITHIN = 1000;

/** Until when a write that is recorded as being sent now may be in flight. Milliseconds since the epoch. */
export function inFlightUntil({ now, deadline = 30_000, sendWithin = SEND_WITHIN }: ReconciliationOptions): number {
  return now() + sendWithin + deadline;
}

/** For a write that was not sent because its record took longer than {@link ReconciliationOptions.sendWithin}. */
export function recordedTooLate(operation: string): KoreError {
  const message = "The ledger took too long to record that it is sent";
  return new KoreError("connection", message, { operation, isUnsent: true });
}

/**
 * Until when a write of a crashed process may become visible. Milliseconds since the epoch.
 *
 * @param until from {@link inFlightUntil}; absent in stores of earlier versions, where the longest possible call is assumed
 */
export function visibleUntilAfterCrash(
  { sentAt = 0, until }: { sentAt?: number; until?: number },
  { now, visibilityWindowAfterTimeout }: ReconciliationOptions,
): number {
  return (until ?? Math.min(now(), sentAt + MAX_CALL)) + visibilityWindowAfterTimeout;
}

const NEVER = new AbortController().signal;

export interface PollUntil<Finding> {
  /** End of the visibility window. Milliseconds since the epoch. */
  until: number;
  poll: () => Promise<Finding>;
  isFound: (finding: Finding) => boolean;
  /** The result when the server stops before the end of the window. */
  whenStopped: Finding;
}

/**
 * Polls until the write is found or its visibility window has ended. The intervals are long, because an arrived write is
 * nearly always visible at the first poll. The system clock is read once, and no clock makes the wait longer than the
 * longest visibility window.
 *
 * @returns the last finding
 */
export async function pollUntil<Finding>(
  { until, poll, isFound, whenStopped }: PollUntil<Finding>,
  options: ReconciliationOptions,
): Promise<Finding> {
  const { now, monotonic, sleep, visibilityWindow, visibilityWindowAfterTimeout, stopping = NEVER } = options;
  const longest = Math.max(visibilityWindow, visibilityWindowAfterTimeout) + inFlightUntil(options) - now();
  const endsAt = monotonic() + Math.min(until - now(), longest);
  for (;;) {
    const remaining = endsAt - monotonic();
    const finding = await poll();
    if (isFound(finding) || remaining <= 0) return finding;
    if (stopping.aborted) return whenStopped;
    await sleep(Math.min(remaining, Math.max(visibilityWindow, remaining) / 2), stopping);
  }
}

/** Possible offsets of dates from UTC: written time minus UTC. Milliseconds. */
export interface Zone {
  /** Whether the limits are learned from KORE's replies, and not those of all time zones. */
  isKnown: boolean;
  /** The exact offset; absent where several are possible, so that no date is certain to match. */
  offset?: number;
  least: number;
  most: number;
}

/** Of dates that name their zone. */
export const UTC: Zone = { isKnown: true, offset: 0, least: 0, most: 0 };

const ZONE_LIMIT = 14 * 60 * 60_000;

/** Of dates without a zone, before anything is learned: no offset from UTC exceeds 14 hours. */
export const UNKNOWN_ZONE: Zone = { isKnown: false, offset: 0, least: -ZONE_LIMIT, most: ZONE_LIMIT };

/**
 * Whether KORE's creation date matches a write. "perhaps": there is no date, or it differs by no more than clock skew and
 * time zone explain. A wrong "yes" reports a foreign request as ours, a wrong "no" sends the write twice.
 *
 * @param precision how much later the creation may have been than the date; milliseconds
 */
export function matchTiming(
  { sentAt, settlesAt }: { sentAt: number; settlesAt: number },
  created: Date | null,
  { offset, least, most }: Zone,
  precision = 0,
): "yes" | "no" | "perhaps" {
  if (!created) return "perhaps";
  const time = created.getTime();
  const latest = settlesAt + CLOCK_SKEW;
  const isOnTime = offset !== undefined && time - offset >= sentAt - GRANULARITY && time - offset <= latest;
  if (isOnTime && precision === 0) return "yes";
  const isNear = time + precision - least >= sentAt - CLOCK_SKEW && time - most <= latest;
  return isNear ? "perhaps" : "no";
}
