import { expect, test } from "vitest";
import { startWithCaller } from "./support/harness.ts";

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

test("both endpoints issue RS256 tokens with KORE's claims and the lifetime they announce", async () => {
  const { kore, caller } = await startWithCaller({ tokenLifetimes: { current: 86_400 } });
  const form = {
    grant_type: "client_credentials",
    client_id: kore.credentials.clientId,
    client_secret: kore.credentials.clientSecret,
  };
  const legacy = await caller.form<{ access_token: string }>("/Api/api/token", form, {
    headers: { "x-api-key": kore.credentials.apiKey },
  });
  const current = await caller.form<{ access_token: string }>("/api-services/v1/auth/token", form);
  expect(legacy.body).toMatchObject({ expires_in: 36_000, token_type: "Bearer" });
  expect(current.body).toMatchObject({ expires_in: 86_400, token_type: "Bearer" });
  const [header = ""] = current.body.access_token.split(".");
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toMatchObject({ alg: "RS256" });
  const claims = claimsOf(current.body.access_token);
  expect(Object.keys(claims)).toEqual([
    "iss",
    "aud",
    "sub",
    "iat",
    "exp",
    "jti",
    "account-id",
    "client-type",
    "client_id",
    "scopes",
  ]);
  expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(86_400);
  expect(claims).toMatchObject({
    "client-type": "admin",
    scopes: { globalResources: [{ resourceName: "API Clients" }] },
  });
});

test("A3.10 wrong credentials are 401, a wrong form 400, and the legacy endpoint needs no API key", async () => {
  const { kore, caller } = await startWithCaller();
  const { clientId, clientSecret, apiKey } = kore.credentials;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const current = "/api-services/v1/auth/token";
  const wrong = await caller.form(current, { ...form, client_secret: "no" });
  expect([wrong.status, wrong.body["error"]]).toEqual([401, "invalid_client"]);
  expect((await caller.form("/Api/api/token", form)).status).toBe(200);
  expect((await caller.form("/Api/api/token", form, { headers: { "x-api-key": `${apiKey}x` } })).status).toBe(200);
  expect((await caller.form(current, { ...form, grant_type: "password" })).status).toBe(400);
  expect((await caller.form(current, { grant_type: "client_credentials" })).status).toBe(400);
  expect((await caller.call("POST", current, form)).status).toBe(400); // JSON is not a form
});

test("ConnectivityPro requires the API key and the token", async () => {
  const { kore, caller } = await startWithCaller();
  const path = "/connectivity/v1/ping";
  const authorization = `Bearer ${await caller.token("legacy")}`;
  const key = { "x-api-key": kore.credentials.apiKey };
  for (const headers of [
    {},
    key,
    { authorization },
    { ...key, authorization: "Bearer x.y.z" },
    { ...key, authorization: "Basic eA" },
  ]) {
    const { status, body } = await caller.call("GET", path, undefined, { headers });
    expect([status, body["error"]]).toEqual([401, 401]);
  }
  expect((await caller.call("GET", path, undefined, { headers: { ...key, authorization } })).status).toBe(200);
});

test("a token whose claims were changed is not valid", async () => {
  const { caller } = await startWithCaller();
  const [header = "", payload = "", signature = ""] = (await caller.token("legacy")).split(".");
  const claims = { ...claimsOf(`.${payload}`), exp: 9_999_999_999 };
  const forged = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  expect((await caller.get("/v1/ping", { headers: { authorization: `Bearer ${forged}` } })).status).toBe(401);
});

test("a token of another simulator is not valid", async () => {
  const one = await startWithCaller();
  const two = await startWithCaller();
  const authorization = `Bearer ${await one.caller.token("legacy")}`;
  expect((await two.caller.get("/v1/ping", { headers: { authorization } })).status).toBe(401);
});

test("tokens expire by the clock, and an expired one is KORE's 403", async () => {
  const { kore, caller } = await startWithCaller();
  await caller.get("/v1/ping");
  await caller.clients("/v1/ping");
  kore.clock.advance(3_600_000);
  const gone = await caller.clients("/v1/ping", { outsideContract: true }); // ping declares no 403
  expect([gone.status, gone.body]).toEqual([
    403,
    { message: "The token has expired", error: "Invalid or expired token" },
  ]);
  expect((await caller.get("/v1/ping")).status).toBe(200);
  kore.clock.advance(36_000_000 - 3_600_000);
  expect((await caller.get("/v1/ping")).status).toBe(403);
});

test("all tokens can be made to expire at once; later ones are good", async () => {
  const { kore, caller } = await startWithCaller();
  expect((await caller.get("/v1/ping")).status).toBe(200);
  kore.expireTokens();
  expect((await caller.get("/v1/ping")).status).toBe(403);
  const authorization = `Bearer ${await caller.token("legacy")}`;
  expect((await caller.get("/v1/ping", { headers: { authorization } })).status).toBe(200);
});

test("a token of one endpoint does not work on the other's APIs", async () => {
  const { caller } = await startWithCaller();
  const legacy = `Bearer ${await caller.token("legacy")}`;
  const current = `Bearer ${await caller.token("current")}`;
  expect((await caller.get("/v1/ping", { headers: { authorization: current } })).status).toBe(403);
  const list = "/v1/clients?page_size=1&page_number=1";
  expect((await caller.clients(list, { headers: { authorization: legacy } })).status).toBe(403);
});

test("accounts are listed for the credential's e-mail address only, without the hidden one", async () => {
  const { kore, caller } = await startWithCaller();
  const { body } = await caller.get<{ account: { "account-id": string }[] }>(
    `/v1/accounts?email=${kore.credentials.accountEmail.toUpperCase()}`,
  );
  expect(body.account.map((a) => a["account-id"])).toContain(kore.examples.childAccountId);
  expect(body.account.map((a) => a["account-id"])).not.toContain(kore.examples.hiddenAccountId);
  expect((await caller.get("/v1/accounts")).status).toBe(400);
});

test("credentials may be chosen", async () => {
  const { kore, caller } = await startWithCaller({ credentials: { clientId: "me", clientSecret: "s", apiKey: "k" } });
  expect(kore.credentials).toMatchObject({ clientId: "me", clientSecret: "s", apiKey: "k" });
  expect((await caller.get("/v1/ping")).status).toBe(200);
  expect((await caller.clients("/v1/clients/me")).status).toBe(200);
});
