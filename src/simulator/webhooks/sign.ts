import { hash } from "node:crypto";

/** KORE's rule: SHA-256, not HMAC, in hex. Compact JSON is expected; without a secret the signature is empty. */
export function sign(secret: string | undefined, callbackUrl: string, body: string): string {
  if (secret === undefined) return "";
  const [address = ""] = callbackUrl.split(/[?#]/);
  return hash("sha256", `${secret}POST${address}${body}`, "hex");
}
