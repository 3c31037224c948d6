import { knownSecrets } from "../../common/known-secrets.ts";

const MAX_LENGTH = 300;

/** Gateways quote headers and keys that they refuse. UUIDs do not match. */
const CREDENTIAL = /\b(?:bearer|basic)\s+(?=[^\s'"]*\d)[^\s'"]+|\beyJ[\w.-]+|\bkg_[\w-]{20,}|[\w+/=]{32,}/gi;

/** Matches from the start of a word only, for linear time on long words. */
const E_MAIL = /(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+/g;

/** KORE's message without addresses, credentials, and numbers of SIMs or people, to be stored and shown. */
export function redact(message: string): string {
  const redacted = knownSecrets
    .redact(message)
    .replace(/https?:\/\/\S+/gi, "[address]")
    .replace(CREDENTIAL, "[credential]")
    .replace(E_MAIL, "[e-mail]")
    .replace(/\d{10,}/g, "[number]");
  return redacted.length > MAX_LENGTH ? `${redacted.slice(0, MAX_LENGTH - 1)}…` : redacted;
}
