import { parseExactJson } from "../common/exact-json.ts";
import { knownSecrets } from "../common/known-secrets.ts";

/** Kind of a failed call to KORE. Stable, so that callers can branch on it. */
export type KoreErrorKind =
  /** 400, 422 and any other 4xx without a kind of its own. */
  | "bad-request"
  /** 401 after a refresh of the token, or the credentials were refused. */
  | "unauthenticated"
  /** 403 after a refresh of the token: KORE answers 403 to an expired token as well. */
  | "forbidden"
  /** 404. KORE does not distinguish an unknown account from an unknown SIM. */
  | "not-found"
  /** 409. */
  | "conflict"
  /** 429. KORE declares it for sending SMS only, but publishes no limits, so any call may get it. */
  | "rate-limited"
  /** 5xx. */
  | "unavailable"
  /** No complete reply within the deadline. */
  | "timeout"
  /** No connection, or it was closed before the reply. */
  | "connection"
  /** Not sent: our rate limiter refused the call. */
  | "busy"
  /** Not sent: the circuit of the host or account is open. */
  | "breaker-open"
  /** A reply that breaks KORE's contract: not JSON, truncated, or of another shape. */
  | "contract"
  /** All callers that waited for the reply have aborted. */
  | "aborted";

export interface KoreErrorDetails {
  /** Method and path template, never the path itself: paths hold identifiers. */
  operation: string;
  status?: number;
  /** KORE's error code. */
  code?: string;
  /** URL of KORE's page about the code. */
  moreInfo?: string;
  /** From Retry-After, or until a local refusal may end. Milliseconds. */
  retryAfter?: number;
  /** KORE's message. May hold identifiers, so it must be redacted before it is shown or logged. */
  koreMessage?: string;
  /** KORE's message for each EID of an eSIM request, like `koreMessage`. */
  koreMessageOf?: Readonly<Record<string, string>>;
  /** Path of the field that breaks the contract. */
  field?: string;
  /** Whether the request certainly did not reach KORE. @default false */
  isUnsent?: boolean;
  /** KORE's subscription request that the error is about. */
  subscriptionRequestId?: string;
  /** Whether KORE has not processed the request. @default by the status, see {@link NOT_PROCESSED} */
  isRefusal?: boolean;
  cause?: unknown;
}

/**
 * Statuses of requests that KORE has not processed: those that it declares for its writes, and 429, which a rate limiter
 * sends before processing. Any other (408, 423, 425, 499, 5xx …) may be sent after processing, by KORE or by a gateway, so
 * the outcome is ambiguous.
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

/** A failed call to KORE. `message` and `operation` may be logged; `koreMessage` may not. */
export class KoreError extends Error {
  override readonly name = "KoreError";
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly moreInfo: string | undefined;
  readonly retryAfter: number | undefined;
  readonly field: string | undefined;
  readonly subscriptionRequestId: string | undefined;
  /** Whether the request certainly did not reach KORE, so that a write can be sent again. */
  isUnsent: boolean;
  /** Whether KORE has refused the request without processing it, as it would refuse it again. */
  readonly isRefusal: boolean;
  declare readonly koreMessage: string | undefined;
  declare readonly koreMessageOf: Readonly<Record<string, string>> | undefined;

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
    this.subscriptionRequestId = details.subscriptionRequestId;
    this.isUnsent = details.isUnsent ?? false;
    this.isRefusal = details.isRefusal ?? NOT_PROCESSED.has(details.status);
    // Not enumerable, so that serializers do not log it.
    Object.defineProperty(this, "koreMessage", { value: details.koreMessage });
    Object.defineProperty(this, "koreMessageOf", { value: details.koreMessageOf });
  }

  /** For `catch`: maps "not found" to null, and rethrows all other errors. */
  static readonly nullIfNotFound = (error: unknown): null => {
    if (error instanceof KoreError && error.kind === "not-found") return null;
    throw error;
  };

  /** Whether KORE answered 3xx. Redirects are not followed, and a retry would get the same answer. */
  get isRedirect(): boolean {
    return this.status !== undefined && this.status >= 300 && this.status < 400;
  }

  /** Whether the same read may succeed later. Does not apply to writes. */
  get isRetryable(): boolean {
    return RETRYABLE.has(this.kind);
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The error of a reply, from any of KORE's fourteen error bodies. */
export function errorFromReply(operation: string, status: number, headers: Headers, body: string): KoreError {
  const details: KoreErrorDetails = { operation, status, ...readErrorBody(body) };
  const retryAfter = retryAfterIn(headers);
  if (retryAfter !== undefined) details.retryAfter = retryAfter;
  return new KoreError(kindOf(status), `KORE answered ${status} to ${operation}`, details);
}

/** Fields of which each acknowledgement and token reply of KORE's has one. */
const ACKNOWLEDGEMENTS = [
  "provisioning-request-id",
  "diagnostics-request-id",
  "esim-profile-switch-request-id",
  "request-id",
  "subscription-request-id",
  "cost-center-pk",
  "client_id",
  "client",
  "access_token",
  "mid",
] as const;

/**
 * The refusal in a reply of status 200, if it is one: KORE's error bodies of writes are `{status, errorMessage}` and
 * `{status, error-message}`. A reply that acknowledges the request is a success, whatever else it holds.
 */
export function refusalIn(operation: string, reply: unknown): KoreError | undefined {
  if (!isObject(reply)) return undefined;
  const koreMessage = first(reply.errorMessage, reply["error-message"]);
  if (koreMessage === undefined || koreMessage.trim() === "") return undefined;
  const holders = [reply, reply.data].filter(isObject);
  const isAcknowledged = ACKNOWLEDGEMENTS.some((name) =>
    holders.some(({ [name]: value }) => isObject(value) || first(value)?.trim()),
  );
  if (isAcknowledged) return undefined;
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
  return "contract"; // A redirect, or an incomplete 2xx: KORE declares neither.
}

/**
 * Message, code and link of an error body. Places of the message, most specific first: `{message}`, `{status, errorMessage}`,
 * `{INFO}`, `{error, error_description}`, `{error: {message}}`, `{data: {message}}`, `{status, error-message}`,
 * `{messages[]}`, `{Messages[], ErrorMessages[]}`, `{rule-id, message[]}`.
 */
function readErrorBody(body: string): ReadError {
  const read: ReadError = {};
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
  // The 403 that means "expired" has both a message and an `error`; both are needed to recognise it.
  const also = typeof outer.error === "string" && outer.error !== message ? ` (${outer.error})` : "";
  if (message !== undefined) read.koreMessage = knownSecrets.redact(message + also);

  const code = first(inner.code, outer.code, typeof outer.error === "number" ? outer.error : undefined);
  if (code !== undefined && isCode(knownSecrets.redact(code))) read.code = code;

  const requestId = first(outer["subscription-request-id"])?.trim();
  if (requestId) read.subscriptionRequestId = requestId;

  const moreInfo = first(outer.more_info, outer.info, outer["more-info"]);
  if (moreInfo !== undefined && isPage(knownSecrets.redact(moreInfo))) read.moreInfo = moreInfo;

  const validated = messagesByEid(outer["validation-error"]);
  if (validated.length > 0) read.koreMessageOf = Object.fromEntries(validated);
  return read;
}

type ReadError = Pick<
  KoreErrorDetails,
  "code" | "moreInfo" | "koreMessage" | "koreMessageOf" | "subscriptionRequestId"
>;

/** `validation-error: [{eid, error-message}]` of eSIM requests. */
function messagesByEid(validation: unknown): [eid: string, message: string][] {
  const rows = Array.isArray(validation) ? (validation as unknown[]).filter(isObject) : [];
  return rows.flatMap(({ eid, "error-message": message }): [string, string][] =>
    typeof eid === "string" && typeof message === "string" ? [[eid.trim(), knownSecrets.redact(message)]] : [],
  );
}

/** Validates the forms of code and link, which callers see: any other text could quote secrets or identifiers. */
const isCode = (text: string) => /^[\w.-]{1,64}$/.test(text) && !/\d{10}/.test(text);
const isPage = (text: string) =>
  /^https:\/\/docs\.korewireless\.com\/[\w./#-]{0,200}$/.test(text) && !/\d{10}/.test(text);

/** The first value that is a string, a number, or a list that begins with one. */
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
    return undefined; // An HTML error page of a proxy.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Retry-After in milliseconds, from seconds or an HTTP date. The date is compared with the reply's own `Date`, because
 * KORE's clock and ours may differ, or with our clock without a `Date`.
 */
function retryAfterIn({ "retry-after": header, date }: Headers): number | undefined {
  if (typeof header !== "string") return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const dated = typeof date === "string" ? Date.parse(date) : NaN;
  const wait = Date.parse(header) - (Number.isNaN(dated) ? Date.now() : dated);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
