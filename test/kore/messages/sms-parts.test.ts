import { describe, expect, test } from "vitest";
import { sizeOf } from "../../../src/kore/messages/sms-parts.ts";

const A = (count: number) => "a".repeat(count);

describe("The size of a text", () => {
  test.each([
    ["160 characters fit one part", A(160), { encoding: "GSM_7BIT", units: 160, parts: 1 }],
    ["161 take two, of 153 each", A(161), { encoding: "GSM_7BIT", units: 161, parts: 2 }],
    ["306 take two", A(306), { encoding: "GSM_7BIT", units: 306, parts: 2 }],
    ["307 take three", A(307), { encoding: "GSM_7BIT", units: 307, parts: 3 }],
    ["€ takes two characters", `${A(158)}€`, { encoding: "GSM_7BIT", units: 160, parts: 1 }],
    ["all of the extension table", "\f^{}\\[~]|€", { encoding: "GSM_7BIT", units: 20, parts: 1 }],
    ["accented letters of the alphabet", "éèàñüÖØåß¿¡§", { encoding: "GSM_7BIT", units: 12, parts: 1 }],
    ["no part splits €", `${A(152)}€${A(152)}`, { encoding: "GSM_7BIT", units: 306, parts: 3 }],
    ["a letter outside the alphabet", "ç", { encoding: "UCS_2", units: 1, parts: 1 }],
    ["70 of UCS-2 fit one part", `’${A(69)}`, { encoding: "UCS_2", units: 70, parts: 1 }],
    ["71 take two, of 67 each", `’${A(70)}`, { encoding: "UCS_2", units: 71, parts: 2 }],
    [
      "an emoji takes two units, and no part splits it",
      `${A(66)}😀${A(66)}`,
      { encoding: "UCS_2", units: 134, parts: 3 },
    ],
  ])("%s", (_, text, size) => {
    expect(sizeOf(text)).toEqual(size);
  });
});
