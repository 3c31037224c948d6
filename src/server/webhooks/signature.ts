import { createHash, timingSafeEqual } from "node:crypto";
import { compacted } from "./compact.ts";

/**
 * KORE signs with plain SHA-256 (no HMAC), in hex: secret, method, callback address without query and fragment, body.
 * The address is taken as text, as it was registered: KORE's published example has none of the "/" that a URL parser adds.
 *
 * Such a hash can be carried on past its end without the secret, so a party that has seen one delivery can sign that same
 * body with bytes added to it. These are never JSON: the body must be parsed whole, with nothing allowed behind it.
 *
 * @throws if there is no secret, or an empty one: with that, anyone could sign
 */
export function signatureCheck(
  secrets: readonly string[],
  callbackUrl: string,
): (body: Uint8Array, signature: string) => boolean {
  if (secrets.length === 0 || secrets.includes("")) throw new Error("A webhook needs secrets that are not empty");
  const address = callbackUrl.replace(/[?#].*$/s, "");
  const starts = secrets.map((secret) => `${secret}POST${address}`);
  return (body, signature) => {
    const isHex = /^[\da-f]{64}$/i.test(signature);
    if (!isHex) return false; // Says nothing of the secret, and spares the hash of a body of megabytes.
    const given = Buffer.from(signature, "hex");
    // KORE says that it compacts the JSON that it signs, not that it sends it so.
    const compact = compacted(body);
    const bodies = compact.length === body.length ? [body] : [body, compact];
    let matches = 0;
    // Every candidate is tried whatever came of the others, so that the time taken says nothing.
    for (const start of starts) {
      for (const form of bodies) {
        const expected = createHash("sha256").update(start).update(form).digest();
        matches += Number(timingSafeEqual(expected, given));
      }
    }
    return matches > 0;
  };
}
