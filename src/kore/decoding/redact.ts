import { knownSecrets } from "../../common/known-secrets.ts";

const MAX_LENGTH = 300;

/** Gateways quote the header that they could not read, and keys that they do not know. UUIDs are no credentials. */
const CREDENTIAL = /\b(?:bearer|basic)\s+(?=[^\s'"]*\d)[^\s'"]+|\beyJ[\w.-]+|\bkg_[\w-]{20,}|[\w+/=]{32,}/gi;

/** From the start of a word only: a long one would be read to its end from each letter. */
const E_MAIL = /(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+/g;

/** KORE's own words, fit to be kept and shown: without addresses, credentials and what may be a SIM's or a person's number. */
export function redact(words: string): string {
  const bare = knownSecrets
    .redact(words)
    .replace(/https?:\/\/\S+/gi, "[address]")
    .replace(CREDENTIAL, "[credential]")
    .replace(E_MAIL, "[e-mail]")
    .replace(/\d{10,}/g, "[number]");
  return bare.length > MAX_LENGTH ? `${bare.slice(0, MAX_LENGTH - 1)}…` : bare;
}
