import { setTimeout as delay } from "node:timers/promises";
import { UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuthenticationUnavailable, Unauthenticated } from "../../../src/server/auth/errors.ts";
import { KeySet, type KeySetTiming } from "../../../src/server/auth/jwks.ts";
import { type JwtOptions, jwtStrategy } from "../../../src/server/auth/jwt.ts";
import { type TestApp, startApp } from "../../support/app.ts";
import { AUDIENCE, MODE, ask, authEnvironment, bearer, inSeconds, startIssuer } from "../../support/auth.ts";

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

describe("a token", () => {
  let issuer: Issuer;
  let app: TestApp;
  beforeAll(async () => {
    issuer = await startIssuer();
    app = await startApp({}, authEnvironment({ issuer }));
  });
  afterAll(() => app.stop());

  const status = async (token: string) => (await ask(app.url, MODE, bearer(token))).status;
  const why = () => app.logged().findLast(({ msg }) => msg === "a caller was refused")?.why;

  test("of the issuer, for this graph, with a role and accounts is let in", async () => {
    const { status, reply } = await ask(app.url, MODE, bearer(await issuer.token()));
    expect([status, reply]).toEqual([200, { data: { capabilities: { mode: "LIVE" } } }]);
  });

  test.each([
    ["of another issuer", { iss: "https://evil.example" }, "ERR_JWT_CLAIM_VALIDATION_FAILED iss"],
    ["for another audience", { aud: "https://other.example" }, "ERR_JWT_CLAIM_VALIDATION_FAILED aud"],
    ["for nobody", { aud: undefined }, "ERR_JWT_CLAIM_VALIDATION_FAILED aud"],
    ["without an end", { exp: undefined }, "ERR_JWT_CLAIM_VALIDATION_FAILED exp"],
    ["that has expired", { exp: inSeconds(-60) }, "ERR_JWT_EXPIRED"],
    ["that is not good yet", { nbf: inSeconds(60) }, "ERR_JWT_CLAIM_VALIDATION_FAILED nbf"],
    ["without a subject", { sub: undefined }, "ERR_JWT_CLAIM_VALIDATION_FAILED sub"],
    ["with a subject that would break a line", { sub: "ada\nrole: admin" }, "no valid subject"],
    ["without a role", { role: undefined }, "no valid role"],
    ["with a role that is none", { role: "root" }, "no valid role"],
    ["with roles of others only", { role: ["billing"] }, "no valid role"],
    ["without accounts", { accounts: undefined }, "no valid list of accounts"],
    ["with accounts that are none", { accounts: ["cmp 1"] }, "no valid list of accounts"],
    ["with accounts that are no list", { accounts: "cmp-1" }, "no valid list of accounts"],
  ])("%s is refused", async (_, claims, reason) => {
    expect(await status(await issuer.token(claims))).toBe(401);
    expect(why()).toBe(`JWT: ${reason}`);
  });

  test.each([
    ["has expired", { exp: inSeconds(-10) }],
    ["is not good yet", { nbf: inSeconds(10) }],
  ])("that %s by less than clocks may differ is let in", async (_, claims) => {
    expect(await status(await issuer.token(claims))).toBe(200);
  });

  test("signed with our public key as if that were a shared secret is refused", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(issuer.publicJwk("first"))) as never;
    expect(await status(await issuer.token({}, { alg: "HS256", key: secret }))).toBe(401);
    expect(why()).toBe("JWT: ERR_JOSE_ALG_NOT_ALLOWED");
  });

  test("without a signature is refused", async () => {
    const claims = { role: "admin", accounts: "*", sub: "ada" };
    const unsigned = new UnsecuredJWT(claims).setIssuer(issuer.issuer).setAudience(AUDIENCE).setExpirationTime("1h");
    expect(await status(unsigned.encode())).toBe(401);
    expect(await status((await issuer.token()).replace(/[^.]*$/, ""))).toBe(401);
  });

  test("whose claims were changed is refused", async () => {
    const [header, , signature] = (await issuer.token()).split(".");
    const [, claims] = (await issuer.token({ role: "admin" })).split(".");
    expect(await status([header, claims, signature].join("."))).toBe(401);
  });

  test.each(["x", "a.b.c", "kg_x", "x".repeat(20_000)])("that is none is refused: %#", async (text) => {
    expect([401, 431]).toContain(await status(text));
  });

  test("of an algorithm that is not configured is refused, though the issuer has such keys", async () => {
    await issuer.addKey("third", "ES384");
    expect(await status(await issuer.token({}, { kid: "third", alg: "ES384" }))).toBe(401);
  });
});

describe("the permissions in a token", () => {
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await startIssuer();
  });
  const callerOf = async (claims: object, options: Partial<JwtOptions> = {}) =>
    way(issuer, options)(await issuer.token({ ...claims }));

  test("are its role, its accounts and its expiry, with the clock skew", async () => {
    const exp = inSeconds(100);
    expect(await callerOf({ role: "operator", accounts: ["cmp-1", "cmp-2"], exp }, { clockSkew: 5 })).toEqual({
      id: "jwt ada",
      name: "ada",
      role: "operator",
      accounts: new Set(["cmp-1", "cmp-2"]),
      expiresAt: (exp + 5) * 1000,
    });
  });

  test("are all accounts only where the token says so, and none where the list is empty", async () => {
    expect((await callerOf({ accounts: "*" })).accounts).toBeUndefined();
    expect((await callerOf({ accounts: [] })).accounts).toEqual(new Set());
  });

  test.each([
    [["viewer", "billing", "operator"], "operator"],
    [["admin", "viewer"], "admin"],
    ["viewer", "viewer"],
  ])("of the roles %j are those of %s", async (role, highest) => {
    expect((await callerOf({ role })).role).toBe(highest);
  });

  test("stand in the claims that the configuration names, by name or by path", async () => {
    const url = "https://acme.example/role";
    expect((await callerOf({ role: undefined, [url]: "admin" }, { roleClaim: url })).role).toBe("admin");
    const nested = { role: undefined, realm_access: { roles: ["operator"] } };
    expect((await callerOf(nested, { roleClaim: "realm_access.roles" })).role).toBe("operator");
    await expect(callerOf({}, { roleClaim: "constructor.name" })).rejects.toThrow("no valid role");
  });
});

describe("the issuer's keys", () => {
  const FAST: KeySetTiming = { deadline: 2_000, maxAge: 60_000, cooldown: 0, retryAfter: 0 };

  test("are fetched once for many tokens, and not before the first", async () => {
    const issuer = await startIssuer();
    const prove = way(issuer, {}, { ...FAST, cooldown: 60_000 });
    expect(issuer.state.requests).toBe(0);
    const token = await issuer.token();
    await Promise.all(Array.from({ length: 20 }, () => prove(token)));
    expect(issuer.state.requests).toBe(1);
  });

  test("are fetched again for a token of a new key", async () => {
    const issuer = await startIssuer();
    const prove = way(issuer, {}, FAST);
    await prove(await issuer.token());
    await issuer.addKey("second");
    expect(await prove(await issuer.token({}, { kid: "second" }))).toHaveProperty("name", "ada");
    expect(issuer.state.requests).toBe(2);
  });

  test("are not fetched again for each invented key id", async () => {
    const issuer = await startIssuer();
    const prove = way(issuer, {}, { ...FAST, cooldown: 60_000 });
    await prove(await issuer.token());
    await issuer.addKey("second");
    const token = await issuer.token({}, { kid: "second" });
    for (let count = 0; count < 5; count += 1) await expect(prove(token)).rejects.toThrow(Unauthenticated);
    expect(issuer.state.requests).toBe(1);
  });

  test("are fetched beside the running work when they are old, so that a key that was withdrawn is forgotten", async () => {
    const issuer = await startIssuer();
    const prove = way(issuer, {}, { ...FAST, maxAge: 20 });
    const token = await issuer.token();
    await prove(token);
    issuer.removeKey("first");
    await issuer.addKey("second");
    await delay(50);
    await prove(token); // Still good, and the last time.
    await expect.poll(() => prove(token).then(String, String)).toMatch(/^Unauthenticated/);
  });

  test("stay in use while the issuer is unreachable; tokens of unknown keys cannot be verified", async () => {
    const issuer = await startIssuer();
    const prove = way(issuer, {}, { ...FAST, maxAge: 0 });
    const token = await issuer.token();
    await prove(token);
    issuer.state.isUp = false;
    for (let count = 0; count < 3; count += 1) expect(await prove(token)).toHaveProperty("name", "ada");
    await issuer.addKey("second");
    const second = await issuer.token({}, { kid: "second" });
    await expect(prove(second)).rejects.toThrow(AuthenticationUnavailable);
    issuer.state.isUp = true;
    expect(await prove(second)).toHaveProperty("name", "ada");
  });

  test("that cannot be had are no reason to let anybody in, nor to call a token wrong: 503, until they can be had", async () => {
    const issuer = await startIssuer();
    issuer.state.isUp = false;
    const app = await startApp({}, authEnvironment({ issuer })); // Starts without them.
    try {
      const token = bearer(await issuer.token());
      const { status, reply, headers } = await ask(app.url, MODE, token);
      expect([status, headers.get("retry-after"), headers.get("www-authenticate")]).toEqual([503, "5", null]);
      expect(reply.errors?.map(({ extensions }) => extensions)).toEqual([{ code: "AUTHENTICATION_UNAVAILABLE" }]);
      issuer.state.isUp = true;
      await expect.poll(async () => (await ask(app.url, MODE, token)).status, { timeout: 5_000 }).toBe(200);
    } finally {
      await app.stop();
    }
  });

  test("are waited for no longer than the deadline", async () => {
    const issuer = await startIssuer();
    issuer.state.isSilent = true;
    const prove = way(issuer, {}, { ...FAST, deadline: 100 });
    const begun = performance.now();
    await expect(prove(await issuer.token())).rejects.toThrow(AuthenticationUnavailable);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(issuer.state.requests).toBe(1);
  });
});

const OPTIONS: JwtOptions = {
  issuer: "",
  audiences: [AUDIENCE],
  algorithms: ["ES256"],
  clockSkew: 0,
  roleClaim: "role",
  accountsClaim: "accounts",
};

function way(issuer: Issuer, options: Partial<JwtOptions> = {}, timing?: KeySetTiming) {
  const keys = new KeySet({ url: issuer.jwksUrl, onFailure: () => undefined, ...(timing && { timing }) });
  return jwtStrategy(keys, { ...OPTIONS, issuer: issuer.issuer, ...options });
}
