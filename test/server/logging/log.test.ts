import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { knownSecrets } from "../../../src/common/known-secrets.ts";
import { createLog } from "../../../src/server/logging/log.ts";

function logged(message: string): string {
  let line = "";
  createLog("info", { write: (text: string) => void (line += text) }).error({ err: new Error(message) }, "failed");
  return line;
}

test("texts that look like an identifier, an e-mail address or a token are removed", () => {
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

describe("fields that are not in the allow-list", () => {
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

describe("B4.2 of nested errors", () => {
  const describeError = (err: unknown) => {
    let text = "";
    createLog("info", { write: (line: string) => void (text += line) }).warn({ err }, "failed");
    return { text, err: (JSON.parse(text) as { err: Record<string, unknown> }).err };
  };
  const refused = (port: number) =>
    Object.assign(new Error(`connect ECONNREFUSED 10.0.0.7:${port}`), { code: "ECONNREFUSED", syscall: "connect" });

  test("every cause is written by name, code and system call", () => {
    const cause = Object.assign(new TypeError("the middle", { cause: refused(443) }), { code: "ERR_MIDDLE" });
    const { err } = describeError(new Error("the outside", { cause }));
    expect(err).toMatchObject({
      type: "Error",
      message: "the outside",
      cause: {
        type: "TypeError",
        code: "ERR_MIDDLE",
        cause: {
          type: "Error",
          code: "ECONNREFUSED",
          syscall: "connect",
          message: "connect ECONNREFUSED 10.0.0.7:443",
        },
      },
    });
  });

  test("every error of an AggregateError is written, also inside a cause, also of another", () => {
    const inner = new AggregateError([refused(1), new AggregateError([refused(2)], "again")], "all failed");
    const { err } = describeError(new Error("no answer", { cause: inner }));
    expect(err.cause).toMatchObject({
      type: "AggregateError",
      errors: [
        { code: "ECONNREFUSED", syscall: "connect" },
        { type: "AggregateError", errors: [{ code: "ECONNREFUSED" }] },
      ],
    });
  });

  test("messages are redacted at every depth, and so is a code that is none", () => {
    const secrets = [
      "SIM 8988303000000000001",
      "ops@acme.example",
      "Bearer abc.def-123",
      "basic dXNlcjpwYXNz",
      "http://user:hunter2@proxy:3128",
      "eyJhbGciOi.J9-x_y.z",
    ];
    const errors = secrets.map((secret) => Object.assign(new Error(`cannot ${secret}`), { code: secret }));
    const { text } = describeError(new Error("x", { cause: new AggregateError(errors, secrets.join(" and ")) }));
    expect(text).not.toMatch(/898830|ops@|abc\.def|dXNlcjpw|hunter2|eyJhb/);
    expect(text).toContain("http://…proxy:3128");
  });

  test("circular causes and many errors are bounded", () => {
    const circle = new Error("round");
    circle.cause = new AggregateError(
      Array.from({ length: 1000 }, () => circle),
      "and round",
    );
    expect(describeError(circle).text.length).toBeLessThan(30_000_000);
    const chain = new Error("first");
    chain.cause = chain;
    expect(describeError(chain).text.match(/"type"/g)).toHaveLength(6);
  });
});

describe("12.9.2 our own credentials", () => {
  const secret = "words-of-a-key-b20c";
  let letGo: () => void;
  beforeEach(() => void (letGo = knownSecrets.register(secret)));
  afterEach(() => letGo());

  test("are cut by value out of every line: messages, fields, fields of fields, names, causes, errors of errors, at every level", () => {
    let text = "";
    const log = createLog("trace", { write: (line: string) => void (text += line) });
    const inner = new Error(`the inside ${secret}`);
    inner.name = secret;
    const cause = new AggregateError([inner, new Error(encodeURIComponent(secret))], `the middle ${secret}`);
    const err = new Error(`the outside ${secret}`, { cause: new Error(secret, { cause }) });
    const fields = {
      err,
      reason: secret,
      audit: { results: [{ message: `no ${secret}` }], [secret]: secret },
      code: secret,
    };
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) {
      log[level](fields, `failed with ${secret}`);
      log[level]("%s and %s", secret, Buffer.from(`id:${secret}`).toString("base64"));
    }
    const lines = text.trim().split("\n");
    expect(lines).toHaveLength(12);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(text).toContain("[credential]");
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret.slice(2, 14)).toString("base64"));
  });
});
