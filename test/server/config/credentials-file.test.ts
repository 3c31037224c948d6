import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openCredentialsFile } from "../../../src/server/config/files/credentials-file.ts";
import { readConfig } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kore-graph-credentials-"));
  file = join(folder, "credentials.json");
});
afterEach(() => rm(folder, { recursive: true }));

const portal = { clientId: "apiclient_1", clientSecret: "hunter2", apiKey: "key-of-ours" };
const rest = { name: "rest", accounts: "*", developerPortal: portal };
const europe = { name: "europe", accounts: ["cmp-1", "acct_1"], developerPortal: portal };
const ignore = { reread: () => undefined, failure: () => undefined };

async function opened(content: unknown) {
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  const read = await openCredentialsFile(file, ignore);
  read.close();
  return read.content;
}

describe("A3.6 KORE_CREDENTIALS_FILE", () => {
  test("has credentials of both portals and the accounts that they are for", async () => {
    const console = { clientId: "apiclient_2", clientSecret: "other" };
    const entries = [{ ...rest, console, accountEmail: "ops@acme.example" }, europe];
    expect(await opened(entries)).toEqual(entries);
  });

  test("B5.1 secrets are trimmed", async () => {
    const spaced = { clientId: " apiclient_1\n", clientSecret: "\thunter2\r\n", apiKey: "\u00a0key-of-ours " };
    expect(await opened([{ ...rest, developerPortal: spaced }])).toEqual([rest]);
  });

  test.each<[rule: string, content: unknown, message: RegExp]>([
    ["is JSON", "{", /^KORE_CREDENTIALS_FILE: is not JSON$/],
    ["is a list", rest, /^KORE_CREDENTIALS_FILE: must be a list of entries$/],
    ["is not empty", [], /^KORE_CREDENTIALS_FILE: must/],
    [
      "names entries",
      [{ ...rest, name: "two words" }],
      /^KORE_CREDENTIALS_FILE: entry 1: name: must be 1 to 63 letters/,
    ],
    ["names each once", [rest, { ...europe, name: "rest" }], /the name rest is in entry rest and again in rest$/],
    ["names accounts", [{ ...europe, accounts: [] }], /entry europe: accounts: must be a list of account ids/],
    [
      "names accounts by ids",
      [{ ...europe, accounts: ["a b"] }],
      /entry europe: accounts: must be a list of account ids/,
    ],
    [
      "serves an account once",
      [europe, { ...europe, name: "asia" }],
      /account cmp-1 is in entry europe and again in asia$/,
    ],
    ["has an account once in an entry", [{ ...europe, accounts: ["a", "a"] }], /account a is in entry europe/],
    ["serves the rest once", [rest, { ...rest, name: "too" }], /account "\*" is in entry rest and again in too$/],
    [
      "has a client id",
      [{ ...rest, developerPortal: { ...portal, clientId: " " } }],
      /entry rest: developerPortal.clientId: must not be blank/,
    ],
    [
      "has secrets in one line",
      [{ ...rest, developerPortal: { ...portal, clientSecret: "hunter2\nhunter2" } }],
      /entry rest: developerPortal.clientSecret: must not hold newlines/,
    ],
    [
      "has an API key that a header can carry",
      [{ ...rest, developerPortal: { ...portal, apiKey: "hunter2é" } }],
      /entry rest: developerPortal.apiKey: must be printable ASCII/,
    ],
    ["has whole pairs", [{ ...rest, console: { clientId: "hunter2" } }], /entry rest: console.clientSecret: /],
    ["has no other fields", [{ ...rest, hunter2: 1 }], /entry rest: has 1 unknown fields$/],
    [
      "has e-mail addresses",
      [{ ...rest, accountEmail: "hunter2" }],
      /entry rest: accountEmail: must be an e-mail address/,
    ],
  ])("%s, or is refused by entry and rule, without its secrets", async (_, content, message) => {
    const refused = await opened(content).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "SettingError", message: expect.stringMatching(message) as string });
    expect((refused as Error).message).not.toContain("hunter2");
  });

  test("that is missing is refused by the variable, not by its path", async () => {
    const refused = openCredentialsFile(file, ignore);
    await expect(refused).rejects.toThrow(/^KORE_CREDENTIALS_FILE: cannot be read \(ENOENT\)$/);
  });

  test("is read again when it changes, and changes nothing while it is invalid", async () => {
    await writeFile(file, JSON.stringify([rest]));
    const reported: unknown[] = [];
    const read = await openCredentialsFile(file, {
      reread: (entries) => reported.push(entries.map(({ name }) => name)),
      failure: (error) => reported.push((error as Error).message),
    });
    await writeFile(file, "[");
    await expect.poll(() => reported, { timeout: 10_000 }).toEqual(["KORE_CREDENTIALS_FILE: is not JSON"]);
    expect(read.content).toEqual([rest]);
    await writeFile(file, JSON.stringify([rest, europe]));
    await expect.poll(() => reported.at(-1), { timeout: 10_000 }).toEqual(["rest", "europe"]);
    expect(read.content).toEqual([rest, europe]);
    read.close();
  });
});

describe("Credentials in the environment", () => {
  const liveOf = (env: Record<string, string>) => {
    const { kore } = readConfig(env);
    return kore.mode === "live" ? kore.live.credentials : undefined;
  };

  test("A3.1 have the console's client beside the developer portal's, or one pair for both", () => {
    const pair = { clientId: "id-of-ours", clientSecret: "secret-of-ours", apiKey: "key-of-ours" };
    expect(liveOf(LIVE)).toEqual({ ...pair, console: undefined });
    const console = { KORE_CONSOLE_CLIENT_ID: "console", KORE_CONSOLE_CLIENT_SECRET: "theirs" };
    expect(liveOf({ ...LIVE, ...console })).toEqual({
      ...pair,
      console: { clientId: "console", clientSecret: "theirs" },
    });
  });

  test.each(["KORE_CONSOLE_CLIENT_ID", "KORE_CONSOLE_CLIENT_SECRET"])(
    "A3.1 with %s alone are refused by the other",
    (name) => {
      const [mistake, ...more] = mistakesOf({ ...LIVE, [name]: "hunter2" });
      expect(more).toEqual([]);
      expect(mistake).toMatch(new RegExp(`^KORE_CONSOLE_CLIENT_(ID|SECRET): is missing; ${name} is set$`));
      expect(mistake).not.toContain("hunter2");
    },
  );

  test("A3.6 are in a file or in variables, not in both", () => {
    const file = { KORE_CREDENTIALS_FILE: "credentials.json", KORE_ACCOUNT_EMAIL: "ops@acme.example" };
    expect(liveOf(file)).toEqual({ file: "credentials.json" });
    expect(mistakesOf({ ...file, KORE_API_KEY: "key" })).toEqual([
      "KORE_CREDENTIALS_FILE: is in place of KORE_API_KEY; set one or the other",
    ]);
  });

  const SECRET_NAMES = [
    "KORE_CLIENT_ID",
    "KORE_CLIENT_SECRET",
    "KORE_API_KEY",
    "KORE_CONSOLE_CLIENT_ID",
    "KORE_CONSOLE_CLIENT_SECRET",
    "KORE_WEBHOOK_SECRETS",
    "KORE_WEBHOOK_ACCESS_TOKENS",
    "AUTH_ROUTER_SECRETS",
  ];
  const VALUE = "0123456789abcdef0123456789abcdef";
  const ALL = {
    ...LIVE,
    ...Object.fromEntries(SECRET_NAMES.map((name) => [name, VALUE])),
    KORE_WEBHOOK_URL: "https://graph.example/webhooks/kore",
    KORE_WEBHOOK_ACCESS_TOKEN_KEY: "x-webhook-token",
  };

  test.each(SECRET_NAMES)("B5.1 blanks and newlines around %s are trimmed", (name) => {
    for (const spaced of [` ${VALUE}`, `${VALUE}\n`, `\r\n${VALUE}\t `, `\ufeff${VALUE}\u00a0`]) {
      expect(readConfig({ ...ALL, [name]: spaced })).toEqual(readConfig(ALL));
    }
  });

  test.each(SECRET_NAMES)("B5.1 newlines and control characters inside %s are refused by its name", (name) => {
    for (const broken of [`${VALUE}\n${VALUE}`, `${VALUE}\u0000${VALUE}`, `${VALUE}\u007f`]) {
      const mistakes = mistakesOf({ ...ALL, [name]: broken });
      expect(mistakes.some((mistake) => mistake.startsWith(`${name}: `))).toBe(true);
      expect(mistakes.join()).not.toContain(VALUE);
    }
  });
});
