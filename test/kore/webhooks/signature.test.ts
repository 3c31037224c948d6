import { expect, test } from "vitest";
import { signatureCheck } from "../../../src/kore/webhooks/signature.ts";

test("KORE's published example holds", () => {
  const body = Buffer.from("field1=value1&field2=value2");
  const published = "f562d3959f68b5a30fc7a63f8bbf40987f633575f4231ffceb4f76dd154ea3ce";
  expect(signatureCheck(["12345"], "https://testendpoint.com")(body, published)).toBe(true);
  expect(signatureCheck(["12345"], "https://testendpoint.com?tenant=7#part")(body, published)).toBe(true);
  expect(signatureCheck(["12346"], "https://testendpoint.com")(body, published)).toBe(false);
  expect(signatureCheck(["12345"], "https://testendpoint.com/")(body, published)).toBe(false);
  expect(signatureCheck(["12345"], "https://testendpoint.com")(Buffer.from("field1=value1"), published)).toBe(false);
});

test("no secret, or an empty one, is refused: anyone could sign", () => {
  const begin = (secrets: string[]) => () => signatureCheck(secrets, "https://graph.example/webhooks/kore");
  expect(begin([])).toThrow("secrets that are not empty");
  expect(begin(["12345", ""])).toThrow("secrets that are not empty");
});
