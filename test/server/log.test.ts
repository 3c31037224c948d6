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
  expect(logged(`no key kg_${"aB3-_".repeat(8)}x here`)).toContain('"message":"no key … here"');
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

describe("what nobody has said that the log may hold", () => {
  const lines = (write: (log: ReturnType<typeof createLog>) => void) => {
    let text = "";
    write(createLog("info", { write: (line: string) => void (text += line) }));
    return text;
  };

  test("is not written, by whatever name", () => {
    const text = lines((log) => log.info({ route: "/graphql", headers: { cookie: "hunter2" }, iccid: "hunter2" }, "x"));
    expect(JSON.parse(text)).toMatchObject({ route: "/graphql", headers: "[redacted]", iccid: "[redacted]" });
    expect(text).not.toContain("hunter2");
  });

  test("is taken out of messages, as libraries make them", () => {
    expect(lines((log) => log.error("cannot read 89445385204117357883 of ops@meridian.example"))).toContain(
      '"msg":"cannot read … of …"',
    );
  });
});
