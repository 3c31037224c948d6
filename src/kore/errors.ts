import { parseExactJson } from "../common/exact-json.ts";
import { knownSecrets } from "../common/known-secrets.ts";

/** Kind of a failure between us and KORE; stable, for callers to branch on. */
export type KoreErrorKind =
  /** 400, 422 and any other 4xx without a kind of its own. */
  | "bad-request"
  /** 401, after one refresh of the token; or the credentials themselves were refused. */
  | "unauthenticated"
  /** 403, after one refresh of the token: KORE answers 403 to an expired token as well. */
  | "forbidden"
  /** 404. KORE does not distinguish an unknown account from an unknown SIM. */
  | "not-found"
  /** 409. */
  | "conflict"
  /** 429. KORE declares it for sending SMS only, but publishes no limits: any call may meet it. */
  | "rate-limited"
  /** 5xx. */
  | "unavailable"
  /** No complete answer within the deadline. */
  | "timeout"
  /** No connection, or it was cut. */
  | "connection"
  /** Refused by us before anything was sent: as much as KORE takes is under way or waiting already. */
  | "busy"
  /** Refused by us before anything was sent: the circuit of the host or account is open. */
  | "breaker-open"
  /** An answer that breaks KORE's contract: not JSON, cut short, or a wrong shape. */
  | "contract"
  /** All callers that waited for the answer have aborted. */
  | "aborted";

export interface KoreErrorDetails {
  /** Method and path template, never the path itself: paths hold identifiers. */
  operation: string;
  status?: number;
  /** KORE's own error code, of whatever family. */
  code?: string;
  /** Address of KORE's page about the code. */
  moreInfo?: string;
  /** From Retry-After, or when we refuse: after how many milliseconds it is worth trying again. */
  retryAfter?: number;
  /** KORE's own words. They may name identifiers: not for logs, not for callers as they are. */
  koreMessage?: string;
  /** Path of the field that breaks the contract. */
  field?: string;
  /** Whether it is certain that KORE never saw the request. */
  isUnsent?: boolean;
  /** Whether KORE has not worked on the request. Default: by the status, see {@link NOT_PROCESSED}. */
  isRefusal?: boolean;
  cause?: unknown;
}

/**
 * Statuses that are believed as "not worked on": those that KORE declares for its writes, and 429, which it does not
 * declare but which a limiter says before the work. Any other (408, 423, 425, 499, 5xx …) may come after the work, from
 * KORE or from something between: the reply is lost.
 */
const NOT_PROCESSED: ReadonlySet<number | undefined> = new Set([400, 401, 403, 404, 409, 429]);

const RETRYABLE: ReadonlySet<KoreErrorKind> = new Set([
  "rate-limited",
  "unavailable",
  "timeout",
  "connection",
  "busy",
  "breaker-open",
]);

/** The one error of this floor. `message` and `operation` are fit for logs; `koreMessage` is not. */
export class KoreError extends Error {
  override readonly name = "KoreError";
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly moreInfo: string | undefined;
  readonly retryAfter: number | undefined;
  readonly field: string | undefined;
  /** Whether it is certain that KORE never saw the request: a write may then be repeated. */
  isUnsent: boolean;
  /** Whether KORE has seen the request and not worked on it: the same write would be refused again. */
  readonly isRefusal: boolean;
  declare readonly koreMessage: string | undefined;

  constructor(
    readonly kind: KoreErrorKind,
    message: string,
    details: KoreErrorDetails,
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.operation = details.operation;
    this.status = details.status;
    this.code = details.code;
    this.moreInfo = details.moreInfo;
    this.retryAfter = details.retryAfter;
    this.field = details.field;
    this.isUnsent = details.isUnsent ?? false;
    this.isRefusal = details.isRefusal ?? NOT_PROCESSED.has(details.status);
    // Not enumerable, so that no serializer writes it to a log.
    Object.defineProperty(this, "koreMessage", { value: details.koreMessage });
  }

  /** For `catch`: what KORE does not have is null, every other failure stays one. */
  static readonly nullIfNotFound = (error: unknown): null => {
    if (error instanceof KoreError && error.kind === "not-found") return null;
    throw error;
  };

  /** Whether KORE answered 3xx. A redirect is not followed, and the same request would be answered the same way. */
  get isRedirect(): boolean {
    return this.status !== undefined && this.status >= 300 && this.status < 400;
  }

  /** Whether the same read may succeed a little later. Says nothing about repeating a write. */
  get isRetryable(): boolean {
    return RETRYABLE.has(this.kind);
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Turns any error reply of KORE's into a {@link KoreError}, whichever of the fourteen bodies it carries. */
export function errorFromReply(operation: string, status: number, headers: Headers, body: string): KoreError {
  const said = readErrorBody(body);
  const details: KoreErrorDetails = { operation, status, ...said };
  const retryAfter = retryAfterIn(headers);
  if (retryAfter !== undefined) details.retryAfter = retryAfter;
  return new KoreError(kindOf(status), `KORE answered ${status} to ${operation}`, details);
}

/** Each acknowledgement or token reply of KORE's has one of these fields. */
const ACKNOWLEDGEMENTS = ["provisioning-request-id", "client_id", "client", "access_token"] as const;

/**
 * The refusal in a reply of status 200, if it is one: KORE has an error body of `{status, errorMessage}`. A reply that
 * acknowledges the request is a success whatever else it says, and one that does neither says nothing about the request.
 */
export function refusalIn(operation: string, reply: unknown): KoreError | undefined {
  if (!isObject(reply) || reply.errorMessage === undefined) return undefined;
  const koreMessage = first(reply.errorMessage);
  const holders = [reply, reply.data].filter(isObject);
  const isAcknowledged = ACKNOWLEDGEMENTS.some((name) =>
    holders.some(({ [name]: value }) => isObject(value) || first(value)?.trim()),
  );
  if (koreMessage === undefined || koreMessage.trim() === "" || isAcknowledged) return undefined;
  return new KoreError("bad-request", `KORE answered 200 with an error to ${operation}`, {
    operation,
    status: 200,
    koreMessage: knownSecrets.redact(koreMessage),
    isRefusal: true,
  });
}

function kindOf(status: number): KoreErrorKind {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 408 || status === 499 || status === 504) return "timeout";
  if (status === 409) return "conflict";
  if (status === 429) return "rate-limited";
  if (status >= 500) return "unavailable";
  if (status >= 400) return "bad-request";
  return "contract"; // A redirect, or a 2xx that answers no read: KORE declares neither.
}

/**
 * Every place where KORE's error bodies put their words, most specific first: `{message}`, `{status, errorMessage}`,
 * `{INFO}`, `{error, error_description}`, `{error: {message}}`, `{data: {message}}`, `{status, error-message}`,
 * `{messages[]}`, `{Messages[], ErrorMessages[]}`, `{rule-id, message[]}`.
 */
function readErrorBody(body: string): Pick<KoreErrorDetails, "code" | "moreInfo" | "koreMessage"> {
  const read: Pick<KoreErrorDetails, "code" | "moreInfo" | "koreMessage"> = {};
  const outer = parseObject(body);
  if (!outer) return read;
  const inner = [outer.error, outer.data].find(isObject) ?? {};

  const message = first(
    inner.message,
    outer.error_description,
    outer.message,
    outer.errorMessage,
    outer["error-message"],
    outer.INFO,
    outer.ErrorMessages,
    outer.Messages,
    outer.messages,
    outer.error,
  );
  // Both a message and an `error` text occur on the 403 that means "expired"; both are kept to recognise it.
  const also = typeof outer.error === "string" && outer.error !== message ? ` (${outer.error})` : "";
  if (message !== undefined) read.koreMessage = knownSecrets.redact(message + also);

  const code = first(inner.code, outer.code, typeof outer.error === "number" ? outer.error : undefined);
  if (code !== undefined && isCode(knownSecrets.redact(code))) read.code = code;

  const moreInfo = first(outer.more_info, outer.info, outer["more-info"]);
  if (moreInfo !== undefined && isPage(knownSecrets.redact(moreInfo))) read.moreInfo = moreInfo;
  return read;
}

/** Both are shown to callers: what is no name of an error, or no plain address, could quote anything, such as a secret that was cut. */
const isCode = (text: string) => /^[\w.-]{1,64}$/.test(text) && !/\d{10}/.test(text);
const isPage = (text: string) =>
  /^https:\/\/docs\.korewireless\.com\/[\w./#-]{0,200}$/.test(text) && !/\d{10}/.test(text);

/** The first of the values that is a text, a number, or a list with a text in it. */
function first(...values: unknown[]): string | undefined {
  for (const value of values) {
    const one: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof one === "string" && one !== "") return one;
    if (typeof one === "number") return String(one);
  }
  return undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseExactJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // An error page of a proxy: the status says enough.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Retry-After in milliseconds: seconds, or an HTTP date, which is as far away as it is from the reply's own `Date`: KORE's
 * clock and ours may differ. Without a `Date` it is taken by our clock.
 */
function retryAfterIn({ "retry-after": header, date }: Headers): number | undefined {
  if (typeof header !== "string") return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const dated = typeof date === "string" ? Date.parse(date) : NaN;
  const wait = Date.parse(header) - (Number.isNaN(dated) ? Date.now() : dated);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
