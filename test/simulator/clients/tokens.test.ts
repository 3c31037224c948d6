import { expect, test } from "vitest";
import { Actor, adminWith, askToken, keyOf, type Made, ROBOT, startWithOwner } from "../support/api-clients.ts";
import { Caller } from "../support/harness.ts";

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

const DEAD = { message: expect.any(String) as string, error: "Invalid or expired token" };

/** A client with a token, beside another one that must not notice anything. */
async function withBystander() {
  const { kore, owner } = await startWithOwner();
  const [made, other] = [await owner.made(), await owner.made()];
  return { kore, owner, key: keyOf(made), id: made.client_id, bystander: await Actor.with(kore, keyOf(other)), other };
}

test("a disabled client gets no token and its tokens are refused; enabled again, key and tokens are good as before", async () => {
  const { kore, owner, key, id, bystander, other } = await withBystander();
  const actor = await Actor.with(kore, key);
  expect((await owner.post(id, "disable")).status).toBe(200);
  const refused = await actor.call("GET", "/v1/ping", undefined, { outsideContract: true });
  expect([refused.status, refused.body]).toEqual([403, DEAD]);
  const ungiven = await askToken(kore, key);
  expect([ungiven.status, ungiven.body]).toMatchObject([401, { error: "invalid_client" }]);
  expect(await bystander.ping()).toBe(200);
  expect((await askToken(kore, keyOf(other))).status).toBe(200);

  expect((await owner.post(id, "enable")).status).toBe(200);
  expect(await actor.ping()).toBe(200);
  expect((await askToken(kore, key)).status).toBe(200);
});

test("a token that expires while its client is disabled stays expired", async () => {
  const { kore, owner, key, id } = await withBystander();
  const actor = await Actor.with(kore, key);
  await owner.post(id, "disable");
  kore.clock.advance(3_600_000);
  await (await Actor.with(kore, kore.credentials)).post(id, "enable");
  expect(await actor.ping()).toBe(403);
  expect(await (await Actor.with(kore, key)).ping()).toBe(200);
});

test("a renewed key ends the old secret and the old tokens at once; the id stays and the new secret works", async () => {
  const { kore, owner, key, id, bystander, other } = await withBystander();
  const actor = await Actor.with(kore, key);
  const renewed = await owner.post<Made>(id, "renew-key");
  expect([renewed.status, Object.keys(renewed.body).sort()]).toEqual([200, Object.keys(other).sort()]);
  expect(renewed.body).toMatchObject({ client_id: id, name: "Robot", date_created: other.date_created });
  expect(renewed.body.client_secret).not.toBe(key.clientSecret);
  expect(await actor.ping()).toBe(403);
  expect((await askToken(kore, key)).status).toBe(401);
  expect(await (await Actor.with(kore, keyOf(renewed.body))).ping()).toBe(200);
  expect(await bystander.ping()).toBe(200);

  await owner.post(id, "disable");
  await owner.post(id, "enable");
  expect(await actor.ping()).toBe(403); // nothing brings them back
  expect((await askToken(kore, key)).status).toBe(401);
});

test("a renewed key does not enable a disabled client", async () => {
  const { kore, owner, id } = await withBystander();
  await owner.post(id, "disable");
  const renewed = await owner.post<Made>(id, "renew-key");
  expect((await askToken(kore, keyOf(renewed.body))).status).toBe(401);
});

test("a deleted client's key and tokens are dead at once, and it is gone from all reads", async () => {
  const { kore, owner, key, id, bystander } = await withBystander();
  const actor = await Actor.with(kore, key);
  const gone = await owner.delete(id);
  expect([gone.status, gone.text, gone.headers.get("content-type")]).toEqual([204, "", null]);
  expect(await actor.ping()).toBe(403);
  expect((await askToken(kore, key)).status).toBe(401);
  expect((await owner.get(id)).status).toBe(404);
  expect(await owner.listed()).not.toContain(id);
  expect((await owner.delete(id)).status).toBe(404);
  expect((await owner.post(id, "enable")).status).toBe(404);
  expect(await bystander.ping()).toBe(200);
});

test("ConnectivityPro sees a client die and come back, too", async () => {
  const { kore, owner, key, id } = await withBystander();
  const caller = new Caller(kore);
  const { apiKey } = kore.credentials;
  const token = await caller.token("legacy", { ...kore.credentials, ...key });
  const headers = { authorization: `Bearer ${token}`, "x-api-key": apiKey };
  const ping = async (): Promise<number> => (await caller.get("/v1/ping", { headers })).status;
  expect(await ping()).toBe(200);
  await owner.post(id, "disable");
  expect(await ping()).toBe(403);
  await owner.post(id, "enable");
  expect(await ping()).toBe(200);
  await owner.post(id, "renew-key");
  expect(await ping()).toBe(403);
});

test("tokens carry type and scopes as they are when the token is issued", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made(ROBOT);
  const scopes = { ...(adminWith("Read", "Modify").scopes as object), products: ["SuperSIM"] };
  await owner.edit(made.client_id, { client_type: "admin", scopes });
  const { body } = await askToken(kore, keyOf(made));
  expect(claimsOf(body.access_token)).toMatchObject({
    "account-id": made.account_id,
    "client-type": "admin",
    client_id: made.client_id,
    sub: made.client_id,
    scopes: { globalResources: [{ resourceName: "API Clients", access: ["Read", "Modify"] }], products: ["SuperSIM"] },
  });
});

test("new scopes need a new token, and the old token keeps the old scopes until it expires", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made(adminWith("Read"));
  const before = await Actor.with(kore, keyOf(made));
  const access = (...list: string[]) => ({
    scopes: { global_resources: [{ resource_name: "API Clients", access: list }] },
  });
  await owner.edit(made.client_id, access("Write"));
  const after = await Actor.with(kore, keyOf(made));
  expect([(await before.get(made.client_id)).status, (await before.create()).status]).toEqual([200, 403]);
  expect([(await after.get(made.client_id)).status, (await after.create()).status]).toEqual([403, 201]);
  kore.clock.advance(3_599_000);
  expect((await before.get(made.client_id)).status).toBe(200);
  kore.clock.advance(1_000);
  expect((await before.get(made.client_id)).status).toBe(403);
  expect(await before.ping()).toBe(403); // expired, not merely out of scope
});

test("a new type needs a new token, and the old token keeps the old type", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made(adminWith("Read"));
  const before = await Actor.with(kore, keyOf(made));
  await owner.edit(made.client_id, { client_type: "standard" });
  expect((await before.get(made.client_id)).status).toBe(200);
  expect((await (await Actor.with(kore, keyOf(made))).get(made.client_id)).status).toBe(403);
});

test("a new lifetime holds for new tokens, and the old token keeps the old one", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made({ ...adminWith("Read"), token_lifetime: "1_hour" });
  const before = await Actor.with(kore, keyOf(made));
  await owner.edit(made.client_id, { token_lifetime: "24_hours" });
  const after = await Actor.with(kore, keyOf(made));
  kore.clock.advance(3_600_000);
  expect([await before.ping(), await after.ping()]).toEqual([403, 200]);
  kore.clock.advance(23 * 3_600_000);
  expect(await after.ping()).toBe(403);
});

test.each([
  ["1_hour", 3_600],
  ["24_hours", 86_400],
  ["30_days", 2_592_000],
  ["24_months", 63_072_000],
])(
  "a token of %s lives %i seconds at the current endpoint and ten hours at the legacy one",
  async (lifetime, seconds) => {
    const { kore, owner } = await startWithOwner({ tokenLifetimes: { current: 60 } });
    const made = await owner.made({ ...adminWith("Read"), token_lifetime: lifetime });
    const { body } = await askToken(kore, keyOf(made));
    expect(body.expires_in).toBe(seconds);
    const claims = claimsOf(body.access_token);
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(seconds);
    const legacy = await new Caller(kore).token("legacy", { ...kore.credentials, ...keyOf(made) });
    expect(Number(claimsOf(legacy)["exp"]) - Number(claimsOf(legacy)["iat"])).toBe(36_000);
    const plain = await askToken(kore, keyOf(await owner.made()));
    expect(plain.body.expires_in).toBe(60);
  },
);

test.each(["disable", "renew-key", "DELETE"])(
  "the calling client may %s itself, and is out at once; others are not",
  async (end) => {
    const { kore, owner } = await startWithOwner();
    const own = kore.credentials;
    const developer = await Actor.with(kore, kore.developerCredentials);
    const ended = end === "DELETE" ? await owner.delete(own.clientId) : await owner.post(own.clientId, end);
    expect(ended.status).toBe(end === "DELETE" ? 204 : 200);
    expect((await owner.get(own.clientId)).status).toBe(403);
    expect((await askToken(kore, own)).status).toBe(401);
    expect(await developer.ping()).toBe(200);
  },
);

test("a reset brings the seeded clients and their keys back; a client of before does not come back in a new one", async () => {
  const { kore, owner } = await startWithOwner();
  const seeds = kore.clients();
  const made = await owner.made();
  const actor = await Actor.with(kore, keyOf(made));
  await owner.edit(kore.credentials.clientId, { name: "Renamed" });
  await owner.post(kore.credentials.clientId, "renew-key");
  expect(await owner.ping()).toBe(403);
  kore.reset();
  expect(kore.clients()).toEqual(seeds);
  expect((await askToken(kore, kore.credentials)).status).toBe(200);
  const again = await (await Actor.with(kore, kore.credentials)).made();
  expect(again.client_id).toBe(made.client_id);
  expect(await actor.ping()).toBe(403);
  expect((await askToken(kore, keyOf(made))).status).toBe(401);
});
