import { expect, test } from "vitest";
import { printSchema } from "../../../src/commands/print.ts";
import { readConfig } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

const ROUTER = { ...LIVE, AUTH_ROUTER_SECRETS: "s".repeat(32) };

test("origins of callbacks need a trusted router, and are compared exactly", () => {
  const origins = "https://router.example.com:4000, http://10.0.0.1:4000";
  expect(readConfig({ ...ROUTER, SUBSCRIPTION_CALLBACK_ORIGINS: origins }).callbackOrigins).toEqual([
    "https://router.example.com:4000",
    "http://10.0.0.1:4000",
  ]);
  expect(readConfig(ROUTER).callbackOrigins).toEqual([]);
  expect(mistakesOf({ ...LIVE, SUBSCRIPTION_CALLBACK_ORIGINS: origins })).toEqual([
    "SUBSCRIPTION_CALLBACK_ORIGINS: needs AUTH_ROUTER_SECRETS, since callbacks are for routers that authenticate themselves",
  ]);
  for (const wrong of ["https://router.example.com/callback", "https://*.example.com", "router.example.com"]) {
    const [mistake] = mistakesOf({ ...ROUTER, SUBSCRIPTION_CALLBACK_ORIGINS: wrong });
    expect(mistake).toMatch(/^SUBSCRIPTION_CALLBACK_ORIGINS: must be origins/);
  }
});

test.each(["kore", "_Kore", "Kore-", "K".repeat(32)])("SCHEMA_PREFIX=%s is refused, with the rule", (prefix) => {
  const rule = "SCHEMA_PREFIX: must be letters and digits, the first a capital, at most 31";
  expect(mistakesOf({ ...LIVE, SCHEMA_PREFIX: prefix })).toEqual([rule]);
});

test("print-schema prints the schema as the settings have it, and writes and checks the repository's without them", async () => {
  const env = { SCHEMA_PREFIX: "Kore", SUBGRAPH_AUTH_DIRECTIVES: "on" };
  let printed = "";
  const output = { say: (text: string) => void (printed += text), complain: (line: string) => void (printed += line) };
  expect(await printSchema.run({}, env, output)).toBe(0);
  expect(printed).toMatch(/type KoreAccount\b/);
  expect(printed).toContain("@requiresScopes");
  expect(await printSchema.run({ check: true }, env, output)).toBe(0);
  await expect(printSchema.run({}, { SCHEMA_PREFIX: "kore" }, output)).rejects.toThrow("SCHEMA_PREFIX");
});
