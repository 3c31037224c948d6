import { KoreError } from "../errors.ts";

/** A path of a contract's, such as "/v1/accounts/{account-id}", taken apart once: every read is one of a few. */
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

/** As many as the contracts have. */
const TEMPLATES = new Map<string, PathTemplate>();

/** Octets of an encoded id. RFC 9110, 4.1: addresses of 8,000 octets should be supported. */
const MAX_ID_OCTETS = 8000;

/** The rule of {@link isValidId}, for people. */
export const ID_RULE = `must be an id: not empty, no "." or ".." between slashes, well-formed Unicode of at most ${MAX_ID_OCTETS} octets`;

/** "." and ".." between slashes, also where either is encoded: a server that decodes before it routes takes them for steps. */
const STEP = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\]|%2f|%5c)/i;

/**
 * Whether a request can ask for an id. KORE states no form for its ids, so that any text is encoded and asked, but for
 * one that would make the path another one, and one that UTF-8 or an address cannot hold.
 */
export function isValidId(id: string): boolean {
  if (/^[\w~:@+=-]{1,128}$/.test(id)) return true; // As all known ids are.
  if (id === "" || STEP.test(id)) return false;
  try {
    return encodeURIComponent(id).length <= MAX_ID_OCTETS;
  } catch {
    return false; // A lone surrogate.
  }
}

/** Ids of callers are checked where they come in, so this one is KORE's or the configuration's. */
function checkId(name: string, value: string): void {
  if (isValidId(value)) return;
  throw new KoreError("contract", `${name}: KORE cannot be asked for this id`, { operation: name, isUnsent: true });
}

export type PathValues = Readonly<Record<string, string>>;
export type QueryValues = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** With its question mark; empty when no parameter has a value. */
export function queryString(query: QueryValues): string {
  let written = "";
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    if (name.endsWith("-id")) checkId(name, String(value));
    const encoded = encodeURIComponent(value);
    // A comma separates ICCIDs and is legal in a query as it is; encoded, a hundred of them grow by 200 characters.
    written += `${written === "" ? "?" : "&"}${name}=${name === "iccid" ? encoded.replaceAll("%2C", ",") : encoded}`;
  }
  return written;
}
