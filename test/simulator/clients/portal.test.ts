import { expect, test } from "vitest";
import { Actor, adminWith, askToken, keyOf, type Made, ROBOT, startWithOwner } from "../support/api-clients.ts";
import { Caller } from "../support/harness.ts";

// Operations that KORE has in its portal only. Their endpoints are ASSUMED, their effects are documented.

test("a client is edited in what the body names and in nothing else", async () => {
  const { kore, owner } = await startWithOwner();
  const { client_id: id } = await owner.made();
  const view = () => kore.clients().find((client) => client.id === id);
  const before = view();
  expect((await owner.edit(id, { name: "Renamed" })).body).toEqual({
    client: (await owner.get(id)).body.client,
  });
  expect(view()).toEqual({ ...before, name: "Renamed" });
  await owner.edit(id, { token_lifetime: "30_days", scopes: { products: ["ProgrammableWireless"] } });
  expect(view()).toEqual({
    ...before,
    name: "Renamed",
    tokenLifetime: "30_days",
    products: ["ProgrammableWireless"],
  });
  await owner.edit(id, { scopes: { global_resources: [] } });
  expect(view()?.products).toEqual(["ProgrammableWireless"]);
});

test.each<[string, unknown]>([
  ["the body changes nothing", {}],
  ["the body changes nothing", { scopes: {} }],
  ["the body must be an object", null],
  ["the body does not take locked", { locked: true }],
  ["the body does not take client_owner", { client_owner: "a@b.example" }],
  ["name must be a text that is not empty", { name: "" }],
  ["scopes does not take resources", { scopes: { resources: [] } }],
  ["client_type must be one of", { client_type: null }],
])("an edit is refused where %s", async (message, body) => {
  const { kore, owner } = await startWithOwner();
  const { client_id: id } = await owner.made();
  const before = kore.clients();
  const answer = await owner.edit(id, body);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(message)]);
  expect(kore.clients()).toEqual(before);
});

test("lock, unlock, enable and disable take no body or an empty one, and may be repeated", async () => {
  const { kore, owner } = await startWithOwner();
  const { client_id: id } = await owner.made({ ...ROBOT, locked: null });
  const view = () => kore.clients().find((client) => client.id === id);
  for (const [verb, expected] of [
    ["lock", { locked: true, enabled: true }],
    ["lock", { locked: true, enabled: true }],
    ["unlock", { locked: false, enabled: true }],
    ["disable", { locked: false, enabled: false }],
    ["disable", { locked: false, enabled: false }],
    ["enable", { locked: false, enabled: true }],
  ] as const) {
    const answer = await owner.post(id, verb, {});
    expect([verb, answer.status, answer.body]).toEqual([verb, 200, { client: (await owner.get(id)).body.client }]);
    expect(view()).toMatchObject(expected);
  }
  expect((await owner.post(id, "lock", { locked: true })).status).toBe(400);
  expect((await owner.post(id, "renew-key", [])).status).toBe(400);
  expect((await owner.call("DELETE", `/v1/clients/${id}?force=true`)).status).toBe(400);
});

test("missing clients and missing tokens are refused on every call", async () => {
  const { kore, owner } = await startWithOwner();
  const nobody = new Caller(kore);
  for (const [method, path, body] of [
    ["PATCH", "", { name: "x" }],
    ["DELETE", "", undefined],
    ...["lock", "unlock", "enable", "disable", "renew-key"].map((verb) => ["POST", `/${verb}`, undefined] as const),
    ["POST", "/transfer-ownership", { client_owner: kore.examples.newOwner }],
  ] as const) {
    const missing = await owner.call(method, `/v1/clients/apiclient_none${path}`, body);
    expect([path, missing.status, missing.body["code"]]).toEqual([path, 404, 40_404]);
    const target = `/v1/clients/${kore.credentials.clientId}${path}`;
    const unknown = await nobody.call(method, target, body, { outsideContract: true });
    expect([path, unknown.status, unknown.body["code"]]).toEqual([path, 401, 40_401]);
  }
});

test("a server with the published endpoints only lists, gets and creates; the rest is not there", async () => {
  const { kore, owner } = await startWithOwner({ clients: { unpublished: false } });
  const made = await owner.create();
  expect(made.status).toBe(201);
  expect((await owner.get(made.body.client_id)).status).toBe(200);
  expect(await owner.listed()).toContain(made.body.client_id);
  const before = kore.clients();
  for (const [method, path, body] of [
    ["PATCH", "", { name: "x" }],
    ["DELETE", "", undefined],
    ...["lock", "unlock", "enable", "disable", "renew-key"].map((verb) => ["POST", `/${verb}`, undefined] as const),
    ["POST", "/transfer-ownership", { client_owner: kore.examples.newOwner }],
  ] as const) {
    const answer = await owner.call(method, `/v1/clients/${made.body.client_id}${path}`, body);
    expect([path, answer.status, answer.body["code"]]).toEqual([path, 404, 40_404]);
  }
  for (const extra of [
    { client_type: "standard" },
    { token_lifetime: "1_hour" },
    { scopes: { products: [], global_resources: [] } },
  ])
    expect((await owner.create({ ...ROBOT, ...extra })).status).toBe(400);
  expect(kore.clients()).toEqual(before);
});

test.each([
  [undefined, false],
  [{ listsDisabled: true }, true],
])("with %j the list of active clients holds a disabled one: %j", async (clients, isListed) => {
  const { owner } = await startWithOwner(clients ? { clients } : {});
  const { client_id: id } = await owner.made();
  await owner.post(id, "disable");
  expect((await owner.listed()).includes(id)).toBe(isListed);
  expect((await owner.get(id)).status).toBe(200);
  await owner.post(id, "enable");
  expect(await owner.listed()).toContain(id);
});

test("a lost reply leaves the work done", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made();
  kore.faults.add({ effect: "drop", when: "after", path: "/v1/clients/*/renew-key", times: 1 });
  await expect(owner.post(made.client_id, "renew-key")).rejects.toThrow("fetch failed");
  expect((await askToken(kore, keyOf(made))).status).toBe(401);
  kore.faults.add({ effect: "drop", when: "during", method: "DELETE", path: "/v1/clients/*", times: 1 });
  await expect(owner.delete(made.client_id)).rejects.toThrow("fetch failed");
  expect((await owner.get(made.client_id)).status).toBe(404);
});

test.each(["truncate", "empty", "unknown-enums", "wrong-types"] as const)(
  "a fault of %s leaves a reply without body as it is",
  async (effect) => {
    const { kore, owner } = await startWithOwner();
    const { client_id: id } = await owner.made();
    kore.faults.add({ effect, method: "DELETE" });
    const { status, text } = await owner.delete(id);
    expect([status, text]).toEqual([204, ""]);
  },
);

test("neither the request log nor what the simulator shows of its clients holds a secret", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made(adminWith("Read"));
  const actor = await Actor.with(kore, keyOf(made));
  await actor.get(made.client_id);
  const renewed = await owner.post<Made>(made.client_id, "renew-key");
  await owner.edit(made.client_id, { token_lifetime: "1_hour" });
  const control = async (path: string): Promise<string> =>
    (await new Caller(kore).call("GET", `/_simulator/${path}`, undefined, { outsideContract: true })).text;
  const shown = [await control("clients"), await control("log"), await control("portal-users")].join();
  expect(shown).toContain(made.client_id);
  expect(JSON.parse(await control("clients"))).toEqual(JSON.parse(JSON.stringify(kore.clients())));
  for (const secret of [made.client_secret, renewed.body.client_secret, kore.credentials.clientSecret])
    expect(shown + JSON.stringify([kore.log(), kore.clients()])).not.toContain(secret);
});
