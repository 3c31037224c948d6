import { byteSearch } from "./byte-search.ts";

/** Replaces a secret. */
const REDACTED = "[credential]";

/** Shorter secrets are not redacted, because they are part of too many words. */
const MIN_LENGTH = 4;

/** Shorter secrets, and those of digits only, are redacted as whole words only: an ICCID may contain them by chance. */
const MIN_DISTINCT = 16;

/** Shorter secrets are not redacted in base64, where too few of their characters are independent of the context. */
const MIN_BASE64 = 8;

/** A word begins at the start, after a character that is no letter or digit, or after an escape (`%3D`, `\n`). */
const BEGIN = String.raw`(?<![a-z\d])|(?<=%[\da-f]{2}|\\[nrt])`;
const END = String.raw`(?![a-z\d])`;

/** Depth of objects and lists that are searched; KORE's replies have six levels. */
const MAX_DEPTH = 50;

/**
 * Redacts our own credentials, by value, from KORE's replies and from the log, because gateways quote what they were sent.
 * Secrets are found in plain, percent-encoded, JSON- and HTML-escaped form and in base64, ignoring case. Secrets of fewer
 * than four characters, parts of a secret and nested encodings are not found.
 */
export class KnownSecrets {
  /** Number of registrations of each secret. */
  readonly #secrets = new Map<string, number>();
  #pattern: RegExp | undefined;
  #isIn: ((json: Buffer) => boolean) | undefined;

  /** @returns releases the secrets; they are redacted until all registrations are released */
  register(...secrets: readonly string[]): () => void {
    const registered = [...new Set(secrets)].filter(({ length }) => length >= MIN_LENGTH);
    this.#change(registered, 1);
    let isRegistered = true;
    return () => {
      if (isRegistered) this.#change(registered, -1);
      isRegistered = false;
    };
  }

  /** The text without secrets. */
  redact(text: string): string {
    if (this.#secrets.size === 0) return text;
    this.#pattern ??= patternOf([...this.#secrets.keys()]);
    return text.replace(this.#pattern, REDACTED);
  }

  /**
   * Whether JSON may hold a secret, in plain or escaped form and the same case, but not in base64. Takes much less than
   * `redactAll`, which decides.
   */
  mayBeIn(json: Buffer): boolean {
    this.#isIn ??= byteSearch([...this.#secrets.keys()].flatMap(plainForms).map((form) => Buffer.from(form)));
    return this.#isIn(json);
  }

  /** A JSON value without secrets in strings, numbers and names; the same value when there are none. */
  redactAll<Value>(value: Value): Value;
  redactAll(value: unknown): unknown {
    return this.#secrets.size === 0 ? value : this.#redactAll(value, MAX_DEPTH);
  }

  #redactAll(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.redact(value);
    if (typeof value === "number") return this.redact(String(value)) === String(value) ? value : REDACTED;
    if (typeof value !== "object" || value === null || depth === 0) return value;
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.#redactAll(item, depth - 1));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return value; // A Date, an Error.
    const entries = Object.entries(value);
    const kept = entries.map(([name, item]) => [this.redact(name), this.#redactAll(item, depth - 1)] as const);
    const isSame = kept.every(([name, item], index) => name === entries[index]?.[0] && item === entries[index][1]);
    return isSame ? value : Object.fromEntries(kept);
  }

  #change(secrets: readonly string[], by: 1 | -1): void {
    for (const secret of secrets) {
      const count = (this.#secrets.get(secret) ?? 0) + by;
      if (count > 0) this.#secrets.set(secret, count);
      else this.#secrets.delete(secret);
    }
    this.#pattern = undefined;
    this.#isIn = undefined;
  }
}

/** The secrets of this process, which all its parts redact. */
export const knownSecrets = new KnownSecrets();

function patternOf(secrets: readonly string[]): RegExp {
  const anywhere: string[] = [];
  const asWords: string[] = [];
  for (const secret of secrets) {
    const isDistinct = secret.length >= MIN_DISTINCT && !/^\d+$/.test(secret);
    (isDistinct ? anywhere : asWords).push(...plainForms(secret));
    if (secret.length >= MIN_BASE64) anywhere.push(...base64Forms(secret));
  }
  const parts = [
    ...(anywhere.length > 0 ? [eitherOf(anywhere)] : []),
    ...(asWords.length > 0 ? [`(?:${BEGIN})${eitherOf(asWords)}${END}`] : []),
  ];
  return new RegExp(parts.join("|"), "gi");
}

/** Longest first, because one may begin with another. */
function eitherOf(texts: readonly string[]): string {
  const longestFirst = [...new Set(texts)].sort((one, other) => other.length - one.length);
  return `(?:${longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join("|")})`;
}

/** Plain, percent-encoded in addresses and forms, and escaped in JSON and HTML. */
function plainForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const unicode = (char: string) => String.raw`\u` + char.charCodeAt(0).toString(16).padStart(4, "0");
  const forms = [
    secret,
    json,
    json.replaceAll("/", String.raw`\/`), // PHP
    json.replace(/[^\x20-\x7e]/g, unicode), // Python
    json.replace(/[<>&='+]|[^\x20-\x7e]/g, unicode), // Java, .NET
    secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
  ];
  return [...new Set(forms)];
}

/** Base64 of the secret at each of three alignments, without the characters that depend on its neighbours. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const sure = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [sure, sure.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
