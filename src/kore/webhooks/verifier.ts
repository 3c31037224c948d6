import { hash, timingSafeEqual } from "node:crypto";
import { type IncomingHttpHeaders } from "node:http";
import { signatureCheck } from "./signature.ts";

export interface VerificationOptions {
  /** Secrets of the signature, newest first. Empty: signatures are not accepted. */
  secrets: readonly string[];
  /** The callback address as registered at KORE, which is part of what KORE signs (without query and fragment). */
  callbackUrl: string;
  /** The alert rule's `access-token-key`, and accepted values of `access-token`. @default access tokens are not accepted */
  accessToken?: AccessToken | undefined;
}

interface AccessToken {
  key: string;
  tokens: readonly string[];
}

type CheckResult = "right" | "wrong" | "missing" | "not configured";

export interface Verification {
  isVerified: boolean;
  signature: CheckResult;
  accessToken: CheckResult;
}

const SIGNATURE = "kore-signature";

/**
 * Verifies that a webhook is KORE's, by its signature or by the access token of the alert rule. Either suffices.
 *
 * KORE's contract of alert rules has `access-token` and `access-token-key`, and does not state where the token is sent.
 * It is read from the header of that name only: proxies log and store bodies.
 *
 * @throws if neither is configured, or a secret or token is empty
 */
export function createVerifier(
  options: VerificationOptions,
): (headers: IncomingHttpHeaders, body: Uint8Array) => Verification {
  const { secrets, callbackUrl, accessToken } = options;
  if (secrets.length === 0 && !accessToken) throw new Error("A webhook needs a secret or an access token");
  const isSignature = secrets.length > 0 ? signatureCheck(secrets, callbackUrl) : undefined;
  const isToken = accessToken && tokenCheck(accessToken.tokens);
  const tokenHeader = accessToken?.key.toLowerCase() ?? "";
  return (headers, body) => {
    const signature = check(headers[SIGNATURE], isSignature && ((given) => isSignature(body, given)));
    const token = check(headers[tokenHeader], isToken);
    return { isVerified: signature === "right" || token === "right", signature, accessToken: token };
  };
}

function check(
  given: string | readonly string[] | undefined,
  isRight: ((given: string) => boolean) | undefined,
): CheckResult {
  if (!isRight) return "not configured";
  if (given === undefined || given === "") return "missing";
  return isRight(String(given)) ? "right" : "wrong";
}

/** Constant time: digests have equal lengths, and the given token is compared with all accepted ones. */
function tokenCheck(tokens: readonly string[]): (given: string) => boolean {
  if (tokens.length === 0 || tokens.includes("")) throw new Error("A webhook needs access tokens that are not empty");
  const expected = tokens.map(digest);
  return (given) => {
    const actual = digest(given);
    return expected.reduce((matches, one) => matches + Number(timingSafeEqual(one, actual)), 0) > 0;
  };
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
