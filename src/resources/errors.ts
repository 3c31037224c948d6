import { CommitUnknown, StoreUnavailable } from "../common/store/store-errors.ts";
import { NOT_FOUND_MESSAGE, type PublicError } from "../graph/index.ts";
import { KoreError, type KoreErrorKind, RequestKeyReused } from "../kore/index.ts";

/** Public error of each kind of failure. KORE's messages, addresses and headers are not shown. */
const PUBLIC: Readonly<Record<KoreErrorKind, PublicError>> = {
  "bad-request": { code: "KORE_REFUSED", message: "KORE did not accept the request" },
  unauthenticated: { code: "KORE_UNAUTHENTICATED", message: "KORE did not accept the credentials of this deployment" },
  forbidden: { code: "KORE_FORBIDDEN", message: "The credentials of this deployment have no access to this" },
  "not-found": { code: "NOT_FOUND", message: NOT_FOUND_MESSAGE },
  conflict: { code: "KORE_CONFLICT", message: "KORE found a conflict with the present state" },
  "rate-limited": { code: "KORE_RATE_LIMITED", message: "KORE asks for fewer requests; try again later" },
  unavailable: { code: "KORE_UNAVAILABLE", message: "KORE failed; try again later" },
  timeout: { code: "KORE_TIMEOUT", message: "KORE did not answer in time" },
  connection: { code: "KORE_UNREACHABLE", message: "KORE could not be reached, or closed the connection" },
  busy: {
    code: "UPSTREAM_BUSY",
    message: "Too many calls wait for KORE, or KORE has asked for a pause; try again later",
  },
  "breaker-open": {
    code: "KORE_UNAVAILABLE",
    message: "KORE has failed repeatedly; calls to it are paused for a moment",
  },
  contract: { code: "KORE_CONTRACT_BROKEN", message: "KORE's reply breaks its contract" },
  aborted: { code: "REQUEST_CANCELLED", message: "The request was cancelled before KORE answered" },
};

/** Interval of the store's health check. Seconds. */
const STORE_RETRY_AFTER = 10;

const STORE_UNAVAILABLE: PublicError = {
  code: "STORE_UNAVAILABLE",
  message: "Writes cannot be recorded at present, so none is sent; reads continue",
  extensions: { retryAfterSeconds: STORE_RETRY_AFTER, isRetryable: true },
};

/** The order may have been recorded, and another replica may then find and send it. */
const RECORD_UNKNOWN: PublicError = {
  code: "STORE_UNAVAILABLE",
  message:
    "The store's reply was lost: the order may have been recorded, and is sent in that case. Repeat it with the same requestKey, or look for it before ordering again",
  extensions: { retryAfterSeconds: STORE_RETRY_AFTER, isRetryable: false },
};

/** The public form of an error of `kore/`; undefined for any other. */
export function describeKoreError(error: unknown): PublicError | undefined {
  if (error instanceof RequestKeyReused) {
    return {
      code: "REQUEST_KEY_REUSED",
      message: "This requestKey was used with another input; nothing was written",
    };
  }
  if (error instanceof CommitUnknown) return RECORD_UNKNOWN;
  if (error instanceof StoreUnavailable) return STORE_UNAVAILABLE;
  if (!(error instanceof KoreError)) return undefined;
  const { kind, status, code: koreCode, moreInfo, retryAfter } = error;
  return {
    ...PUBLIC[kind],
    extensions: {
      ...(status !== undefined && { koreStatus: status }),
      ...(koreCode !== undefined && { koreCode }),
      ...(moreInfo !== undefined && { moreInfo }),
      ...(retryAfter !== undefined && { retryAfterSeconds: Math.ceil(retryAfter / 1000) }),
      isRetryable: error.isRetryable,
    },
  };
}
