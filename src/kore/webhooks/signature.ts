import { createHash, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/**
 * KORE signs with plain SHA-256 (no HMAC), in hex: secret, method, callback address without query and fragment, body.
 * The address is used as registered: KORE's published example lacks the "/" that a URL parser adds.
 *
 * SHA-256 without HMAC allows length extension: an observer of one webhook can sign the same body with bytes appended.
 * Those bytes are never JSON, so the body must be parsed as a whole and nothing may follow it.
 *
 * @throws if there is no secret, or an empty one: with that, anyone could sign
 */
export function signatureCheck(
  secrets: readonly string[],
  callbackUrl: string,
): (body: Uint8Array, signature: string) => boolean {
  if (secrets.length === 0 || secrets.includes("")) throw new Error("A webhook needs secrets that are not empty");
  const address = callbackUrl.replace(/[?#].*$/s, "");
  const prefixes = secrets.map((secret) => `${secret}POST${address}`);
  return (body, signature) => {
    const isHex = /^[\da-f]{64}$/i.test(signature);
    if (!isHex) return false; // Saves hashing megabytes, and reveals nothing about the secret.
    const given = Buffer.from(signature, "hex");
    // KORE signs the JSON without white space, and does not state that it sends it so.
    const canonical = canonicalJson(body);
    const bodies = canonical.length === body.length ? [body] : [body, canonical];
    let matches = 0;
    // Constant time: every candidate is compared, whatever the others gave.
    for (const prefix of prefixes) {
      for (const form of bodies) {
        const expected = createHash("sha256").update(prefix).update(form).digest();
        matches += Number(timingSafeEqual(expected, given));
      }
    }
    return matches > 0;
  };
}
