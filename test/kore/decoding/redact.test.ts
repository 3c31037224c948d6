import { expect, test } from "vitest";
import { redact } from "../../../src/kore/decoding/redact.ts";

test.each([
  [
    "a header that a gateway could not read",
    "Invalid Authorization header: 'Bearer abc.def-1'",
    "Invalid Authorization header: '[credential]'",
  ],
  ["a token by itself", "token eyJhbGciOi.eyJzdWIi.c2ln expired", "token [credential] expired"],
  ["a secret or key", `key ${"5f0c".repeat(10)} is unknown`, "key [credential] is unknown"],
  ["an address of a person", "ops@meridian.example is no user", "[e-mail] is no user"],
  ["an address of a server", "see https://kore.example/x?y", "see [address]"],
  ["a number of a SIM", "SIM 8988303000000000001 is barred", "SIM [number] is barred"],
])("KORE's message is shown without %s", (_, words, shown) => {
  expect(redact(words)).toBe(shown);
});

test("KORE's message keeps ids that callers have named, and is truncated", () => {
  const words = "apiclient_01j8new00001x4t2 is not of acct_01j8; request 6e0b1f3c-42e9-4a63-9d0b-0d6c1e2f3a4b";
  expect(redact(words)).toBe(words);
  expect(redact("word ".repeat(200))).toHaveLength(300);
});
