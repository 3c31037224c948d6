import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ConfigError,
  allowanceWarning,
  configurationTable,
  describeEnvironment,
  limitsTable,
  readConfig,
} from "../../../src/server/config/index.ts";
import { DEFAULT_CONNECTION_LIMITS } from "../../../src/server/http/connections/index.ts";
import { DEFAULT_LIMITS } from "../../../src/server/graphql/limits/limits.ts";

const LIVE = {
  KORE_CLIENT_ID: "id-of-ours",
  KORE_CLIENT_SECRET: "secret-of-ours",
  KORE_API_KEY: "key-of-ours",
  KORE_ACCOUNT_EMAIL: "ops@acme.example",
};

/** What a configuration is told to be wrong with. */
function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("in front of KORE", () => {
  test("four variables are all that it takes", () => {
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

  test("what KORE does not publish is off, and can be switched on; with the simulator it is the other way round", () => {
    const isOn = (env: Record<string, string>) => readConfig(env).unpublishedClientOperations;
    const simulator = { KORE_MODE: "simulator" };
    expect([isOn(LIVE), isOn(simulator)]).toEqual([false, true]);
    const name = "KORE_UNPUBLISHED_CLIENT_OPERATIONS";
    expect([isOn({ ...LIVE, [name]: "on" }), isOn({ ...simulator, [name]: "off" })]).toEqual([true, false]);
    expect(mistakesOf({ ...LIVE, [name]: "yes" })).toHaveLength(1);
  });

  test("all that is missing is said at once, with a way out", () => {
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

  test("who has no account is not sent to the simulator for another mistake", () => {
    expect(() => readConfig({ ...LIVE, PORT: "x" })).not.toThrow("simulator");
  });

  test("a misspelt mode is one mistake and never the simulator", () => {
    expect(mistakesOf({ KORE_MODE: "simulater" })).toEqual([expect.stringMatching(/^KORE_MODE: /)]);
  });
});

describe("in front of the simulator", () => {
  test("no store outlives the SIMs that it tells of, whatever STORE_PATH says", () => {
    expect(readConfig({ KORE_MODE: "simulator", STORE_PATH: "kept" }).storePath).toBeUndefined();
    expect(readConfig({ ...LIVE, STORE_PATH: "kept" }).storePath).toBe("kept");
    expect(readConfig(LIVE).storePath).toBe(".kore-graph/store");
  });

  test("nothing is needed but to say so", () => {
    expect(readConfig({ KORE_MODE: "simulator" }).kore).toEqual({ mode: "simulator", port: 4010, sims: 2000, seed: 1 });
  });

  test("its port, size and seed are chosen", () => {
    const env = { KORE_MODE: "simulator", SIMULATOR_PORT: "0", SIMULATOR_SIMS: "50000", SIMULATOR_SEED: "7" };
    expect(readConfig(env).kore).toEqual({ mode: "simulator", port: 0, sims: 50_000, seed: 7 });
  });

  test("there is one process without a database to share", () => {
    const rule =
      "PROCESSES: more than one are replicas, which need a database to share (DATABASE_URL): a folder serves one process";
    expect(mistakesOf({ KORE_MODE: "simulator", PROCESSES: "2" })).toEqual([rule]);
    expect(mistakesOf({ ...LIVE, PROCESSES: "2" })).toEqual([rule]);
    const shared = { ...LIVE, DATABASE_URL: "postgres://kore:secret@db.example.com/kore" };
    const ofItsOwn = "each of several PROCESSES has metrics of its own";
    expect(mistakesOf({ ...shared, PROCESSES: "2", METRICS_PORT: "9100" })).toEqual([
      expect.stringContaining(`METRICS_PORT: ${ofItsOwn}`),
    ]);
    expect(mistakesOf({ ...shared, PROCESSES: "2", METRICS: "on" })).toEqual([
      expect.stringContaining(`METRICS: ${ofItsOwn}`),
    ]);
    expect(readConfig({ ...shared, PROCESSES: "2" }).metrics).toBeUndefined();
    expect(readConfig({ ...shared, PROCESSES: "1" }).metrics).toEqual({ port: undefined });
    expect(readConfig({ ...shared, PROCESSES: "2" }).processes).toBe(2);
  });

  test("there is no database, since each simulator has SIMs of its own", () => {
    expect(mistakesOf({ KORE_MODE: "simulator", DATABASE_URL: "postgres://db.example.com/kore" })).toEqual([
      "DATABASE_URL: is for KORE_MODE=live; `demo --replicas` has several replicas in front of one simulator",
    ]);
  });

  test("credentials alone do not choose it, nor keep it away", () => {
    expect(readConfig({ ...LIVE, KORE_MODE: "simulator" }).kore.mode).toBe("simulator");
    expect(readConfig(LIVE).kore.mode).toBe("live");
  });
});

describe("a mistake", () => {
  test("is said together with all others, by name and rule and never by value", () => {
    const wrong = {
      KORE_CLIENT_SECRET: "secret-of-ours",
      KORE_ACCOUNT_EMAIL: "wrong-email-8930",
      KORE_ACCOUNT_MAP: "wrong-map-8930",
      KORE_CONNECTIVITY_URL: "wrong-url-8930",
      KORE_DEADLINE_MS: "wrong-number-8930",
      KORE_CONNECTIONS: "8930.5",
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
    ["KORE_CONNECTIONS", "1.5", /whole number/],
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

describe("while callers are not authenticated", () => {
  test.each(["0.0.0.0", "::", "10.1.2.3", "kore-graph.example", "localhost.evil.example", "128.0.0.1"])(
    "HOST=%s is refused, with the reason",
    (host) => {
      const [mistake] = mistakesOf({ ...LIVE, HOST: host });
      expect(mistake).toBe(
        "HOST: must be a loopback address (127.0.0.1, ::1 or localhost), since callers are not authenticated",
      );
    },
  );

  test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])("HOST=%s is taken", (host) => {
    expect(readConfig({ ...LIVE, HOST: host })).toHaveProperty("host", host);
  });
});

describe("authentication", () => {
  const SECRET = "s".repeat(32);
  const JWT = {
    AUTH_JWT_JWKS_URL: "https://issuer.example/jwks.json",
    AUTH_JWT_ISSUER: "https://issuer.example/",
    AUTH_JWT_AUDIENCE: "graph, other",
  };

  test.each([JWT, { AUTH_API_KEYS_FILE: "keys.json" }, { AUTH_ROUTER_SECRET: SECRET }])(
    "by %j opens other addresses than this machine's",
    (env) => {
      expect(readConfig({ ...LIVE, ...env, HOST: "0.0.0.0" })).toHaveProperty("host", "0.0.0.0");
    },
  );

  test("is several ways at once", () => {
    const env = { ...JWT, AUTH_API_KEYS_FILE: "keys.json", AUTH_ROUTER_SECRET: SECRET };
    expect(readConfig({ ...LIVE, ...env }).auth).toEqual({
      jwt: {
        jwksUrl: "https://issuer.example/jwks.json",
        issuer: "https://issuer.example/",
        audiences: ["graph", "other"],
        algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
        clockSkew: 30,
        roleClaim: "role",
        accountsClaim: "accounts",
      },
      apiKeysFile: "keys.json",
      routerSecrets: [SECRET],
    });
  });

  test.each([
    [{ AUTH_JWT_ISSUER: "x" }, "AUTH_JWT_JWKS_URL, AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: are needed together"],
    [
      { ...JWT, AUTH_JWT_AUDIENCE: "" },
      "AUTH_JWT_JWKS_URL, AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: are needed together",
    ],
    [{ AUTH_ROUTER_SECRET_PREVIOUS: SECRET }, "AUTH_ROUTER_SECRET_PREVIOUS: is of no use without AUTH_ROUTER_SECRET"],
    [{ AUTH_ROUTER_SECRET: "short" }, "AUTH_ROUTER_SECRET: must be 32 characters or more"],
    [{ ...JWT, AUTH_JWT_ALGORITHMS: "RS256,HS256" }, /^AUTH_JWT_ALGORITHMS: must be of RS256, /],
    [{ ...JWT, AUTH_JWT_ALGORITHMS: "none" }, /^AUTH_JWT_ALGORITHMS: must be of RS256, /],
    [
      { ...JWT, AUTH_JWT_CLOCK_SKEW_SECONDS: "301" },
      "AUTH_JWT_CLOCK_SKEW_SECONDS: must be a whole number from 0 to 300",
    ],
    [{ ...JWT, AUTH_JWT_AUDIENCE: "," }, /^AUTH_JWT_AUDIENCE: /],
    [{ ...JWT, AUTH_JWT_JWKS_URL: "http://issuer.example/jwks.json" }, /^AUTH_JWT_JWKS_URL: must be an https address/],
    [{ ...JWT, AUTH_JWT_JWKS_URL: "https://u:p@issuer.example/" }, /^AUTH_JWT_JWKS_URL: must be an https address/],
  ])("%j is a mistake", (env, mistake) => {
    const [first] = mistakesOf({ ...LIVE, ...env });
    expect(first).toEqual(typeof mistake === "string" ? mistake : expect.stringMatching(mistake));
  });

  test("keys may come over plain HTTP from this machine", () => {
    const env = { ...JWT, AUTH_JWT_JWKS_URL: "http://127.0.0.1:8080/jwks.json" };
    expect(readConfig({ ...LIVE, ...env }).auth.jwt?.jwksUrl).toBe("http://127.0.0.1:8080/jwks.json");
  });

  test("that is half configured opens nothing", () => {
    expect(mistakesOf({ ...LIVE, AUTH_JWT_ISSUER: "x", HOST: "0.0.0.0" })).toHaveLength(2);
  });
});

describe("the account map", () => {
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

describe("the playground", () => {
  test.each([
    [{}, true],
    [{ NODE_ENV: "production" }, false],
    [{ NODE_ENV: "production", PLAYGROUND: "on" }, true],
    [{ PLAYGROUND: "off" }, false],
  ])("with %j is there: %j", (env, there) => {
    expect(readConfig({ ...LIVE, ...env }).playground).toBe(there);
  });
});

describe("the configuration as shown", () => {
  test("hides what is secret and says what is a default", () => {
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

  test("hides what breaks a rule, for it may be a secret in the wrong place", () => {
    const shown = describeEnvironment({ ...LIVE, KORE_ACCOUNT_EMAIL: "secret-of-ours", PORT: "secret-of-ours" });
    expect(shown).toMatch(/^KORE_ACCOUNT_EMAIL +\(not valid\)$/m);
    expect(shown).toMatch(/^PORT +\(not valid\)$/m);
  });

  test("hides a password that an address carries", () => {
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

describe("limits and who may call", () => {
  test("by default are those of the README, without pages of other sites, persisted or trusted operations", () => {
    expect(readConfig(LIVE)).toMatchObject({
      limits: DEFAULT_LIMITS,
      corsOrigins: [],
      persistedQueries: false,
      trustedDocuments: undefined,
    });
  });

  test.each([
    ["production", undefined, "off"],
    ["development", undefined, "on"],
    ["production", "on", "on"],
    ["development", "off", "off"],
  ] as const)("in %s with the playground %s introspection is %s", (mode, playground, introspection) => {
    const env = { ...LIVE, NODE_ENV: mode, ...(playground && { PLAYGROUND: playground }) };
    expect(readConfig(env).introspection).toBe(introspection);
    expect(readConfig({ ...env, INTROSPECTION: "subgraph" }).introspection).toBe("subgraph");
  });

  test("12.3.26 connections, and 11.4 operations of a socket, are bounded by settings with defaults", () => {
    const settings = ({ connectionLimits, operationsPerSocket, trustedProxies }: ReturnType<typeof readConfig>) => ({
      ...connectionLimits,
      operationsPerSocket,
      trustedProxies,
    });
    expect(settings(readConfig(LIVE))).toEqual({
      ...DEFAULT_CONNECTION_LIMITS,
      operationsPerSocket: 50,
      trustedProxies: [],
    });
    const env = {
      LIMIT_CONNECTIONS: "1",
      LIMIT_CONNECTIONS_PER_ADDRESS: "2",
      LIMIT_SOCKETS: "3",
      LIMIT_UNAUTHENTICATED_SOCKETS: "4",
      LIMIT_OPERATIONS_PER_SOCKET: "5",
      LIMIT_ARRIVING_BYTES: "6000000",
      TRUSTED_PROXIES: "10.0.0.0/8, 2001:db8::1",
    };
    expect(settings(readConfig({ ...LIVE, ...env }))).toEqual({
      connections: 1,
      connectionsPerAddress: 2,
      sockets: 3,
      unauthenticatedSockets: 4,
      operationsPerSocket: 5,
      arrivingBytes: 6_000_000,
      trustedProxies: ["10.0.0.0/8", "2001:db8::1"],
    });
    for (const name of Object.keys(env)) expect(mistakesOf({ ...LIVE, [name]: "0" })).toHaveLength(1);
  });

  test.each(["proxy.example", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/", "::/129", "10.0.0.1,,"])(
    "12.3.27 TRUSTED_PROXIES=%s is no list of addresses",
    (proxies) => {
      expect(mistakesOf({ ...LIVE, TRUSTED_PROXIES: proxies })).toEqual([
        "TRUSTED_PROXIES: must be IP addresses or networks such as 10.0.0.0/8, joined by commas",
      ]);
    },
  );

  test("12.3.28 bodies that arrive have room for the largest one and another", () => {
    const sizes = { LIMIT_BODY_BYTES: "10000000", LIMIT_ARRIVING_BYTES: "19999999" };
    expect(mistakesOf({ ...LIVE, ...sizes })).toEqual([
      "LIMIT_ARRIVING_BYTES: must be at least twice LIMIT_BODY_BYTES",
    ]);
    expect(mistakesOf({ ...LIVE, ...sizes, LIMIT_ARRIVING_BYTES: "20000000" })).toEqual([]);
  });

  test.each(["*", "https://*.example.com", "https://a.example/", "a.example", "https://a.example,*", "null"])(
    "CORS_ORIGINS=%s is no list of origins",
    (origins) => {
      expect(mistakesOf({ ...LIVE, CORS_ORIGINS: origins })).toEqual([
        "CORS_ORIGINS: must be origins such as https://app.example.com, joined by commas; no wildcard",
      ]);
    },
  );

  test("a minute has room for the dearest operation, or no bounds", () => {
    const limits = { LIMIT_KORE_REQUESTS: "100", LIMIT_KORE_REQUESTS_PER_MINUTE: "99" };
    expect(mistakesOf({ ...LIVE, ...limits })).toEqual([
      "LIMIT_KORE_REQUESTS_PER_MINUTE: must not be less than LIMIT_KORE_REQUESTS",
    ]);
    expect(mistakesOf({ ...LIVE, ...limits, LIMIT_KORE_REQUESTS_PER_MINUTE: "0" })).toEqual([]);
  });
});

describe("What one caller may use up of the budget for KORE", () => {
  const koreRequestsOf = (env: Record<string, string>) => readConfig({ ...LIVE, ...env }).limits.koreRequestsPerMinute;
  const warningOf = (env: Record<string, string>) => {
    const { limits, budget } = readConfig({ ...LIVE, ...env });
    return allowanceWarning(limits, budget.rate);
  };

  test("12.5.1 is less than the budget by default, and takes the dearest operation", () => {
    const { limits, budget } = readConfig(LIVE);
    expect(limits.koreRequestsPerMinute).toBe(2400);
    expect(limits.koreRequestsPerMinute).toBeLessThan(60 * budget.rate);
    expect(limits.koreRequestsPerMinute).toBeGreaterThanOrEqual(limits.koreRequests);
    expect(warningOf({})).toBeUndefined();
  });

  test.each([
    ["100", undefined, 4800],
    ["45", undefined, 2160],
    ["10", "400", 480],
    ["10", undefined, 2000],
    ["1", "48", 48],
    ["100000", undefined, 4_800_000],
  ])("12.5.1 follows a budget of %s a second, and an operation's cost of %s at most: %i", (rate, cost, expected) => {
    const env = { KORE_REQUESTS_PER_SECOND: rate, ...(cost !== undefined && { LIMIT_KORE_REQUESTS: cost }) };
    expect(koreRequestsOf(env)).toBe(expected);
    expect(mistakesOf({ ...LIVE, ...env })).toEqual([]);
  });

  test.each([
    { LIMIT_KORE_REQUESTS_PER_MINUTE: "3000" },
    { LIMIT_KORE_REQUESTS_PER_MINUTE: "60000" },
    { LIMIT_KORE_REQUESTS_PER_MINUTE: "0" },
    { KORE_REQUESTS_PER_SECOND: "33" },
    { KORE_REQUESTS_PER_SECOND: "100", LIMIT_KORE_REQUESTS_PER_MINUTE: "6000" },
  ])("12.5.2 at or above the budget is warned of, and no mistake: %j", (env: Record<string, string>) => {
    expect(warningOf(env)).toMatch(/^LIMIT_KORE_REQUESTS_PER_MINUTE: is not below/);
  });

  test.each([
    { LIMIT_KORE_REQUESTS_PER_MINUTE: "2999" },
    { KORE_REQUESTS_PER_SECOND: "100", LIMIT_KORE_REQUESTS_PER_MINUTE: "5999" },
    { KORE_REQUESTS_PER_SECOND: "5", LIMIT_KORE_REQUESTS: "200" },
  ])("12.5.2 below it there is no warning: %j", (env: Record<string, string>) => {
    expect(warningOf(env)).toBeUndefined();
  });
});

describe("E-mail addresses as the configuration is shown", () => {
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

describe("The database that replicas share", () => {
  const url = "postgres://kore:s3cret-of-the-database@db.example.com:5432/kore?sslmode=verify-full";

  test("is named by its address, or by a file that holds it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kore-graph-config-"));
    const file = join(folder, "url");
    await writeFile(file, `${url}\n`);
    for (const env of [{ DATABASE_URL: url }, { DATABASE_URL_FILE: file }])
      expect(readConfig({ ...LIVE, ...env }).database).toEqual({ url, connections: 10, migrates: true });
    expect(mistakesOf({ ...LIVE, DATABASE_URL: url, DATABASE_URL_FILE: file })).toEqual([
      "DATABASE_URL_FILE: stands in place of DATABASE_URL; give one or the other",
    ]);
    await rm(folder, { recursive: true });
    expect(mistakesOf({ ...LIVE, DATABASE_URL_FILE: file })).toEqual(["DATABASE_URL_FILE: cannot be read (ENOENT)"]);
  });

  test("stands in place of a folder, whose ledger can be imported", () => {
    expect(mistakesOf({ ...LIVE, DATABASE_URL: url, STORE_PATH: "store" })).toEqual([
      "DATABASE_URL: stands in place of STORE_PATH; give one or the other. `kore-graph import-store` moves a folder's ledger into the database",
    ]);
  });

  test.each(["db.acme.example/kore", "mysql://db.acme.example/kore", "https://db.acme.example"])(
    "is not %s",
    (other) => {
      const [mistake = ""] = mistakesOf({ ...LIVE, DATABASE_URL: other });
      expect(mistake).toMatch(/^DATABASE_URL: must be the address of a PostgreSQL database/);
      expect(mistake).not.toContain(other);
    },
  );

  test("is shown by nobody", () => {
    expect(JSON.stringify(describeEnvironment({ ...LIVE, DATABASE_URL: url }))).not.toContain("s3cret");
  });
});
