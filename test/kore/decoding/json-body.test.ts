import { afterEach, expect, test } from "vitest";
import { knownSecrets } from "../../../src/common/known-secrets.ts";
import { parseBody } from "../../../src/kore/decoding/json-body.ts";

let release = () => {};
afterEach(() => release());

test("a byte order mark before the JSON is skipped", () => {
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"ü"}')]);
  expect(parseBody(marked)).toEqual({ a: "ü" });
});

test("a credential that KORE quotes is redacted", () => {
  release = knownSecrets.register("s3cret-of-ours");
  expect(parseBody(Buffer.from('{"message":"s3cret-of-ours is refused"}'))).toEqual({
    message: "[credential] is refused",
  });
});

test("a long number right after a byte order mark stays exact", () => {
  expect(parseBody(Buffer.from("\ufeff12345678901234567890"))).toBe("12345678901234567890");
  expect(parseBody(Buffer.from("\ufeff-12345678901234567890"))).toBe("-12345678901234567890");
});
