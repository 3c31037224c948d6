import { KoreError } from "../errors.ts";

/** A path of the contract, such as "/v1/accounts/{account-id}". Parsed once, since the contracts have few. */
export class PathTemplate {
  /** For logs, errors and counters. */
  readonly read: string;
  readonly #texts: readonly string[];
  readonly #names: readonly string[];

  private constructor(template: string) {
    this.read = `GET ${template}`;
    const parts = template.split(/\{([^}]+)\}/);
    this.#texts = parts.filter((_, index) => index % 2 === 0);
    this.#names = parts.filter((_, index) => index % 2 === 1);
  }

  static of(template: string): PathTemplate {
    let known = TEMPLATES.get(template);
    if (!known) TEMPLATES.set(template, (known = new PathTemplate(template)));
    return known;
  }

  /** @throws KoreError "contract", never sent, for an id for which {@link isValidId} is false */
  fill(parameters: PathValues): string {
    let path = this.#texts[0] ?? "";
    for (let index = 0; index < this.#names.length; index += 1) {
      const name = this.#names[index] ?? "";
      const value = parameters[name] ?? "";
      checkId(name, value);
      path += encodeURIComponent(value) + (this.#texts[index + 1] ?? "");
    }
    return path;
  }
}

/** Bounded by the number of the contracts' paths. */
const TEMPLATES = new Map<string, PathTemplate>();

/** Octets of an encoded id. RFC 9110, 4.1: addresses of 8,000 octets should be supported. */
const MAX_ID_OCTETS = 8000;

/** The rule of {@link isValidId} in words. */
export const ID_RULE = `must be an id: not empty, no "." or ".." between slashes, well-formed Unicode of at most ${MAX_ID_OCTETS} octets`;

/** "." and ".." between slashes, encoded or not: a server that decodes before it routes resolves them. */
const DOT_SEGMENT = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\]|%2f|%5c)/i;

/**
 * Whether an id can be sent in a path. KORE states no form of its ids, so any text is encoded and sent, except text that
 * would change the path, and text that UTF-8 or an address cannot hold.
 */
export function isValidId(id: string): boolean {
  if (/^[\w~:@+=-]{1,128}$/.test(id)) return true; // All known ids have this form.
  if (id === "" || DOT_SEGMENT.test(id)) return false;
  try {
    return encodeURIComponent(id).length <= MAX_ID_OCTETS;
  } catch {
    return false; // A lone surrogate.
  }
}

/** Callers' ids are validated as arguments, so an invalid one here is KORE's or the configuration's. */
function checkId(name: string, value: string): void {
  if (isValidId(value)) return;
  throw new KoreError("contract", `${name}: the id cannot be sent to KORE`, { operation: name, isUnsent: true });
}

export type PathValues = Readonly<Record<string, string>>;
type QueryValue = string | number | boolean;
export type QueryValues = Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>;

/** With its question mark; empty when no parameter has a value. Each value of a list is a parameter of its own. */
export function queryString(query: QueryValues): string {
  let written = "";
  for (const name of Object.keys(query)) {
    const given = query[name];
    if (given === undefined || given === null) continue;
    if (typeof given === "object") for (const value of given) written += parameter(written, name, value);
    else written += parameter(written, name, given);
  }
  return written;
}

function parameter(before: string, name: string, value: QueryValue): string {
  if (name.endsWith("-id")) checkId(name, String(value));
  const encoded = encodeURIComponent(value);
  // Commas between ICCIDs are legal in a query; encoded, a hundred ICCIDs take 200 characters more.
  return `${before === "" ? "?" : "&"}${name}=${name === "iccid" ? encoded.replaceAll("%2C", ",") : encoded}`;
}
