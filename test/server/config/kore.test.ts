import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

describe("The configuration for KORE", () => {
  test("needs four variables", () => {
    expect(readConfig(LIVE)).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      idChecks: "explain",
      logLevel: "info",
      kore: {
        mode: "live",
        live: {
          credentials: { clientId: "id-of-ours", clientSecret: "secret-of-ours", apiKey: "key-of-ours" },
          accountEmail: "ops@acme.example",
          connectivityUrl: "https://api.korewireless.com/connectivity",
          connectivityTokenUrl: "https://api.korewireless.com/Api/api/token",
          clientsUrl: "https://client.api.korewireless.com",
          globalTokenUrl: "https://api.korewireless.com/api-services/v1/auth/token",
          accountMapping: new Map(),
        },
      },
    });
  });

  test("has unpublished operations off by default, and on with the simulator; both can be switched", () => {
    const isOn = (env: Record<string, string>) => readConfig(env).unpublishedClientOperations;
    const simulator = { KORE_MODE: "simulator" };
    expect([isOn(LIVE), isOn(simulator)]).toEqual([false, true]);
    const name = "KORE_UNPUBLISHED_CLIENT_OPERATIONS";
    expect([isOn({ ...LIVE, [name]: "on" }), isOn({ ...simulator, [name]: "off" })]).toEqual([true, false]);
    expect(mistakesOf({ ...LIVE, [name]: "yes" })).toHaveLength(1);
  });

  test("names all missing variables at once, and the mode that needs none", () => {
    expect(mistakesOf({})).toEqual([
      "KORE_CLIENT_ID: is missing",
      "KORE_CLIENT_SECRET: is missing",
      "KORE_API_KEY: is missing",
      "KORE_ACCOUNT_EMAIL: is missing",
    ]);
    expect(() => readConfig({})).toThrow(/^The configuration has 4 mistakes:\n {2}KORE_CLIENT_ID: is missing\n/);
    expect(() => readConfig({})).toThrow("KORE_MODE=simulator needs none");
  });

  test.each(["", " ", "\t"])("a variable that is blank (%j) is missing", (blank) => {
    expect(mistakesOf({ ...LIVE, KORE_API_KEY: blank })).toEqual(["KORE_API_KEY: is missing"]);
    expect(readConfig({ ...LIVE, PORT: blank })).toHaveProperty("port", 4000);
  });

  test("advises the simulator only when a variable is missing", () => {
    expect(() => readConfig({ ...LIVE, PORT: "x" })).not.toThrow("simulator");
  });

  test("does not take a misspelt mode for the simulator", () => {
    expect(mistakesOf({ KORE_MODE: "simulater" })).toEqual([expect.stringMatching(/^KORE_MODE: /)]);
  });
});

describe("The configuration for the simulator", () => {
  test("has a temporary store, whatever STORE_PATH says: the SIMs are temporary, too", () => {
    expect(readConfig({ KORE_MODE: "simulator", STORE_PATH: "kept" }).storePath).toBeUndefined();
    expect(readConfig({ ...LIVE, STORE_PATH: "kept" }).storePath).toBe("kept");
    expect(readConfig(LIVE).storePath).toBe(".kore-graph/store");
  });

  test("needs KORE_MODE only", () => {
    expect(readConfig({ KORE_MODE: "simulator" }).kore).toEqual({
      mode: "simulator",
      port: undefined,
      sims: 2000,
      seed: 1,
    });
  });

  test("sets the simulator's port, size and seed", () => {
    const env = { KORE_MODE: "simulator", SIMULATOR_PORT: "0", SIMULATOR_SIMS: "50000", SIMULATOR_SEED: "7" };
    expect(readConfig(env).kore).toEqual({ mode: "simulator", port: 0, sims: 50_000, seed: 7 });
  });

  test("has no database, since each simulator has SIMs of its own", () => {
    expect(mistakesOf({ KORE_MODE: "simulator", DATABASE_URL: "postgres://db.example.com/kore" })).toEqual([
      "DATABASE_URL: is for KORE_MODE=live; `demo --replicas` has several replicas in front of one simulator",
    ]);
  });

  test("does not depend on credentials", () => {
    expect(readConfig({ ...LIVE, KORE_MODE: "simulator" }).kore.mode).toBe("simulator");
    expect(readConfig(LIVE).kore.mode).toBe("live");
  });
});

describe("KORE_ACCOUNT_MAP", () => {
  test.each([
    ["acct_1=cmp-a", [["acct_1", "cmp-a"]]],
    [
      " acct_1=cmp-a , acct_2=cmp-b.c ",
      [
        ["acct_1", "cmp-a"],
        ["acct_2", "cmp-b.c"],
      ],
    ],
  ])("%j is read", (text, entries) => {
    const { kore } = readConfig({ ...LIVE, KORE_ACCOUNT_MAP: text });
    expect(kore).toMatchObject({ live: { accountMapping: new Map(entries as [string, string][]) } });
  });

  test.each(["acct_1", "acct_1=", "cmp-a=acct_1", "acct_1=cmp-a,", "acct_1=cmp-a;acct_2=cmp-b", "acct_1=cmp a"])(
    "%j is refused",
    (text) => {
      expect(mistakesOf({ ...LIVE, KORE_ACCOUNT_MAP: text })).toEqual([
        "KORE_ACCOUNT_MAP: must be acct_…=cmp-…, several joined by commas",
      ]);
    },
  );
});
