import { describe, expect, test } from "vitest";
import { createLog } from "../../src/server/log.ts";

function logged(message: string): string {
  let line = "";
  createLog("info", { write: (text: string) => void (line += text) }).error({ err: new Error(message) }, "failed");
  return line;
}

test("what looks like an identifier, an e-mail address or a token is taken out", () => {
  const line = logged("893107061234567890 of jane.doe+sims@mail.example.com by eyJhbGciOi.J9-x_y.z");
  expect(line).toContain('"message":"… of … by …"');
  expect(logged(`<${"x".repeat(300)}@mail.example.com>, eyJabc+foo@mail.example.com`)).toContain('"message":"<…>, …"');
});

describe("an error of 1 MiB is logged in no time", () => {
  const MIB = 1024 * 1024;
  test.each(["a", "a@", "a@a", "a.", "eyJ", "eyJ@", "12345 ", "@a.", `${"a".repeat(64)}@${"a".repeat(255)}`])(
    "%s over and over",
    (text) => {
      const began = performance.now();
      logged(text.repeat(MIB / text.length));
      logged(`a@${text.repeat(MIB / text.length)}`);
      expect(performance.now() - began).toBeLessThan(2000);
    },
  );
});
