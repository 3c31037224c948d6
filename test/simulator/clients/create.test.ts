import { expect, test } from "vitest";
import { Actor, adminWith, askToken, keyOf, ROBOT, startWithOwner } from "../support/api-clients.ts";
import { start } from "../support/harness.ts";

test("a standard client is created enabled, with its creator as owner, and its secret is shown once", async () => {
  const { kore, owner } = await startWithOwner();
  const created = await owner.create();
  expect([created.status, created.body]).toEqual([
    201,
    {
      message: expect.any(String) as string,
      client_id: expect.stringMatching(/^apiclient_/) as string,
      client_secret: expect.stringMatching(/^[0-9a-f]{48}$/) as string,
      client_type: "standard",
      account_id: kore.examples.clientAccountId,
      name: "Robot",
      date_created: "2025-01-15T09:00:00.000Z",
      client_owner: kore.credentials.accountEmail,
      locked: false,
    },
  ]);
  const { client_id: id, client_secret: secret } = created.body;
  const read = await owner.get(id);
  expect(read.body.client).toEqual({
    client_id: id,
    account_id: kore.examples.clientAccountId,
    name: "Robot",
    client_owner: kore.credentials.accountEmail,
    client_type: "standard",
    locked: false,
    date_created: "Wed, 15 Jan 2025 09:00:00 GMT",
  });
  const list = await owner.call("GET", "/v1/clients?page_size=99&page_number=1");
  expect(list.text).toContain(id);
  expect(read.text + list.text + JSON.stringify(kore.clients())).not.toContain(secret);
  expect((await askToken(kore, keyOf(created.body))).status).toBe(200);
});

test("a client may be created locked, or without ever having been locked", async () => {
  const { owner } = await startWithOwner();
  const locked = await owner.create({ ...ROBOT, locked: true });
  const never = await owner.create({ ...ROBOT, locked: null });
  expect([locked.body.locked, never.body.locked]).toEqual([true, false]); // the reply to a creation has no null
  expect((await owner.get(locked.body.client_id)).body.client.locked).toBe(true);
  expect((await owner.get(never.body.client_id)).body.client.locked).toBe(null);
});

test("the same creation twice gives two clients with keys of their own", async () => {
  const { kore, owner } = await startWithOwner();
  const [one, two] = [await owner.made(), await owner.made()];
  expect(one.name).toBe(two.name);
  expect(one.client_id).not.toBe(two.client_id);
  expect(one.client_secret).not.toBe(two.client_secret);
  const crossed = { clientId: one.client_id, clientSecret: two.client_secret };
  expect((await askToken(kore, crossed)).status).toBe(401);
});

test("a client may be made for another account of the caller's owner, but not for a foreign or unknown one", async () => {
  const kore = await start();
  const owner = await Actor.with(kore, kore.credentials);
  const { accountMapping, childAccountId, hiddenAccountId } = kore.examples;
  const named = (id: string | undefined): string | undefined =>
    Object.keys(accountMapping).find((clientAccountId) => accountMapping[clientAccountId] === id);
  const child = await owner.create({ ...ROBOT, account_id: named(childAccountId) });
  expect([child.status, child.body.account_id]).toEqual([201, named(childAccountId)]);
  expect((await owner.create({ ...ROBOT, account_id: named(hiddenAccountId) })).status).toBe(403);
  expect((await owner.create({ ...ROBOT, account_id: "acct_none" })).status).toBe(404);
});

test.each<[string, unknown]>([
  ["the body must be an object", []],
  ["name is required", { locked: false, scopes: {} }],
  ["name must be a text that is not empty", { ...ROBOT, name: "" }],
  ["locked must be true, false or null", { name: "x", scopes: {} }],
  ["locked must be true, false or null", { ...ROBOT, locked: "yes" }],
  ["scopes is required", { name: "x", locked: null }],
  ["scopes must be an object", { ...ROBOT, scopes: null }],
  ["scopes.products must be a list", { ...ROBOT, scopes: { products: "SuperSIM" } }],
  ["scopes.products[1] must be one of SuperSIM, Pro", { ...ROBOT, scopes: { products: ["SuperSIM", "superSIM"] } }],
  ["scopes.products names something twice", { ...ROBOT, scopes: { products: ["SuperSIM", "SuperSIM"] } }],
  ["scopes does not take product", { ...ROBOT, scopes: { product: [] } }],
  ["account_id must be a text", { ...ROBOT, account_id: 7 }],
  ["the body does not take idempotency_key", { ...ROBOT, idempotency_key: "k" }],
])("a creation is refused where %s", async (message, body) => {
  const { kore, owner } = await startWithOwner();
  const before = kore.clients();
  const answer = await owner.call("POST", "/v1/clients", body);
  expect([answer.status, answer.body["code"]]).toEqual([400, 40_400]);
  expect(answer.body["message"]).toContain(message);
  expect(kore.clients()).toEqual(before);
});

test("a creation must be JSON", async () => {
  const { kore, owner } = await startWithOwner();
  expect((await owner.call("POST", "/v1/clients", "{")).status).toBe(400);
  expect((await owner.call("POST", "/v1/clients", new URLSearchParams({ name: "x" }))).status).toBe(400);
  expect((await owner.call("POST", "/v1/clients?dry_run=true", ROBOT)).status).toBe(400);
  expect(kore.clients()).toHaveLength(6);
});

test.each(["before", "after"] as const)("a creation cut off %s the work leaves no secret behind", async (when) => {
  const { kore, owner } = await startWithOwner();
  kore.faults.add({ effect: "drop", when, method: "POST", path: "/v1/clients", times: 1 });
  await expect(owner.create()).rejects.toThrow("fetch failed");
  expect(kore.log().at(-1)).toMatchObject({ status: null, outcome: `dropped-${when}` });
  const robots = kore.clients().filter((client) => client.name === "Robot");
  expect(robots).toHaveLength(when === "after" ? 1 : 0);
  expect(await owner.listed()).toHaveLength(when === "after" ? 7 : 6);
});

test("a creation may be refused by a gateway and done all the same", async () => {
  const { kore, owner } = await startWithOwner();
  const path = "/v1/clients";
  kore.faults.add({ effect: "status", status: 504, processed: true, method: "POST", path, times: 1 });
  expect((await owner.create()).status).toBe(504);
  expect(kore.clients().filter((client) => client.name === "Robot")).toHaveLength(1);
  kore.faults.add({ effect: "status", status: 503, method: "POST", path, times: 1 });
  expect((await owner.create()).status).toBe(503);
  expect(kore.clients().filter((client) => client.name === "Robot")).toHaveLength(1);
});

test("type, token lifetime and global resources may be asked for, too, where the unpublished is on", async () => {
  const { kore, owner } = await startWithOwner();
  const body = { ...adminWith("Read", "Write"), token_lifetime: "24_hours", account_id: kore.examples.clientAccountId };
  const { status, body: made } = await owner.createUnpublished(body);
  expect([status, made.client_type]).toEqual([201, "admin"]);
  expect(kore.clients().at(-1)).toEqual({
    id: made.client_id,
    accountId: kore.examples.clientAccountId,
    name: "Admin robot",
    owner: kore.credentials.accountEmail,
    type: "admin",
    locked: false,
    enabled: true,
    createdAt: new Date("2025-01-15T09:00:00Z"),
    tokenLifetime: "24_hours",
    products: [],
    globalResources: [{ resourceName: "API Clients", access: ["Read", "Write"] }],
  });
});

const resources = (...list: unknown[]): unknown => ({
  ...ROBOT,
  client_type: "admin",
  scopes: { global_resources: list },
});
test.each<[string, unknown]>([
  ["client_type must be one of admin, standard", { ...ROBOT, client_type: "owner" }],
  ["token_lifetime must be one of 1_hour, 24_hours, 30_days, 24_months", { ...ROBOT, token_lifetime: "2_hours" }],
  ["global_resources[0] must be an object", resources("API Clients")],
  ["global_resources[0].resource_name must be one of API Clients", resources({ resource_name: "x", access: ["Read"] })],
  ["global_resources[0].access must be a list", resources({ resource_name: "API Clients" })],
  ["global_resources[0].access must not be empty", resources({ resource_name: "API Clients", access: [] })],
  ["global_resources[0].access[0] must be one of", resources({ resource_name: "API Clients", access: ["read"] })],
  ["global_resources[0] does not take level", resources({ resource_name: "API Clients", access: ["Read"], level: 1 })],
  [
    "global_resources names a resource twice",
    resources(...["Read", "Write"].map((access) => ({ resource_name: "API Clients", access: [access] }))),
  ],
])("an unpublished creation is refused where %s", async (message, body) => {
  const { kore, owner } = await startWithOwner();
  const answer = await owner.createUnpublished(body);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain(message);
  expect(kore.clients()).toHaveLength(6);
});
