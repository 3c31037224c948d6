import * as z from "zod";
import { parseNetworks } from "../../http/connections/index.ts";
import { isLoopbackName } from "../../http/host-check.ts";

export const text = z.string();

/** `on` or `off`. */
export const onOff = z.enum(["on", "off"]).transform((value) => value === "on");

export const integer = (min: number, max: number) => {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number<string>(rule).int(rule).min(min, rule).max(max, rule);
};

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Whole units of time, in milliseconds. */
const duration = (unit: number) => (min: number, max: number) => integer(min, max).transform((count) => count * unit);
export const seconds = duration(SECOND);
export const hours = duration(HOUR);
export const days = duration(24 * HOUR);

const splitByCommas = (list: string): string[] => list.split(",").map((item) => item.trim());

/** A list of what another kind takes, joined by commas. */
export const listOf = <Item>(item: z.ZodType<Item, string>) => text.transform(splitByCommas).pipe(z.array(item));

/** An address that is shown, so it must hold no credentials. */
export const url = z
  .url({ protocol: /^https?$/, error: "must be an http or https address", abort: true })
  .refine(isPlain, "must be an address without user name, password, query and fragment");

function isPlain(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === "";
}

/** An address of public keys: over plain HTTP they could be replaced in transit. */
export const keysUrl = z
  .url({ protocol: /^https?$/, error: "must be an https address", abort: true })
  .refine(isSafe, "must be an https address without user name and password (http on this machine only)");

function isSafe(address: string): boolean {
  const { protocol, hostname, username, password } = new URL(address);
  return username + password === "" && (protocol === "https:" || isLoopbackName(hostname));
}

/** Address of a PostgreSQL database. Holds a password. */
export const postgresUrl = text
  .trim()
  .refine(
    (address) => URL.canParse(address) && /^postgres(ql)?:$/.test(new URL(address).protocol),
    "must be the address of a PostgreSQL database, such as postgres://user:password@db.example.com/kore",
  );

/** Address of an HTTP proxy. Without a scheme `http:` is assumed, as other programs do. May hold credentials. */
export const proxyUrl = text
  .trim()
  .transform((address) => (/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`))
  .refine(isProxy, "must be the http or https address of a proxy, such as http://proxy.example.com:3128");

function isProxy(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(address);
  return /^https?:$/.test(protocol) && hostname !== "" && pathname + search + hash === "/";
}

/** A secret, or an id that is sent with one. Blanks and newlines around it come from copying and from files: trimmed. */
export const secret = text
  .trim()
  .min(1, "must not be blank")
  .regex(/^\P{C}*$/u, "must not hold newlines, control characters or invisible ones");

/** A secret that is sent in a header of its own. */
export const apiKey = secret.regex(/^[\x21-\x7e]*$/, "must be printable ASCII without blanks");

export const accountMap = text
  .regex(/^\s*acct_\w+=[\w.-]+(\s*,\s*acct_\w+=[\w.-]+)*\s*$/, "must be acct_…=cmp-…, several joined by commas")
  .transform((map) => new Map(splitByCommas(map).map((pair) => pair.split("=") as [string, string])));

/** Addresses and networks, as `parseNetworks` takes them. */
export const addresses = text
  .transform(splitByCommas)
  .refine(areNetworks, "must be IP addresses or networks such as 10.0.0.0/8, joined by commas");

function areNetworks(texts: readonly string[]): boolean {
  try {
    parseNetworks(texts);
    return true;
  } catch {
    return false;
  }
}

/** Browsers send scheme, host and port as the origin; a path or a wildcard would never match. */
export const origins = text
  .transform(splitByCommas)
  .refine(
    (all) => all.every(isOrigin),
    "must be origins such as https://app.example.com, joined by commas; no wildcard",
  );

function isOrigin(origin: string): boolean {
  return /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}

export const names = text
  .transform(splitByCommas)
  .refine((all) => all.every((name) => name !== ""), "must be names joined by commas");

/** Without HS* and none: with a shared secret every verifier could also sign. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

export const algorithms = text
  .transform(splitByCommas)
  .refine(
    (all) => all.every((name) => ALGORITHMS.includes(name)),
    `must be of ${ALGORITHMS.join(", ")}, several joined by commas`,
  );

/** Headers with a meaning in HTTP or for the receiver. */
const TAKEN =
  /^(host|connection|content-.*|transfer-encoding|upgrade|expect|te|trailer|kore-signature|kore-idempotency-token)$/i;

export const headerName = text
  .trim()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, "must be the name of a header")
  .refine((name) => !TAKEN.test(name), "must not be a header that has a meaning of its own");

/** Characters of an HTTP header's value, without blanks around it. */
export const headerValue = text.trim().regex(/^[\x20-\x7e]+$/, "must have characters that a header can carry");

/** Headers by name, in OpenTelemetry's form: `name=value`, joined by commas, values percent-encoded. */
export const headers = text
  .transform((list) => splitByCommas(list).map((pair) => /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*)$/.exec(pair)))
  .refine(
    (pairs) => pairs.every((pair) => pair !== null && decoded(pair[2]) !== undefined),
    "must be name=value, several joined by commas, with percent-encoded values",
  )
  .transform((pairs) => Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", decoded(pair?.[2]) ?? ""])));

function decoded(value = ""): string | undefined {
  try {
    return headerValue.parse(decodeURIComponent(value));
  } catch {
    return undefined;
  }
}
