import { createHash, timingSafeEqual } from "node:crypto";
import { type IncomingHttpHeaders } from "node:http";
import { signatureCheck } from "./signature.ts";

export interface VerificationOptions {
  /** Secrets that may sign, the current one first. Empty: signatures prove nothing. */
  secrets: readonly string[];
  /** The callback address as registered at KORE: part of what is signed (query and fragment left out). */
  callbackUrl: string;
  /** The rule's `access-token-key` and the values of `access-token` that are accepted. Absent: no token proves anything. */
  accessToken?: AccessToken | undefined;
}

interface AccessToken {
  key: string;
  tokens: readonly string[];
}

type Finding = "right" | "wrong" | "missing" | "not configured";

export interface Proof {
  isVerified: boolean;
  signature: Finding;
  accessToken: Finding;
}

const SIGNATURE = "kore-signature";

/**
 * Checks what proves that a delivery is KORE's: its signature, or the access token of the alert rule. Either is enough.
 *
 * KORE's contract of rules has `access-token` and `access-token-key`, and does not state where the token comes. It is
 * taken from the header that the key names, and from nowhere else: a body that repeated it would be logged and stored by
 * what stands between.
 *
 * @throws if neither is configured, or a secret or token is empty
 */
export function createVerifier(
  options: VerificationOptions,
): (headers: IncomingHttpHeaders, body: Uint8Array) => Proof {
  const { secrets, callbackUrl, accessToken } = options;
  if (secrets.length === 0 && !accessToken) throw new Error("A webhook needs a secret or an access token");
  const isSigned = secrets.length > 0 ? signatureCheck(secrets, callbackUrl) : undefined;
  const isToken = accessToken && tokenCheck(accessToken.tokens);
  const tokenHeader = accessToken?.key.toLowerCase() ?? "";
  return (headers, body) => {
    const signature = find(headers[SIGNATURE], isSigned && ((given) => isSigned(body, given)));
    const token = find(headers[tokenHeader], isToken);
    return { isVerified: signature === "right" || token === "right", signature, accessToken: token };
  };
}

function find(
  given: string | readonly string[] | undefined,
  isRight: ((given: string) => boolean) | undefined,
): Finding {
  if (!isRight) return "not configured";
  if (given === undefined || given === "") return "missing";
  return isRight(String(given)) ? "right" : "wrong";
}

/** Compares digests, which have one length, in constant time; and all of them, whichever matches. */
function tokenCheck(tokens: readonly string[]): (given: string) => boolean {
  if (tokens.length === 0 || tokens.includes("")) throw new Error("A webhook needs access tokens that are not empty");
  const expected = tokens.map(digest);
  return (given) => {
    const actual = digest(given);
    return expected.reduce((matches, one) => matches + Number(timingSafeEqual(one, actual)), 0) > 0;
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
