import { beforeEach, expect, test } from "vitest";
import { ParsedResponseCache } from "../../../src/kore/cache/parsed-response-cache.ts";

const long = (text: string) => Buffer.from(JSON.stringify({ text, filling: "x".repeat(5000) }));

let replies: ParsedResponseCache;
beforeEach(() => {
  replies = new ParsedResponseCache();
});

/** How many of so many replies are not parsed anew. */
function spared(place: string, saying: (time: number) => Buffer, times: number): number {
  const values = Array.from({ length: times }, (_, time) => replies.parse(place, saying(time)));
  return times - new Set(values).size;
}

test("the same bytes from the same place are parsed twice, and then no more", () => {
  expect(replies.parse("/a", long("one"))).toMatchObject({ text: "one" });
  const second = replies.parse("/a", long("one"));
  expect(second).toMatchObject({ text: "one" });
  for (let time = 0; time < 3; time += 1) expect(replies.parse("/a", long("one"))).toBe(second);
});

test("other bytes are another value, also when only one of them differs", () => {
  for (const text of ["one", "one", "one", "two", "one", "two", "two", "two", "two", "one"]) {
    expect(replies.parse("/a", long(text))).toMatchObject({ text });
  }
});

test("places share nothing, whatever they say", () => {
  for (let time = 0; time < 3; time += 1) {
    expect(replies.parse("/a", long("one"))).not.toBe(replies.parse("/b", long("one")));
  }
});

test("short replies are not kept", () => {
  expect(spared("/a", () => Buffer.from("[1]"), 5)).toBe(0);
});

test("no more is kept than its bound, the oldest going first", () => {
  const page = Buffer.from(JSON.stringify({ filling: "x".repeat(4 * 1024 * 1024) }));
  for (const place of ["/a", "/b", "/c", "/d"]) for (let time = 0; time < 2; time += 1) replies.parse(place, page);
  expect(replies.parse("/d", page)).toBe(replies.parse("/d", page));
  expect(replies.parse("/a", page)).not.toBe(replies.parse("/a", page));
});

test("a place that says something else each time is left alone more and more", () => {
  // Each says the same three times: twice would be spared if each were kept at once, once with a try each time.
  const threefold = (time: number) => long(`${Math.floor(time / 3)}`);
  const early = spared("/a", threefold, 30);
  spared("/a", (time) => long(`other ${time}`), 500);
  expect(spared("/a", threefold, 30)).toBeLessThan(early);
});

test("a list of which a row changes each time is kept, and only that row is parsed anew", () => {
  const rows = Array.from({ length: 20 }, (_, id) => ({ id, filling: "x".repeat(100) }));
  const firstRows = Array.from({ length: 50 }, (_, time) => {
    const bytes = Buffer.from(JSON.stringify({ rows: [...rows, { time }] }));
    const said = replies.parse("/a", bytes) as { rows: object[] };
    expect(said.rows.at(-1)).toEqual({ time });
    return said.rows[0];
  });
  expect(new Set(firstRows.slice(1)).size).toBe(1);
});

test("a place that comes to rest is kept again", () => {
  spared("/a", (time) => long(`${time}`), 500);
  expect(spared("/a", () => long("still"), 100)).toBeGreaterThan(30);
});

test("what is no JSON is an error each time, and keeps nothing", () => {
  const broken = long("one").subarray(0, 5000);
  for (let time = 0; time < 3; time += 1) expect(() => replies.parse("/a", broken)).toThrow(SyntaxError);
});

test("a byte order mark before the JSON is passed over", () => {
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"ü"}')]);
  expect(replies.parse("/a", marked)).toEqual({ a: "ü" });
});
