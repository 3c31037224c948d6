import { expect, test } from "vitest";
import { ParsedReplies } from "../../src/kore/parsed-replies.ts";

const long = (text: string) => Buffer.from(JSON.stringify({ text, filling: "x".repeat(5000) }));

test("the same bytes from the same place are parsed once", () => {
  const replies = new ParsedReplies();
  const first = replies.parse("/a", long("one"));
  expect(first).toMatchObject({ text: "one" });
  expect(replies.parse("/a", long("one"))).toBe(first);
});

test("other bytes are another value, also when only one of them differs", () => {
  const replies = new ParsedReplies();
  expect(replies.parse("/a", long("one"))).toMatchObject({ text: "one" });
  expect(replies.parse("/a", long("two"))).toMatchObject({ text: "two" });
  expect(replies.parse("/a", long("one"))).toMatchObject({ text: "one" });
});

test("places share nothing, whatever they say", () => {
  const replies = new ParsedReplies();
  expect(replies.parse("/a", long("one"))).not.toBe(replies.parse("/b", long("one")));
});

test("short replies are not kept", () => {
  const replies = new ParsedReplies();
  expect(replies.parse("/a", Buffer.from("[1]"))).not.toBe(replies.parse("/a", Buffer.from("[1]")));
});

test("no more is kept than its bound, the oldest going first", () => {
  const replies = new ParsedReplies();
  const page = Buffer.from(JSON.stringify({ filling: "x".repeat(4 * 1024 * 1024) }));
  const values = ["/a", "/b", "/c", "/d"].map((place) => replies.parse(place, page));
  expect(replies.parse("/d", page)).toBe(values[3]);
  expect(replies.parse("/a", page)).not.toBe(values[0]);
});

test("what is no JSON is an error each time, and keeps nothing", () => {
  const replies = new ParsedReplies();
  const broken = long("one").subarray(0, 5000);
  for (let time = 0; time < 2; time += 1) expect(() => replies.parse("/a", broken)).toThrow(SyntaxError);
});

test("a byte order mark before the JSON is passed over", () => {
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"ü"}')]);
  expect(new ParsedReplies().parse("/a", marked)).toEqual({ a: "ü" });
});
