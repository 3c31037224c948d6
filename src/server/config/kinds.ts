import { z } from "zod";
import { networks } from "../http/connections/index.ts";

/** An address that holds no credentials: it is shown. */
export const url = () =>
  z
    .url({ protocol: /^https?$/, error: "must be an http or https address", abort: true })
    .refine(isPlain, "must be an address without user name, password, query and fragment");

function isPlain(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === "";
}

/** Address of a PostgreSQL database. Holds a password. */
export const postgres = z
  .string()
  .trim()
  .refine(
    (address) => URL.canParse(address) && /^postgres(ql)?:$/.test(new URL(address).protocol),
    "must be the address of a PostgreSQL database, such as postgres://user:password@db.example.com/kore",
  );

/** Address of an HTTP proxy; without a scheme it is one of http, as other programs take it. May hold credentials. */
export const proxy = z
  .string()
  .trim()
  .transform((address) => (/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`))
  .refine(isProxy, "must be the http or https address of a proxy, such as http://proxy.example.com:3128");

function isProxy(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(address);
  return /^https?:$/.test(protocol) && hostname !== "" && pathname + search + hash === "/";
}

/** A secret, or an id that is sent with one. Blanks and newlines around it come from copying and from files: trimmed. */
export const secret = () =>
  z
    .string()
    .trim()
    .min(1, "must not be blank")
    .regex(/^\P{C}*$/u, "must not hold newlines, control characters or invisible ones");

/** A secret that is sent in a header of its own. */
export const apiKey = () => secret().regex(/^[\x21-\x7e]*$/, "must be printable ASCII without blanks");

export const integer = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(rule).int(rule).min(min, rule).max(max, rule);
};

export const accountMap = z
  .string()
  .regex(/^\s*acct_\w+=[\w.-]+(\s*,\s*acct_\w+=[\w.-]+)*\s*$/, "must be acct_…=cmp-…, several joined by commas")
  .transform((text) => new Map(text.split(",").map((pair) => pair.trim().split("=") as [string, string])));

/** Addresses and networks, as `networks` takes them. */
export const addresses = z
  .string()
  .transform((text) => text.split(",").map((address) => address.trim()))
  .refine(areNetworks, "must be IP addresses or networks such as 10.0.0.0/8, joined by commas");

function areNetworks(texts: readonly string[]): boolean {
  try {
    networks(texts);
    return true;
  } catch {
    return false;
  }
}

/** Pages say where they are from by scheme, host and port; a path or a wildcard would never match. */
export const origins = z
  .string()
  .transform((text) => text.split(",").map((origin) => origin.trim()))
  .refine(
    (all) => all.every(isOrigin),
    "must be origins such as https://app.example.com, joined by commas; no wildcard",
  );

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Headers that mean something to HTTP or to the receiver itself. */
const TAKEN =
  /^(host|connection|content-.*|transfer-encoding|upgrade|expect|te|trailer|kore-signature|kore-idempotency-token)$/i;

export const headerName = z
  .string()
  .trim()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, "must be the name of a header")
  .refine((name) => !TAKEN.test(name), "must not be a header that has a meaning of its own");

/** Characters of an HTTP header's value, without blanks around it. */
export const headerValue = z
  .string()
  .trim()
  .regex(/^[\x20-\x7e]+$/, "must have characters that a header can carry");
