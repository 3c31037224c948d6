import { KoreError } from "../errors.ts";

/** How it is found out what became of a write whose reply was lost. */
export interface ReconciliationOptions {
  /**
   * How long after a lost reply a write may still show at KORE. KORE does not state it. Only what is read whole after
   * this time proves that a write never arrived. Milliseconds.
   */
  visibilityWindow: number;
  /** The same after a time-out: KORE may be at work still. Milliseconds. */
  visibilityWindowAfterTimeout: number;
  /** Of a call to KORE, from its sending to the last byte of the reply. Milliseconds. @default 30000 */
  deadline?: number;
  /** A write is sent within this time after it was recorded that it is about to be, or not at all. Milliseconds. @default 1000 */
  sendWithin?: number;
  /** For what is kept on disk or compared with KORE's dates. Milliseconds since the epoch. */
  now: () => number;
  /** For waiting: no step of the system clock changes it. Milliseconds since any fixed point. */
  monotonic: () => number;
  /** Once it aborts nothing waits for KORE any more: what is not sent, or not known, is left to the next start. */
  stopping?: AbortSignal;
  /** Ends early when the signal aborts. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Whether KORE's clock is known to differ from ours by more than {@link CLOCK_SKEW}. Default: not known. */
  isClockOff?: () => boolean;
}

/**
 * Longer than a call lasts under the longest deadline that can be configured, ten minutes: it is sent twice at most, may
 * wait a minute for its turn before each, and for a token, which may take two deadlines. Milliseconds.
 */
const MAX_CALL = 65 * 60_000;

/** Our clock and KORE's may differ by this much. Milliseconds. */
export const CLOCK_SKEW = 5 * 60_000;

/** KORE's dates have whole seconds, so that what it makes for us may seem made a little before we asked. */
const GRANULARITY = 5_000;

/** Until when a write may still show whose reply has just been lost. */
export function visibleUntil(
  error: KoreError,
  { now, visibilityWindow, visibilityWindowAfterTimeout }: ReconciliationOptions,
): number {
  return now() + (error.kind === "timeout" ? visibilityWindowAfterTimeout : visibilityWindow);
}

export const SEND_WITHIN = 1000;

/** The latest time at which a write may still be under way that is about to be recorded as being sent. */
export function inFlightUntil({ now, deadline = 30_000, sendWithin = SEND_WITHIN }: ReconciliationOptions): number {
  return now() + sendWithin + deadline;
}

/** Nothing was sent, since it took longer than {@link ReconciliationOptions.sendWithin} to record that it is about to be. */
export function recordedTooLate(operation: string): KoreError {
  const message = "The ledger took too long to record that it is sent";
  return new KoreError("connection", message, { operation, isUnsent: true });
}

/**
 * Until when a write may still show whose sender is gone.
 *
 * @param until as of {@link inFlightUntil}; absent in stores of earlier versions: then the longest possible call is assumed
 */
export function visibleUntilAfterCrash(
  { sentAt = 0, until }: { sentAt?: number; until?: number },
  { now, visibilityWindowAfterTimeout }: ReconciliationOptions,
): number {
  return (until ?? Math.min(now(), sentAt + MAX_CALL)) + visibilityWindowAfterTimeout;
}

const NEVER = new AbortController().signal;

/**
 * Looks until it is found or can no longer show. A few looks, not many: what arrived shows at the first nearly always.
 * When the server stops before, `stopped` is what is known. The system clock is read once, and waiting takes no longer
 * than the longest time in which a write may show, whatever that clock says.
 */
export async function pollUntil<Finding>(
  settlesAt: number,
  settling: ReconciliationOptions,
  look: () => Promise<Finding>,
  isFound: (finding: Finding) => boolean,
  stopped: Finding,
): Promise<Finding> {
  const { now, monotonic, sleep, visibilityWindow, visibilityWindowAfterTimeout, stopping = NEVER } = settling;
  const longest = Math.max(visibilityWindow, visibilityWindowAfterTimeout) + inFlightUntil(settling) - now();
  const endsAt = monotonic() + Math.min(settlesAt - now(), longest);
  for (;;) {
    const remaining = endsAt - monotonic();
    const finding = await look();
    if (isFound(finding) || remaining <= 0) return finding;
    if (stopping.aborted) return stopped;
    await sleep(Math.min(remaining, Math.max(visibilityWindow, remaining) / 2), stopping);
  }
}

/** How far dates may be from UTC, as written minus UTC. Milliseconds. */
export interface Zone {
  /** Whether the limits come from evidence, and not only from what zones there are. */
  isKnown: boolean;
  /** The offset itself. Absent where several are possible: then no date is exactly on time. */
  offset?: number;
  least: number;
  most: number;
}

/** For dates that name their zone. */
export const UTC: Zone = { isKnown: true, offset: 0, least: 0, most: 0 };

const ZONE_LIMIT = 14 * 60 * 60_000;

/** For dates without a zone of which nothing is learned: no offset from UTC is larger than 14 hours. */
export const UNKNOWN_ZONE: Zone = { isKnown: false, offset: 0, least: -ZONE_LIMIT, most: ZONE_LIMIT };

/**
 * Whether what KORE made at a time may be what a write made. "perhaps": the time is missing, or off by what clocks and
 * zones would explain. Taking somebody else's for ours is a lie, but taking ours for somebody else's is a second write.
 *
 * @param precision how much later it may have been made than the date says; milliseconds
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
