import { canonicalJson } from "./canonical-json.ts";
import { isKnownEvent, parsePayload } from "./payload.ts";
import { type VerificationOptions, createVerifier } from "./verifier.ts";

/**
 * KORE's contract of webhooks, for the receiver.
 *
 * @throws if neither a secret nor an access token is configured, or one of them is empty
 */
export function webhookContract(options: VerificationOptions) {
  return { verify: createVerifier(options), parse: parsePayload, canonicalJson, isKnownEvent };
}
