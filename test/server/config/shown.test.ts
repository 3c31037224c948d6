import { describe, expect, test } from "vitest";
import { configurationTable, describeEnvironment, limitsTable } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

describe("The configuration as shown", () => {
  test("hides secrets and marks defaults", () => {
    const shown = describeEnvironment({ ...LIVE, PORT: "4321", PATH: "/somewhere" });
    expect(shown).toMatch(/^KORE_CLIENT_ID +\[redacted\]$/m);
    expect(shown).toMatch(/^KORE_CLIENT_SECRET +\[redacted\]$/m);
    expect(shown).toMatch(/^KORE_API_KEY +\[redacted\]$/m);
    expect(shown).toMatch(/^PORT +4321$/m);
    expect(shown).toMatch(/^LOG_LEVEL +info \(default\)$/m);
    expect(shown).toMatch(/^KORE_ACCOUNT_MAP +\(not set\)$/m);
    expect(shown).not.toMatch(/of-ours|somewhere/);
  });

  test("hides every variable that is secret by its name", () => {
    const names = [...describeEnvironment({}).matchAll(/^(\w+)/gm)].map(([name]) => name);
    const secret = names.filter((name) => /SECRET|PASSWORD|TOKEN(?!_URL)|(_|\b)KEYS?(_(?!FILE)|$)/.test(name));
    expect(secret).toEqual(expect.arrayContaining(["KORE_CLIENT_SECRET", "KORE_API_KEY"]));
    const shown = describeEnvironment(Object.fromEntries(secret.map((name) => [name, "secret-of-ours"])));
    expect(shown).not.toContain("secret-of-ours");
  });

  test("names a secret that is missing", () => {
    expect(describeEnvironment({})).toMatch(/^KORE_CLIENT_SECRET +\(not set\)$/m);
  });

  test("hides values that break a rule: they may be misplaced secrets", () => {
    const shown = describeEnvironment({ ...LIVE, KORE_ACCOUNT_EMAIL: "secret-of-ours", PORT: "secret-of-ours" });
    expect(shown).toMatch(/^KORE_ACCOUNT_EMAIL +\(not valid\)$/m);
    expect(shown).toMatch(/^PORT +\(not valid\)$/m);
  });

  test("hides a password in an address", () => {
    const env = { ...LIVE, KORE_CLIENTS_URL: "https://someone:hunter2@kore.example/" };
    expect(mistakesOf(env)).toEqual([
      "KORE_CLIENTS_URL: must be an address without user name, password, query and fragment",
    ]);
    expect(describeEnvironment(env)).not.toContain("hunter2");
  });

  test("is the README's two tables, every variable with its meaning in one of them", () => {
    const rows = [configurationTable(), limitsTable()].flatMap((table) => table.split("\n").slice(2));
    const names = describeEnvironment({})
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(rows.map((row) => /^\| `(\w+)` \|/.exec(row)?.[1]).sort()).toEqual(names.sort());
    for (const row of rows) expect(row).toMatch(/^\| `\w+` \| (`[^`]+`)? ?\| .{20,} \|$/);
  });
});

describe("E-mail addresses in the configuration as shown", () => {
  test.each([
    ["KORE_ACCOUNT_EMAIL", "ops@acme.example", "…@acme.example"],
    ["KORE_ACCOUNT_EMAIL", "jane.q+kore@mail.acme.example", "…@mail.acme.example"],
    ["KORE_ACCOUNT_EMAIL", "j@a.example", "…@a.example"],
    ["STORE_PATH", "/var/jane@acme.example/store", "/var/…@acme.example/store"],
    ["NO_PROXY", "a.example,jane@acme.example", "a.example,…@acme.example"],
  ])("12.9.1 have no names: %s=%s", (name, value, shown) => {
    const text = describeEnvironment({ ...LIVE, [name]: value });
    const line = text.split("\n").find((one) => one.startsWith(`${name} `));
    expect(line?.replace(/^\S+ +/, "")).toBe(shown);
  });

  test("12.9.1 nor where they break a rule", () => {
    const env = { ...LIVE, KORE_ACCOUNT_EMAIL: "jane at acme", PORT: "jane@acme.example" };
    expect(describeEnvironment(env)).not.toContain("jane");
    expect(mistakesOf(env).join("\n")).not.toContain("jane");
  });
});
