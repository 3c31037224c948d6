import { randomFillSync } from "node:crypto";

/** A request's metadata: from headers, or from the operation's `extensions`. */
export interface Correlation {
  readonly requestId: string;
  /** Whether the response includes the request stats. */
  readonly wantsStats: boolean;
  /** W3C trace context. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

export const REQUEST_ID = "x-request-id";
const STATS = "x-kore-graph-stats";
const TRACEPARENT = "traceparent";
const TRACESTATE = "tracestate";

/** The names that are read. */
export const CORRELATION_NAMES = [REQUEST_ID, STATS, TRACEPARENT, TRACESTATE] as const;

/** Reads a request's metadata. `read` returns the raw value of a name. */
export function correlate(read: (name: string) => unknown, requestId = requestIdFrom(read(REQUEST_ID))): Correlation {
  const text = (name: string) => {
    const value = read(name);
    return typeof value === "string" && value.length <= 512 ? value : undefined;
  };
  return {
    requestId,
    wantsStats: text(STATS) === "1",
    traceparent: text(TRACEPARENT),
    tracestate: text(TRACESTATE),
  };
}

/** The caller's id if it is fit for logs, else a new one. */
export function requestIdFrom(given: unknown): string {
  return typeof given === "string" && isLoggable(given) ? given : newRequestId();
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Bounded, on one line, and not similar to a SIM's number, a token or an API key. */
function isLoggable(id: string): boolean {
  if (UUID.test(id)) return true;
  return /^[\w.:+/=-]{1,128}$/.test(id) && !/(?<![a-z\d])\d{10,}(?![a-z\d])|eyJ|kg_/i.test(id);
}

/** Ids consist of letters, of four bits each: digits could be mistaken for a SIM's number. */
const FIRST_LETTER = "a".charCodeAt(0);
const ID_LENGTH = 32;

/** Random letters for 128 ids: drawing a few takes as long. */
const drawn = { bits: Buffer.alloc(128 * ID_LENGTH), letters: "", used: 0 };

/** 128 random bits. */
function newRequestId(): string {
  if (drawn.used === drawn.letters.length) {
    randomFillSync(drawn.bits);
    for (let at = 0; at < drawn.bits.length; at += 1) drawn.bits[at] = FIRST_LETTER + ((drawn.bits[at] ?? 0) & 15);
    drawn.letters = drawn.bits.toString("latin1");
    drawn.used = 0;
  }
  return drawn.letters.slice(drawn.used, (drawn.used += ID_LENGTH));
}
