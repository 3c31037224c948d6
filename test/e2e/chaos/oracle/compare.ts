/** What an answer must be: a value, an object of which the answer has a part, a rule, or what follows from the answer. */
export type Expected = unknown;

/** Something was told that is not so, or was not told as promised. */
export class Violation extends Error {
  override readonly name = "Lie";
}

/** A value that may be one of several, for the world went on while the question was asked. */
export function oneOf(...values: readonly unknown[]): Matcher {
  return new Matcher(`one of ${JSON.stringify(values)}`, (told) => values.includes(told));
}

/** A value that must pass a look at it. */
export function matching(text: string, holds: (told: never) => boolean): Matcher {
  return new Matcher(text, holds as (told: unknown) => boolean);
}

class Matcher {
  constructor(
    readonly text: string,
    readonly holds: (told: unknown) => boolean,
  ) {}
}

/**
 * Holds an answer against what is expected of it. An answer that came with errors may lack things, which are null then;
 * what it does have must be true all the same.
 */
export function compare(told: unknown, expected: Expected, isWhole: boolean, path = "data"): void {
  if ((told === null || told === undefined) && !isWhole) return;
  if (typeof expected === "function") {
    compare(told, (expected as (told: unknown) => Expected)(told), isWhole, path);
  } else if (expected instanceof Matcher) {
    if (!expected.holds(told)) throw violation(path, told, expected.text);
  } else if (Array.isArray(expected)) {
    if (!Array.isArray(told) || told.length !== expected.length) throw violation(path, told, expected);
    for (const [place, each] of expected.entries()) compare(told[place], each, isWhole, `${path}.${place}`);
  } else if (isObject(expected)) {
    if (!isObject(told)) throw violation(path, told, expected);
    for (const [key, each] of Object.entries(told)) {
      if (!(key in expected)) throw violation(`${path}.${key}`, each, "nothing");
      compare(each, expected[key], isWhole, `${path}.${key}`);
    }
  } else if (told !== expected) {
    throw violation(path, told, expected);
  }
}

function violation(path: string, told: unknown, expected: unknown): Violation {
  const short = (value: unknown) =>
    (typeof value === "string" ? value : JSON.stringify([value]).slice(1, -1)).slice(0, 600);
  return new Violation(`${path}\n  told:     ${short(told)}\n  the fact: ${short(expected)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
