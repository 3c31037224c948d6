import { KoreError } from "./error.ts";

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

  /** @throws KoreError "invalid-argument" for what cannot stand in a path */
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

/**
 * KORE states no form for its ids, but "", "." and ".." would make a path another one, a comma a list, and nothing
 * longer or stranger than this is an id.
 */
function checkId(name: string, value: string): void {
  if (/^[\w.~:@+=-]{1,128}$/.test(value) && !/^\.+$/.test(value)) return;
  const field = name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
  const rule = `${field}: must be 1 to 128 letters, digits or characters of _ . ~ : @ + = -`;
  throw new KoreError("invalid-argument", rule, { operation: name });
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
