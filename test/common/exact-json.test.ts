import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "../../src/common/exact-json.ts";

const parsed = (json: string) => parseExactJson(json);

test.each([
  ["9007199254740993", "9007199254740993"],
  ["-9007199254740993", "-9007199254740993"],
  ["9007199254740992", "9007199254740992"],
  ["8988303000000000001", "8988303000000000001"],
  ["89049032000001000000128745612345", "89049032000001000000128745612345"],
  ["9007199254740991", 9007199254740991],
  ["-9007199254740991", -9007199254740991],
  ["1234567890123456", 1234567890123456],
  ["9007199254740990.9", "9007199254740990.9"],
  ["100000000000000.001", "100000000000000.001"],
  ["0.30000000000000004", 0.30000000000000004],
  ["12.5", 12.5],
  ["1e3", 1000],
  ["0", 0],
])("B1.1 the number %s keeps all digits, at any position", (number, value) => {
  expect(parsed(number)).toEqual(value);
  expect(parsed(` ${number}\n`)).toEqual(value);
  expect(parsed(`[${number},${number}, ${number} ]`)).toEqual([value, value, value]);
  expect(parsed(`{"a":${number},"b":{"c": [\t${number}]}}`)).toEqual({ a: value, b: { c: [value] } });
});

test.each([
  "9.007199254740993e15",
  "9007199254740993.0",
  "9007199254740993e0",
  "90071992547409930e-1",
  "1e21",
  "1e400",
])("B1.1 the number %s, which has no exact form, stays beyond the safe integers", (number) => {
  const { a } = parsed(`{"a":${number}}`) as { a: number };
  expect(a).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
});

test.each([
  `{"iccids":"8988303000000000001,8988303000000000002"}`,
  `{"a":"b: 12345678901234567890","c":"\\"12345678901234567890"}`,
  `{"a\\\\":"-12345678901234567890","b":["[12345678901234567890]"]}`,
])("B1.1 long digits inside strings are unchanged: %s", (json) => {
  expect(parsed(json)).toEqual(JSON.parse(json));
  const beside = `{"n":12345678901234567890,"rest":${json}}`;
  expect(parsed(beside)).toEqual({ n: "12345678901234567890", rest: JSON.parse(json) as unknown });
});

test("B1.1 JSON with exact numbers only is parsed as by JSON.parse", () => {
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true, noNaN: true, max: 1e14, min: 1e-5 }),
  );
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[-:, [\d."\\]{0,40}$/));
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      number.filter((value) => String(value).length < 16 || Number.isSafeInteger(value)),
      text,
      fc.constantFrom(null, true),
      fc.array(tie("json"), { maxLength: 5 }),
      fc.dictionary(text, tie("json"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(json, fc.constantFrom(0, 1), (value, indent) => {
      const written = JSON.stringify(value, null, indent);
      expect(parsed(written)).toEqual(JSON.parse(written));
    }),
  );
});

test("B1.1 integers of any length are found at any position", () => {
  const digits = fc.stringMatching(/^-?[1-9]\d{0,40}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 20 }), digits), { maxLength: 8 }), (pairs) => {
      const json = `{"rows":[${pairs.map(([text, number]) => `${JSON.stringify(text)},${number}`).join(",")}]}`;
      expect((parsed(json) as { rows: unknown[] }).rows.map(String)).toEqual(pairs.flat());
    }),
  );
});

test("B1.1 a number of 16 digits is found wherever it begins and whatever surrounds it", () => {
  for (let before = 0; before < 40; before += 1) {
    for (const after of ["]", ` , 1.5, "${"0/".repeat(9)}"]`, `,"${"9".repeat(30)}"]`]) {
      const json = `[${" ".repeat(before)}9007199254740993${after}`;
      expect((parsed(json) as unknown[])[0]).toBe("9007199254740993");
    }
  }
});

test("B1.1 invalid JSON is a SyntaxError", () => {
  for (const json of ["", "{", `{"a":12345678901234567890`, `"12345678901234567890`, "01234567890123456789", "-"]) {
    expect(() => parsed(json)).toThrow(SyntaxError);
  }
});

test("B1.1 long strings beside a long number are parsed", () => {
  const text = `${"x".repeat(5_000_000)}${'"\\'.repeat(500_000)}`;
  const json = `{"text":${JSON.stringify(text)},"n":9007199254740993}`;
  expect(parsed(json)).toEqual({ text, n: "9007199254740993" });
});
