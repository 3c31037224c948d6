import { describe, expect, test } from "vitest";
import { KnownSecrets } from "../../src/common/known-secrets.ts";

const ODD = `k"ey\\/+=&<>ä% 9f-2c7b41`;
const PLAIN = "own-secret-5d1f40a7";

function known(...secrets: string[]): KnownSecrets {
  const all = new KnownSecrets();
  all.register(...secrets);
  return all;
}

const ascii = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

describe.each([
  ["plain", PLAIN],
  ["with every character that is escaped somewhere", ODD],
])("12.9.2 a secret %s is redacted", (_, secret) => {
  const json = JSON.stringify(secret).slice(1, -1);
  test.each<[how: string, written: string]>([
    ["as it is", secret],
    ["in capitals", secret.toUpperCase()],
    ["between quotes", `'${secret}'`],
    ["behind a name", `x-api-key=${secret}`],
    ["within other text", `prefix${secret}suffix`],
    ["percent-encoded", encodeURIComponent(secret)],
    ["percent-encoded in lower case", encodeURIComponent(secret).toLowerCase()],
    ["as in a form", new URLSearchParams({ s: secret }).toString()],
    ["escaped by JSON", json],
    ["escaped by JSON in PHP", json.replaceAll("/", "\\/")],
    ["escaped by JSON in Python", ascii(json)],
    ["escaped by JSON in Java", ascii(json.replace(/[<>&='+]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`))],
    [
      "escaped by HTML",
      secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    ],
  ])("%s", (_how, written) => {
    const text = known(secret).redact(`KORE does not know ${written} here`);
    expect(text).toContain("[credential]");
    expect(text).not.toContain(written);
    expect(text).toMatch(/^KORE does not know .* here$/);
  });

  test.each([0, 1, 2, 3, 4])("in base64 of a text with %i bytes before it", (before) => {
    const whole = `${"x".repeat(before)}${secret}yy`;
    for (const encoding of ["base64", "base64url"] as const) {
      const written = Buffer.from(whole).toString(encoding);
      const cut = known(secret).redact(`Basic ${written}`);
      expect(cut).toContain("[credential]");
      const left = Buffer.from(cut.replace("[credential]", "").slice("Basic ".length), "base64").toString("latin1");
      expect(left).not.toContain(secret.slice(2, -2));
    }
  });
});

test.each([
  [
    "a short one as a whole word",
    "hunter2",
    "no hunter2, hunter22 or xhunter2; %3Dhunter2 \\nhunter2",
    "no [credential], hunter22 or xhunter2; %3D[credential] \\n[credential]",
  ],
  [
    "one of digits only as a whole word",
    "8988303000000000001",
    "key 8988303000000000001 of 89883030000000000017",
    "key [credential] of 89883030000000000017",
  ],
  [
    "a word of every day as a whole word",
    "test",
    "Test the latest tests: test",
    "[credential] the latest tests: [credential]",
  ],
])("12.9.3 %s", (_, secret, text, cut) => {
  expect(known(secret).redact(text)).toBe(cut);
});

test("12.9.3 secrets of fewer than four characters are not redacted", () => {
  expect(known("abc", "", "ok").redact("abc is ok")).toBe("abc is ok");
});

test("12.9.4 JSON values are redacted in strings, names and numbers at every depth, and unchanged without secrets", () => {
  const secrets = known(PLAIN, "123456789");
  const value = { a: [{ [`x ${PLAIN}`]: `y ${PLAIN}` }, 123456789, 1234567890, true, null], b: "c" };
  expect(secrets.redactAll(value)).toEqual({
    a: [{ "x [credential]": "y [credential]" }, "[credential]", 1234567890, true, null],
    b: "c",
  });
  const clean = { a: [{ b: "c" }], at: new Date() };
  expect(secrets.redactAll(clean)).toBe(clean);
});

test("12.9.5 a secret is redacted until all registrations are released", () => {
  const secrets = new KnownSecrets();
  const [first, second] = [secrets.register(PLAIN), secrets.register(PLAIN)];
  first();
  first();
  expect(secrets.redact(PLAIN)).toBe("[credential]");
  second();
  expect(secrets.redact(PLAIN)).toBe(PLAIN);
  expect(secrets.mayBeIn(Buffer.from(PLAIN))).toBe(false);
});

test("12.9.2 secrets that begin with another secret are redacted as a whole", () => {
  const longer = `${PLAIN}-and-more-of-it`;
  expect(known(PLAIN, longer).redact(`${longer} ${PLAIN}`)).toBe("[credential] [credential]");
});
