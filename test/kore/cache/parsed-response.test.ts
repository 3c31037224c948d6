import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "../../../src/common/exact-json.ts";
import { ParsedResponse } from "../../../src/kore/cache/parsed-response.ts";

type Row = Record<string, unknown>;

const parsed = parseExactJson;
const kept = (text: string) => new ParsedResponse(Buffer.from(text), parsed(text) as object);
const page = (rows: readonly unknown[]) => JSON.stringify({ info: { sort: [{ by: "id" }] }, sims: rows, more: "]}" });
const sims = (count: number, state = "Active"): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: index, state, note: `"}],{ü\\` }));

/** Which rows of the value before the next value has, by their places in it; -1 for a new one. */
function reused(before: readonly Row[], after: readonly Row[]): number[] {
  const reply = kept(page(before));
  const first = reply.next(Buffer.from(page(before))) as { sims: Row[] };
  const next = reply.next(Buffer.from(page(after))) as { sims: Row[] };
  expect(JSON.stringify(next)).toBe(page(after));
  return next.sims.map((row) => first.sims.indexOf(row));
}

const replaced = (rows: readonly Row[], at: number, row: Row) => rows.with(at, row);

test("the same bytes have the same value", () => {
  const reply = kept(page(sims(20)));
  expect(reply.next(Buffer.from(page(sims(20))))).toBe(reply.next(Buffer.from(page(sims(20)))));
});

test("of a page in which a row changed, the other rows are those from before", () => {
  const rows = sims(10);
  for (const state of ["Stock", "Suspend", "Activa", ""]) {
    expect(reused(rows, replaced(rows, 3, { state }))).toEqual([0, 1, 2, -1, 4, 5, 6, 7, 8, 9]);
    expect(reused(rows, replaced(rows, 0, { state }))).toEqual([-1, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(reused(rows, replaced(rows, 9, { state }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, -1]);
  }
});

test("of a page that became longer or shorter, the rows that it still has are those from before", () => {
  const places = Array.from({ length: 20 }, (_, at) => at);
  expect(reused(sims(20), sims(21))).toEqual([...places, -1]);
  expect(reused(sims(21), sims(20))).toEqual(places);
});

test("changes follow one another, each read by the one before", () => {
  const rows = sims(30);
  const reply = kept(page(rows));
  for (let at = 0; at < 30; at += 1) {
    rows[at] = { id: at, state: "x".repeat(at % 4) };
    expect(JSON.stringify(reply.next(Buffer.from(page(rows))))).toBe(page(rows));
  }
});

test("a value that was given stays as it is when a row changes", () => {
  const rows = sims(20);
  const reply = kept(page(rows));
  const first = reply.next(Buffer.from(page(rows)));
  reply.next(Buffer.from(page(replaced(rows, 5, { id: "other" }))));
  expect(JSON.stringify(first)).toBe(page(rows));
});

test("a page that changed in many rows, or around them, or grew long, is left to be parsed", () => {
  const reply = kept(page(sims(20)));
  for (const other of [
    page(sims(20, "Stock")),
    page(sims(20)).replace("by", "at"),
    page(sims(20)).replace("more", "less"),
    page(replaced(sims(20), 5, { long: "x".repeat(1000) })),
  ]) {
    expect(reply.next(Buffer.from(other))).toBeUndefined();
  }
  expect(JSON.stringify(reply.next(Buffer.from(page(sims(20)))))).toBe(page(sims(20)));
});

test.for([
  ["blanks between rows", (rows: string) => `{"sims":[${rows.replaceAll("},{", "}, {")}]}`],
  ["a later list of the same name", (rows: string) => `{"sims":[${rows}],"sims":[{"id":1}]}`],
  ["a later value of the same name", (rows: string) => `{"sims":[${rows}],"sims":null}`],
  ["rows within a row", (rows: string) => `{"one":{"sims":[${rows}]}}`],
  ["a list for a reply", (rows: string) => `[${rows}]`],
  ["rows that are not all objects", (rows: string) => `{"sims":[${rows},7]}`],
  ["a byte order mark", (rows: string) => `\uFEFF{"sims":[${rows}]}`],
] as const)("%s: what is not known for a page is left to be parsed", ([, text]) => {
  const rows = (state: string) => JSON.stringify(replaced(sims(20), 2, { state })).slice(1, -1);
  const reply = new ParsedResponse(
    Buffer.from(text(rows("a"))),
    parsed(text(rows("a")).replace("\uFEFF", "")) as object,
  );
  expect(reply.next(Buffer.from(text(rows("b"))))).toBeUndefined();
});

/** Replies with the traps of JSON: names that come twice, brackets and quotes in texts, names that objects have anyway. */
const name = fc.constantFrom("sims", "info", "0", "__proto__", "a\\u0022[{", "]}");
const text = fc.oneof(fc.string(), fc.constantFrom('"', "\\", "},{", "[{", "]", "ü€😀"));
const row = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.jsonValue({ maxDepth: 2 })), { maxKeys: 3 });
const rows = fc.array(row, { minLength: 8, maxLength: 24 }).map((list) => JSON.stringify(list));
const small = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
const reply = fc
  .array(fc.tuple(name, fc.oneof(rows, small)), { minLength: 1, maxLength: 4 })
  .map((members) => `{${members.map(([key, value]) => `"${key}":${value}`).join(",")}}`);

/** Some bytes replaced by others, perhaps none or more: mostly no JSON any more, sometimes another. */
const edit = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 12 }),
  by: fc.constantFrom("", "1", "a", '"', "\\", "{", "}", "[", "]", ",", "{}", "{},", ",{}", '"a":1', "[{}]", "\u00fc"),
});

test("whatever changes, the value is what parsing gives, or nothing, and no JSON has none", () => {
  fc.assert(
    fc.property(reply, fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
      let last = Buffer.from(start);
      let memory = kept(start);
      for (const { at, length, by } of edits) {
        const from = at % last.length;
        const bytes = Buffer.concat([last.subarray(0, from), Buffer.from(by), last.subarray(from + length)]);
        const value = outcome(() => parsed(bytes.toString("utf8")));
        const read = outcome(() => memory.next(bytes));
        if (read !== "undefined") expect(read).toBe(value);
        if (value === "no JSON" || !value.startsWith("{")) continue;
        if (read === "undefined") memory = kept(bytes.toString("utf8"));
        last = bytes;
      }
    }),
    { numRuns: 3000 },
  );
});

test("whichever rows change, and however, the value is what parsing gives", () => {
  const change = fc.tuple(fc.nat(), fc.option(row));
  fc.assert(
    fc.property(rows, fc.array(change, { minLength: 1, maxLength: 10 }), (start, changes) => {
      const list = JSON.parse(start) as unknown[];
      const memory = kept(page(list));
      for (const [at, other] of changes) {
        if (other) list.splice(at % (list.length + 1), at % 2, other);
        else list.splice(at % (list.length + 1), 1);
        const read = outcome(() => memory.next(Buffer.from(page(list))));
        if (read !== "undefined") expect(read).toBe(outcome(() => parsed(page(list))));
      }
    }),
    { numRuns: 1000 },
  );
});

function outcome(read: () => unknown): string {
  try {
    const value = read();
    return value === undefined ? "undefined" : JSON.stringify(value);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return "no JSON";
  }
}
