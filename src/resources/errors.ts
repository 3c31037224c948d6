import { CommitUnknown, StoreUnavailable } from "../common/store-errors.ts";
import { NOT_FOUND_MESSAGE, type PublicError } from "../graph/index.ts";
import { KoreError, type KoreErrorKind, RequestKeyReused } from "../kore/index.ts";

/** The one table from what happened at KORE to what the caller sees. KORE's own words, addresses and headers stay here. */
const PUBLIC: Readonly<Record<KoreErrorKind, PublicError>> = {
  "bad-request": { code: "KORE_REFUSED", message: "KORE did not accept the request" },
  unauthenticated: { code: "KORE_UNAUTHENTICATED", message: "KORE did not accept the credentials of this deployment" },
  forbidden: { code: "KORE_FORBIDDEN", message: "The credentials of this deployment do not reach this" },
  "not-found": { code: "NOT_FOUND", message: NOT_FOUND_MESSAGE },
  conflict: { code: "KORE_CONFLICT", message: "KORE found a conflict with the present state" },
  "rate-limited": { code: "KORE_RATE_LIMITED", message: "KORE asks for fewer requests; try again later" },
  unavailable: { code: "KORE_UNAVAILABLE", message: "KORE failed; try again later" },
  timeout: { code: "KORE_TIMEOUT", message: "KORE did not answer in time" },
  connection: { code: "KORE_UNREACHABLE", message: "KORE could not be reached, or cut the connection" },
  busy: { code: "UPSTREAM_BUSY", message: "Too much waits for KORE, or it has asked for a pause; try again later" },
  "breaker-open": { code: "KORE_UNAVAILABLE", message: "KORE has failed repeatedly and is left alone for a moment" },
  contract: { code: "KORE_CONTRACT_BROKEN", message: "KORE's reply was not what its contract says" },
  aborted: { code: "REQUEST_CANCELLED", message: "The caller left before KORE answered" },
};

/** How soon a disk may have room again is not known; the store is looked at as often. Seconds. */
const STORE_RETRY_AFTER = 10;

const STORE_UNAVAILABLE: PublicError = {
  code: "STORE_UNAVAILABLE",
  message: "Writes cannot be recorded at present, so none is sent; reads go on",
  extensions: { retryAfterSeconds: STORE_RETRY_AFTER, isRetryable: true },
};

/** An order is recorded before it is sent; another replica may have found the record and sent it. */
const RECORD_UNKNOWN: PublicError = {
  code: "STORE_UNAVAILABLE",
  message:
    "The store's answer was lost: the order may have been recorded, and is sent in that case. Repeat it with the same requestKey, or look for it before ordering again",
  extensions: { retryAfterSeconds: STORE_RETRY_AFTER, isRetryable: false },
};

/** The public form of an error of `kore/`; undefined for any other. */
export function describeKoreError(error: unknown): PublicError | undefined {
  if (error instanceof RequestKeyReused) {
    return {
      code: "REQUEST_KEY_REUSED",
      message: "This requestKey stands for another input already; nothing was written",
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
