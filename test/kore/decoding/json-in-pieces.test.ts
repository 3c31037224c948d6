import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactJson } from "../../../src/common/exact-json.ts";
import { parseInPieces } from "../../../src/kore/decoding/json-in-pieces.ts";

const inPieces = (text: string, most: number) => parseInPieces(Buffer.from(text), most);
const sims = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    "subscription-id": `cmp-k1-subscription-${n}`,
    name: 'Depot },{"subscription-id": ü',
    profiles: [{ imsi: "1" }, { imsi: "2" }],
    plan: { "subscription-id": n },
  }));

test.each([
  ["some rows in a piece", 1_000],
  ["a row in a piece", 1],
])("a list with %s is what JSON.parse makes of it, in the same order", (_, size) => {
  const reply = { page: 1, subscriptions: sims(100), "total-records": 100, links: [{ self: "a" }] };
  const text = JSON.stringify(reply);
  const parsed = inPieces(text, size);
  expect(parsed).toEqual(reply);
  expect(JSON.stringify(parsed)).toBe(text);
});

test("long numbers of each piece are exact", () => {
  const ids = Array.from({ length: 50 }, (_, n) => `${n + 1}234567890123456789`);
  const text = `{"rows":[${ids.map((id) => `{"id":${id}}`).join()}],"total":1234567890123456789}`;
  expect(inPieces(text, 100)).toEqual({ rows: ids.map((id) => ({ id })), total: "1234567890123456789" });
});

test("a piece may have any number of rows", () => {
  const rows = ['{"a":1}', '{"a":2}', ...Array.from({ length: 200_000 }, () => '{"b":1}')];
  const parsed = inPieces(`{"rows":[${rows.join()}]}`, 1) as { rows: unknown[] };
  expect(parsed.rows).toHaveLength(rows.length);
});

test.each([
  ["small", JSON.stringify({ rows: [{ a: 1 }] }), 1_000],
  ["a list by itself", JSON.stringify(sims(9)), 100],
  ["with its list further inside", JSON.stringify({ data: { rows: sims(9) } }), 100],
  ["of two lists", JSON.stringify({ errors: [], rows: sims(9) }), 100],
  ["without a list", JSON.stringify({ text: "x".repeat(500) }), 100],
  ["cut off", JSON.stringify({ rows: sims(9) }).slice(0, -9), 100],
  ["of an empty text", "", 1],
])("a reply that is %s is not parsed in pieces", (_, text, size) => {
  expect(inPieces(text, size)).toBeUndefined();
});

/** JSON of lists, with characters removed, added or replaced here and there. */
const nearlyJson = fc
  .record({
    rows: fc.array(fc.dictionary(fc.constantFrom("a", "b", "__proto__", "},{"), fc.jsonValue({ maxDepth: 2 })), {
      minLength: 3,
    }),
    fields: fc.dictionary(fc.constantFrom("a", "rows", "0", "__proto__", "ü"), fc.jsonValue({ maxDepth: 1 })),
    isListFirst: fc.boolean(),
    edits: fc.array(
      fc.record({
        at: fc.nat(200),
        remove: fc.nat(2),
        add: fc.constantFrom("", "{", "}", "[", "]", ",", '"', "},{", "\\"),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ rows, fields, isListFirst, edits }) => {
    const [list, others] = [`"rows":${JSON.stringify(rows)}`, JSON.stringify(fields).slice(1, -1)];
    const members = (isListFirst ? [list, others] : [others, list]).filter(Boolean);
    return edits.reduce((text, { at, remove, add }) => {
      const index = at % text.length;
      return text.slice(0, index) + add + text.slice(index + remove);
    }, `{${members.join()}}`);
  });

test("whatever the text and the pieces, it is parsed as it is whole, or not at all", () => {
  let parsedOnes = 0;
  fc.assert(
    fc.property(nearlyJson, fc.integer({ min: 1, max: 60 }), (text, size) => {
      const parsed = inPieces(text, size);
      if (parsed === undefined) return;
      parsedOnes += 1;
      expect(JSON.stringify(parsed)).toBe(JSON.stringify(parseExactJson(text)));
    }),
    { numRuns: 1_000 },
  );
  expect(parsedOnes).toBeGreaterThan(100);
});
