import { randomBytes, randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { byteSearch } from "../../src/common/byte-search.ts";

const buffers = (...texts: string[]) => texts.map((text) => Buffer.from(text));

/** Of few different bytes, so that parts of needles are found by chance. */
const bytesOf = (length: number) => Buffer.from(randomBytes(length).map((byte) => 97 + (byte % 3)));

test("a needle is found at every index, whole", () => {
  const needles = buffers("a-secret-of-ours", "another-secret-which-is-longer", "short", "schlüssel-in-utf-8");
  const isIn = byteSearch(needles);
  for (const needle of needles) {
    for (let before = 0; before < 40; before += 1) {
      const text = Buffer.concat([Buffer.alloc(before, "x"), needle, Buffer.alloc(40 - before, "y")]);
      expect(isIn(text)).toBe(true);
      expect(isIn(text.subarray(0, before + needle.length))).toBe(true);
      expect(isIn(text.subarray(0, before + needle.length - 1))).toBe(false);
      expect(isIn(text.subarray(before + 1))).toBe(false);
    }
  }
});

test("the answers are those of a search for each needle", () => {
  for (let round = 0; round < 300; round += 1) {
    const needles = Array.from({ length: randomInt(1, 6) }, () => bytesOf(randomInt(1, 24)));
    const isIn = byteSearch(needles);
    for (let text = 0; text < 10; text += 1) {
      const bytes = bytesOf(randomInt(0, 400));
      expect(isIn(bytes), `${needles.join(", ")} in ${bytes.toString()}`).toBe(
        needles.some((one) => bytes.includes(one)),
      );
    }
  }
});

test("without needles nothing is found", () => {
  expect(byteSearch([])(Buffer.from("anything"))).toBe(false);
});
