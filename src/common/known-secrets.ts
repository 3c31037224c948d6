/** Stands where a secret was. */
const REDACTED = "[credential]";

/** Shorter ones are not looked for: they are part of too many words. */
const SHORTEST = 4;

/** Shorter ones, and those of digits only, are cut as whole words: within a word they may stand by chance, as in an ICCID. */
const LONG = 16;

/** Shorter ones are not looked for in base64, where too little of them would stay the same. */
const ENCODED = 8;

/** A word begins at the start, behind what is no letter or digit, and behind an escape (`%3D`, `\n`). */
const BEGIN = String.raw`(?<![a-z\d])|(?<=%[\da-f]{2}|\\[nrt])`;
const END = String.raw`(?![a-z\d])`;

/** Levels of objects and lists that are looked into; KORE's replies have six. */
const MAX_DEPTH = 50;

/**
 * Our own credentials by value, to be cut out of any text that came from KORE or goes to the log, since gateways quote what
 * they were sent. Besides as they are, secrets are found percent-encoded, as JSON and HTML escape them, and in base64;
 * upper and lower case count the same. Not found are those of fewer than four characters, parts of a secret, and
 * encodings of encodings.
 */
export class KnownSecrets {
  /** How often each is held. */
  readonly #secrets = new Map<string, number>();
  #pattern: RegExp | undefined;
  #needles: readonly Buffer[] | undefined;

  /** @returns lets go of them: they are cut until all holders have released them */
  register(...secrets: readonly string[]): () => void {
    const held = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST);
    this.#change(held, 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#change(held, -1);
      isHeld = false;
    };
  }

  /** The text without any of them. */
  redact(text: string): string {
    if (this.#secrets.size === 0) return text;
    this.#pattern ??= patternOf([...this.#secrets.keys()]);
    return text.replace(this.#pattern, REDACTED);
  }

  /**
   * Whether JSON may hold one, as it is or escaped, in the same case: base64 is not looked for. Much faster than to cut,
   * some 10 µs for each secret and 100 KB; `cutAll` decides.
   */
  mayBeIn(json: Buffer): boolean {
    this.#needles ??= [...this.#secrets.keys()].flatMap(plainForms).map((form) => Buffer.from(form));
    return this.#needles.some((needle) => json.includes(needle));
  }

  /** A value of JSON without any of them in texts, numbers and names; the value itself when there is none. */
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
    this.#needles = undefined;
  }
}

/** Those of this process. It has one log, and what is secret in one part of it is secret in all. */
export const knownSecrets = new KnownSecrets();

function patternOf(secrets: readonly string[]): RegExp {
  const anywhere: string[] = [];
  const asWords: string[] = [];
  for (const secret of secrets) {
    const isDistinct = secret.length >= LONG && !/^\d+$/.test(secret);
    (isDistinct ? anywhere : asWords).push(...plainForms(secret));
    if (secret.length >= ENCODED) anywhere.push(...base64Forms(secret));
  }
  const parts = [
    ...(anywhere.length > 0 ? [eitherOf(anywhere)] : []),
    ...(asWords.length > 0 ? [`(?:${BEGIN})${eitherOf(asWords)}${END}`] : []),
  ];
  return new RegExp(parts.join("|"), "gi");
}

/** Longest first: one may begin with another. */
function eitherOf(texts: readonly string[]): string {
  const longestFirst = [...new Set(texts)].sort((one, other) => other.length - one.length);
  return `(?:${longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join("|")})`;
}

/** As it is, percent-encoded in addresses and forms, and as encoders of JSON and HTML escape it. */
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

/** The base64 of a text with the secret in it, at each of three alignments, without the characters that depend on its neighbours. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const sure = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [sure, sure.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
