import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/server/graphql/limits/limits.ts";
import { DEFAULT_CONNECTION_LIMITS } from "../../../src/server/http/connections/index.ts";
import { configWarnings, readConfig } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

describe("The playground", () => {
  test.each([
    [{}, true],
    [{ NODE_ENV: "production" }, false],
    [{ NODE_ENV: "production", PLAYGROUND: "on" }, true],
    [{ PLAYGROUND: "off" }, false],
  ])("with %j is served: %j", (env, there) => {
    expect(readConfig({ ...LIVE, ...env }).playground).toBe(there);
  });
});

describe("Limits and access", () => {
  test("have the defaults of the README, without other origins, persisted or trusted operations", () => {
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

  test("12.3.28 leave room for two of the largest bodies that arrive", () => {
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

  test("of a minute are no lower than those of an operation, or off", () => {
    const limits = { LIMIT_KORE_REQUESTS: "100", LIMIT_KORE_REQUESTS_PER_MINUTE: "99" };
    expect(mistakesOf({ ...LIVE, ...limits })).toEqual([
      "LIMIT_KORE_REQUESTS_PER_MINUTE: must not be less than LIMIT_KORE_REQUESTS",
    ]);
    expect(mistakesOf({ ...LIVE, ...limits, LIMIT_KORE_REQUESTS_PER_MINUTE: "0" })).toEqual([]);
  });
});

describe("The share of one caller in the rate limit for KORE", () => {
  const koreRequestsOf = (env: Record<string, string>) => readConfig({ ...LIVE, ...env }).limits.koreRequestsPerMinute;
  const warningsOf = (env: Record<string, string>) => configWarnings(env, readConfig({ ...LIVE, ...env }));

  test("12.5.1 is not all of it by default, and enough for the most expensive operation", () => {
    const { limits, rateLimit } = readConfig(LIVE);
    expect(limits.koreRequestsPerMinute).toBe(2400);
    expect(limits.koreRequestsPerMinute).toBeLessThan(60 * rateLimit.rate);
    expect(limits.koreRequestsPerMinute).toBeGreaterThanOrEqual(limits.koreRequests);
    expect(warningsOf({})).toEqual([]);
  });

  test.each([
    ["100", undefined, 4800],
    ["45", undefined, 2160],
    ["10", "400", 480],
    ["10", undefined, 2000],
    ["1", "48", 48],
    ["100000", undefined, 4_800_000],
  ])("12.5.1 follows a rate of %s a second, and an operation's cost of %s at most: %i", (rate, cost, expected) => {
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
  ])("12.5.2 that is all of it causes a warning, and no mistake: %j", (env: Record<string, string>) => {
    expect(warningsOf(env)).toEqual([expect.stringMatching(/^LIMIT_KORE_REQUESTS_PER_MINUTE: is not below/)]);
  });

  test.each([
    { LIMIT_KORE_REQUESTS_PER_MINUTE: "2999" },
    { KORE_REQUESTS_PER_SECOND: "100", LIMIT_KORE_REQUESTS_PER_MINUTE: "5999" },
    { KORE_REQUESTS_PER_SECOND: "5", LIMIT_KORE_REQUESTS: "200" },
  ])("12.5.2 below it there is no warning: %j", (env: Record<string, string>) => {
    expect(warningsOf(env)).toEqual([]);
  });
});
