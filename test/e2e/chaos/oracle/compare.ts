/** An expectation: a value, an object of which the answer has a part, a matcher, or a function of the answer. */
export type Expected = unknown;

/** An answer contradicts the oracle, or breaks a promise. */
export class Violation extends Error {
  override readonly name = "Lie";
}

/** One of several values, since the data may change during a read. */
export function oneOf(...values: readonly unknown[]): Matcher {
  return new Matcher(`one of ${JSON.stringify(values)}`, (actual) => values.includes(actual));
}

/** A value for which a predicate holds. */
export function matching(text: string, holds: (actual: never) => boolean): Matcher {
  return new Matcher(text, holds as (actual: unknown) => boolean);
}

class Matcher {
  constructor(
    readonly text: string,
    readonly holds: (actual: unknown) => boolean,
  ) {}
}

/**
 * Compares an answer with an expectation. `isWhole`: false for an answer with errors, whose values may be null.
 *
 * @throws Violation
 */
export function compare(actual: unknown, expected: Expected, isWhole: boolean, path = "data"): void {
  if ((actual === null || actual === undefined) && !isWhole) return;
  if (typeof expected === "function") {
    compare(actual, (expected as (actual: unknown) => Expected)(actual), isWhole, path);
  } else if (expected instanceof Matcher) {
    if (!expected.holds(actual)) throw violation(path, actual, expected.text);
  } else if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) throw violation(path, actual, expected);
    for (const [place, each] of expected.entries()) compare(actual[place], each, isWhole, `${path}.${place}`);
  } else if (isObject(expected)) {
    if (!isObject(actual)) throw violation(path, actual, expected);
    for (const [key, each] of Object.entries(actual)) {
      if (!(key in expected)) throw violation(`${path}.${key}`, each, "nothing");
      compare(each, expected[key], isWhole, `${path}.${key}`);
    }
  } else if (actual !== expected) {
    throw violation(path, actual, expected);
  }
}

function violation(path: string, actual: unknown, expected: unknown): Violation {
  const short = (value: unknown) =>
    (typeof value === "string" ? value : JSON.stringify([value]).slice(1, -1)).slice(0, 600);
  return new Violation(`${path}\n  actual:   ${short(actual)}\n  expected: ${short(expected)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
