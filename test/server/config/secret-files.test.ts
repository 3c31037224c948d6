import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEnvironment, readConfig, readDatabaseUrl } from "../../../src/server/config/index.ts";
import { ALL_VARIABLES } from "../../../src/server/config/variables/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
/** A valid value of each secret, by its variable. */
const SECRETS: Readonly<Record<string, string>> = {
  KORE_CLIENT_ID: SECRET,
  KORE_CLIENT_SECRET: SECRET,
  KORE_API_KEY: SECRET,
  KORE_CONSOLE_CLIENT_ID: SECRET,
  KORE_CONSOLE_CLIENT_SECRET: SECRET,
  HTTPS_PROXY: "http://user:password@proxy.example:3128",
  HTTP_PROXY: "http://user:password@proxy.example:3128",
  DATABASE_URL: "postgres://kore:password@db.example.com/kore",
  KORE_WEBHOOK_SECRETS: `${SECRET},older`,
  KORE_WEBHOOK_ACCESS_TOKEN_KEY: "x-webhook-token",
  KORE_WEBHOOK_ACCESS_TOKENS: "Bearer one, Bearer two",
  AUTH_ROUTER_SECRETS: SECRET,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${SECRET},x-team=sims`,
};
const ALL = { ...LIVE, ...SECRETS, KORE_WEBHOOK_URL: "https://graph.example/webhooks/kore" };

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-secrets-"));
  file = join(folder, "secret");
});
afterEach(() => rm(folder, { recursive: true }));

/** The environment with one variable in a file. */
const inFile = (name: string) => ({ ...ALL, [name]: "", [`${name}_FILE`]: file });

describe("A secret's file", () => {
  test("may hold every secret, and there are no others", () => {
    const secrets = ALL_VARIABLES.filter(({ isSecret }) => isSecret).map(({ name }) => name);
    expect(secrets.sort()).toEqual(Object.keys(SECRETS).sort());
    expect(mistakesOf(ALL)).toEqual([]);
  });

  test.each(Object.entries(SECRETS))("holds %s, with or without a newline at its end", async (name, secret) => {
    for (const end of ["", "\n", "\r\n", "\n\n"]) {
      await writeFile(file, secret + end);
      expect(readConfig(inFile(name))).toEqual(readConfig(ALL));
    }
  });

  test.each(Object.keys(SECRETS))("and %s are refused together, by both names", async (name) => {
    await writeFile(file, SECRETS[name] ?? "");
    expect(mistakesOf({ ...ALL, [`${name}_FILE`]: file })).toEqual([
      `${name} and ${name}_FILE: only one of them may be set`,
    ]);
  });

  test.each(Object.keys(SECRETS))("of %s that is missing is one mistake", (name) => {
    expect(mistakesOf(inFile(name))).toEqual([`${name}_FILE: cannot be read (ENOENT)`]);
  });

  test("that cannot be read, or is empty, is refused by the variable, not by its path", async () => {
    await mkdir(file);
    expect(mistakesOf(inFile("KORE_API_KEY"))).toEqual(["KORE_API_KEY_FILE: cannot be read (EISDIR)"]);
    await rm(file, { recursive: true });
    for (const content of ["", "\n", " \n"]) {
      await writeFile(file, content);
      expect(mistakesOf(inFile("KORE_API_KEY"))).toEqual(["KORE_API_KEY_FILE: the file is empty"]);
    }
  });

  test("with an invalid secret is refused without its content", async () => {
    await writeFile(file, "hunter2 hunter2");
    expect(mistakesOf(inFile("KORE_API_KEY"))).toEqual(["KORE_API_KEY: must be printable ASCII without blanks"]);
    await writeFile(file, "hunter2\nhunter2");
    expect(mistakesOf(inFile("AUTH_ROUTER_SECRETS")).join()).toMatch(/^AUTH_ROUTER_SECRETS: [^]*newlines/);
    expect(mistakesOf(inFile("AUTH_ROUTER_SECRETS")).join()).not.toContain("hunter2");
  });

  test("is shown by its variable, without its content", async () => {
    await writeFile(file, "hunter2");
    const shown = describeEnvironment(inFile("KORE_API_KEY"));
    expect(shown).toMatch(/^KORE_API_KEY +\[redacted\] \(by KORE_API_KEY_FILE\)$/m);
    expect(shown).not.toContain("hunter2");
    expect(shown).not.toContain(folder);
  });

  test("is for secrets only", async () => {
    await writeFile(file, "8080");
    expect(readConfig({ ...ALL, PORT_FILE: file }).port).toBe(4000);
  });

  test("serves commands that need only the database", async () => {
    await writeFile(file, "postgres://db.example.com/kore\n");
    expect(readDatabaseUrl({ DATABASE_URL_FILE: file })).toBe("postgres://db.example.com/kore");
    await rm(file);
    expect(() => readDatabaseUrl({ DATABASE_URL_FILE: file })).toThrow("DATABASE_URL_FILE: cannot be read (ENOENT)");
  });
});
