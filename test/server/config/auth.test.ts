import { describe, expect, test } from "vitest";
import { readConfig } from "../../../src/server/config/index.ts";
import { LIVE, mistakesOf } from "../../support/config.ts";

describe("Without authentication", () => {
  test.each(["0.0.0.0", "::", "10.1.2.3", "kore-graph.example", "localhost.evil.example", "128.0.0.1"])(
    "HOST=%s is refused, with the reason",
    (host) => {
      const [mistake] = mistakesOf({ ...LIVE, HOST: host });
      expect(mistake).toBe(
        "HOST: must be a loopback address (127.0.0.1, ::1 or localhost), since callers are not authenticated",
      );
    },
  );

  test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])("HOST=%s is accepted", (host) => {
    expect(readConfig({ ...LIVE, HOST: host })).toHaveProperty("host", host);
  });
});

describe("Authentication", () => {
  const SECRET = "s".repeat(32);
  const JWT = {
    AUTH_JWT_JWKS_URL: "https://issuer.example/jwks.json",
    AUTH_JWT_ISSUER: "https://issuer.example/",
    AUTH_JWT_AUDIENCE: "graph, other",
  };

  test.each([JWT, { AUTH_API_KEYS_FILE: "keys.json" }, { AUTH_ROUTER_SECRETS: SECRET }])(
    "by %j opens other addresses than this machine's",
    (env) => {
      expect(readConfig({ ...LIVE, ...env, HOST: "0.0.0.0" })).toHaveProperty("host", "0.0.0.0");
    },
  );

  test("has several strategies at once", () => {
    const env = { ...JWT, AUTH_API_KEYS_FILE: "keys.json", AUTH_ROUTER_SECRETS: SECRET };
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

  test("has one router secret, or several, newest first, while it changes", () => {
    const newer = "n".repeat(32);
    const secretsOf = (list: string) => readConfig({ ...LIVE, AUTH_ROUTER_SECRETS: list }).auth.routerSecrets;
    expect(readConfig(LIVE).auth.routerSecrets).toEqual([]);
    expect(secretsOf(SECRET)).toEqual([SECRET]);
    expect(secretsOf(`${newer}, ${SECRET}`)).toEqual([newer, SECRET]);
  });

  test.each([
    [{ AUTH_JWT_ISSUER: "x" }, "AUTH_JWT_JWKS_URL, AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: are needed together"],
    [
      { ...JWT, AUTH_JWT_AUDIENCE: "" },
      "AUTH_JWT_JWKS_URL, AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: are needed together",
    ],
    [{ AUTH_ROUTER_SECRETS: "short" }, "AUTH_ROUTER_SECRETS: must be 32 characters or more"],
    [{ AUTH_ROUTER_SECRETS: `${SECRET},short` }, "AUTH_ROUTER_SECRETS: must be 32 characters or more"],
    [{ AUTH_ROUTER_SECRETS: `${SECRET},` }, "AUTH_ROUTER_SECRETS: must not be blank"],
    [{ ...JWT, AUTH_JWT_ALGORITHMS: "RS256,HS256" }, /^AUTH_JWT_ALGORITHMS: must be of RS256, /],
    [{ ...JWT, AUTH_JWT_ALGORITHMS: "none" }, /^AUTH_JWT_ALGORITHMS: must be of RS256, /],
    [{ ...JWT, AUTH_JWT_AUDIENCE: "," }, /^AUTH_JWT_AUDIENCE: /],
    [{ ...JWT, AUTH_JWT_JWKS_URL: "http://issuer.example/jwks.json" }, /^AUTH_JWT_JWKS_URL: must be an https address/],
    [{ ...JWT, AUTH_JWT_JWKS_URL: "https://u:p@issuer.example/" }, /^AUTH_JWT_JWKS_URL: must be an https address/],
  ])("%j is a mistake", (env, mistake) => {
    const [first] = mistakesOf({ ...LIVE, ...env });
    expect(first).toEqual(typeof mistake === "string" ? mistake : expect.stringMatching(mistake));
  });

  test("accepts keys over plain HTTP from this machine", () => {
    const env = { ...JWT, AUTH_JWT_JWKS_URL: "http://127.0.0.1:8080/jwks.json" };
    expect(readConfig({ ...LIVE, ...env }).auth.jwt?.jwksUrl).toBe("http://127.0.0.1:8080/jwks.json");
  });

  test("that is configured in part does not open other addresses", () => {
    expect(mistakesOf({ ...LIVE, AUTH_JWT_ISSUER: "x", HOST: "0.0.0.0" })).toHaveLength(2);
  });
});
