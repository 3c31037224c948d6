import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { configWarnings, readConfig } from "../../../src/server/config/index.ts";
import { FORMER } from "../../../src/server/config/names.ts";
import { ALL_VARIABLES } from "../../../src/server/config/variables/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

describe("A mistake", () => {
  test("is reported together with all others, by name and rule and never by value", () => {
    const wrong = {
      KORE_CLIENT_SECRET: "secret-of-ours",
      KORE_ACCOUNT_EMAIL: "wrong-email-8930",
      KORE_ACCOUNT_MAP: "wrong-map-8930",
      KORE_CONNECTIVITY_URL: "wrong-url-8930",
      KORE_DEADLINE_MS: "wrong-number-8930",
      KORE_CONCURRENCY: "8930.5",
      HOST: "wrong-host-8930",
      PORT: "89301",
      PLAYGROUND: "wrong-switch-8930",
      ID_CHECKS: "wrong-choice-8930",
      LOG_LEVEL: "wrong-level-8930",
    };
    const mistakes = mistakesOf(wrong);
    expect(mistakes.map((mistake) => mistake.split(":")[0])).toEqual([
      ...Object.keys(wrong).filter((name) => !["KORE_CLIENT_SECRET", "HOST"].includes(name)),
      "KORE_CLIENT_ID",
      "KORE_API_KEY",
      "HOST",
    ]);
    for (const mistake of mistakes) expect(mistake).toMatch(/^[A-Z_]+: .{8,}$/);
    const text = mistakes.join("\n");
    expect(text).not.toContain("8930");
    expect(text).not.toContain("secret-of-ours");
  });

  test.each([
    ["PORT", "65536", /from 0 to 65535/],
    ["PORT", "-1", /from 0 to 65535/],
    ["PORT", "4000x", /whole number/],
    ["PORT", "1e999", /whole number/],
    ["KORE_DEADLINE_MS", "0", /from 1 to 600000/],
    ["KORE_CONCURRENCY", "1.5", /whole number/],
    ["KORE_CLIENTS_URL", "ftp://kore.example", /http or https/],
    ["KORE_CLIENTS_URL", "client.api.korewireless.com", /http or https/],
    ["KORE_CLIENTS_URL", "https://kore.example/?region=eu", /without .* query/],
    ["KORE_ACCOUNT_EMAIL", "ops", /e-mail/],
    ["LOG_LEVEL", "DEBUG", /"debug"/],
    ["PLAYGROUND", "true", /"on".*"off"/],
  ])("%s=%s is refused", (name, value, rule) => {
    expect(mistakesOf({ ...LIVE, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: .*${rule.source}`)),
    ]);
  });
});

describe("A variable of an earlier version", () => {
  test.each([
    ["KORE_WEBHOOK_SECRET", "KORE_WEBHOOK_SECRET: is KORE_WEBHOOK_SECRETS now"],
    ["AUTH_ROUTER_SECRET_PREVIOUS", /^AUTH_ROUTER_SECRET_PREVIOUS: is the second one in AUTH_ROUTER_SECRETS now/],
    ["KORE_QUEUE", "KORE_QUEUE: is not read any more: it is a constant now, 1000. Remove it"],
    ["AUTH_JWT_CLOCK_SKEW_SECONDS", /^AUTH_JWT_CLOCK_SKEW_SECONDS: .* a constant now, 30\. Remove it$/],
  ])("%s is refused, with what has taken its place", (name, message) => {
    const mistakes = mistakesOf({ ...LIVE, [name]: "hunter2" });
    expect(mistakes).toEqual([typeof message === "string" ? message : expect.stringMatching(message)]);
    expect(mistakes.join()).not.toContain("hunter2");
  });

  test("that is blank is not set", () => {
    expect(mistakesOf({ ...LIVE, KORE_QUEUE: "" })).toEqual([]);
  });

  test("is in the changelog's table, which has all of them", async () => {
    const changelog = await readFile(new URL("../../../CHANGELOG.md", import.meta.url), "utf8");
    const rows = [...changelog.matchAll(/^\| `([A-Z_]+)` +\| .{10,} \|$/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual([...FORMER.keys()].sort());
  });

  test("is not read, and no known variable has its name", () => {
    const known = ALL_VARIABLES.flatMap(({ name, fileVariable }) => [name, fileVariable]);
    expect([...FORMER.keys()].filter((name) => known.includes(name))).toEqual([]);
    expect(new Set(known.filter(Boolean)).size).toBe(known.filter(Boolean).length);
  });
});

describe("A variable that is not known", () => {
  const warningsOf = (env: Record<string, string>) => configWarnings(env, readConfig({ ...LIVE, ...env }));

  test.each([
    ["KORE_CLIENT_SECRTE", "KORE_CLIENT_SECRTE is not read: did you mean KORE_CLIENT_SECRET?"],
    ["LIMIT_DEPHT", "LIMIT_DEPHT is not read: did you mean LIMIT_DEPTH?"],
    ["AUTH_API_KEY_FILE", "AUTH_API_KEY_FILE is not read: did you mean AUTH_API_KEYS_FILE?"],
    ["KORE_APIKEY_FILE", "KORE_APIKEY_FILE is not read: did you mean KORE_API_KEY_FILE?"],
    ["CACHE_SECOND", "CACHE_SECOND is not read: did you mean CACHE_SECONDS?"],
    ["AUTH_SOMETHING_OF_ANOTHER_PROGRAM", "AUTH_SOMETHING_OF_ANOTHER_PROGRAM is not read"],
  ])("%s is a warning that names the nearest known one", (name, warning) => {
    expect(warningsOf({ [name]: "hunter2" })).toEqual([warning]);
  });

  test("is named with the mistakes, one of which it may explain", () => {
    const { KORE_API_KEY: key, ...others } = LIVE;
    expect(() => readConfig({ ...others, KORE_APIKEY: key })).toThrow(
      "  KORE_API_KEY: is missing\n\nKORE_APIKEY is not read: did you mean KORE_API_KEY?\n",
    );
  });

  test("and is not ours is ignored", () => {
    const others = { KORE_GRAPH_SERVICE_HOST: "10.0.0.1", CACHE: "1", PATH: "/bin", MY_LIMIT_DEPTH: "1" };
    expect(warningsOf(others)).toEqual([]);
  });
});
