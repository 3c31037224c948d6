import { expect, test } from "vitest";
import { Actor, actorOfRole, adminWith, keyOf, ROBOT, startWithOwner } from "../support/api-clients.ts";

test.each([
  ["Read", ["get", "list"]],
  ["Write", ["create"]],
  ["Modify", ["edit", "lock", "unlock", "enable", "disable", "renew-key", "transfer-ownership"]],
  ["Delete", ["delete"]],
])("%s access to API clients lets an admin client %j, and nothing else", async (access, allowed) => {
  const { kore, owner } = await startWithOwner();
  const { client_id: id } = await owner.made();
  const actor = await Actor.with(kore, keyOf(await owner.made(adminWith(access))));
  const calls: Record<string, () => Promise<{ status: number; text: string }>> = {
    get: () => actor.get(id),
    list: () => actor.call("GET", "/v1/clients?page_size=1&page_number=1"),
    create: () => actor.create(),
    edit: () => actor.edit(id, { name: "Renamed" }),
    lock: () => actor.post(id, "lock"),
    unlock: () => actor.post(id, "unlock"),
    disable: () => actor.post(id, "disable"),
    enable: () => actor.post(id, "enable"),
    "renew-key": () => actor.post(id, "renew-key"),
    "transfer-ownership": () => actor.transfer(id, kore.examples.newOwner),
    delete: () => actor.delete(id),
  };
  for (const [name, call] of Object.entries(calls)) {
    const { status, text } = await call();
    expect([name, status >= 200 && status < 300]).toEqual([name, allowed.includes(name)]);
    if (!allowed.includes(name)) expect([status, text]).toEqual([403, expect.stringContaining('"code":40403')]);
  }
});

test("a standard client may not use the clients API", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made(ROBOT);
  const actor = await Actor.with(kore, keyOf(made));
  expect((await actor.get(made.client_id)).status).toBe(403);
  expect((await actor.create()).status).toBe(403);
  expect(await actor.ping()).toBe(200);
});

test("A9.1 global resources are refused for a standard client, when it is made and when it is edited", async () => {
  const { kore, owner } = await startWithOwner();
  const before = kore.clients();
  const { scopes } = adminWith("Read");
  const refused = { status: 400, body: { message: "scopes.global_resources is for admin clients only" } };
  expect(await owner.create({ ...ROBOT, scopes })).toMatchObject(refused);
  expect(await owner.create({ ...adminWith("Read"), client_type: "standard" })).toMatchObject(refused);
  expect(kore.clients()).toEqual(before);
  const { client_id: id } = await owner.made(ROBOT);
  const held = () => kore.clients().find((client) => client.id === id);
  for (const change of [{ scopes }, { client_type: "standard", scopes }])
    expect(await owner.edit(id, change)).toMatchObject(refused);
  expect(held()).toMatchObject({ type: "standard", globalResources: [] });
  expect((await owner.edit(id, { client_type: "admin", scopes })).status).toBe(200);
  expect(held()).toMatchObject({ type: "admin", globalResources: [{ access: ["Read"] }] });
  expect((await owner.edit(id, { scopes: { global_resources: [] } })).status).toBe(200);
});

test("A9.1 an admin client that becomes a standard one loses its global resources", async () => {
  const { kore, owner } = await startWithOwner();
  const { client_id: id } = await owner.made(adminWith("Read"));
  expect((await owner.edit(id, { client_type: "standard" })).status).toBe(200);
  expect(kore.clients().find((client) => client.id === id)).toMatchObject({ type: "standard", globalResources: [] });
});

test("A9.2 a client is made with locked: null, and reads show it so", async () => {
  const { owner } = await startWithOwner();
  const { client_id: id } = await owner.made({ ...ROBOT, locked: null });
  expect((await owner.get(id)).body.client.locked).toBe(null);
});

test("a locked client may be edited by the Account Owner, an Account Admin and the Client Owner only", async () => {
  const { kore, owner } = await startWithOwner();
  const { actor: admin } = await actorOfRole(kore, owner, "account-admin");
  const developer = await Actor.with(kore, kore.developerCredentials);
  const theirs = await developer.made({ ...ROBOT, locked: true });
  const anothers = await owner.made({ ...ROBOT, locked: true });

  expect(theirs.client_owner).toBe(kore.clients().find((c) => c.id === kore.developerCredentials.clientId)?.owner);
  expect((await owner.edit(theirs.client_id, { name: "By the owner" })).status).toBe(200);
  expect((await admin.edit(theirs.client_id, { name: "By an admin" })).status).toBe(200);
  expect((await developer.edit(theirs.client_id, { name: "By its owner" })).status).toBe(200);
  const refused = await developer.edit(anothers.client_id, { name: "By somebody" });
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("Client Owner")]);
  expect((await owner.get(anothers.client_id)).body.client.name).toBe("Robot");
});

test.each(["unlock", "lock", "enable", "disable", "renew-key", "transfer-ownership", "DELETE"])(
  "a lock keeps strangers from %s, too, and falls with the lock",
  async (verb) => {
    const { kore, owner } = await startWithOwner();
    const developer = await Actor.with(kore, kore.developerCredentials);
    const { client_id: id } = await owner.made({ ...ROBOT, locked: true });
    const attempt = async (): Promise<number> => {
      if (verb === "DELETE") return (await developer.delete(id)).status;
      const body = verb === "transfer-ownership" ? { client_owner: kore.examples.newOwner } : undefined;
      return (await developer.post(id, verb, body)).status;
    };
    const before = kore.clients();
    expect(await attempt()).toBe(403);
    expect(kore.clients()).toEqual(before);
    expect((await owner.post(id, "unlock")).body.client.locked).toBe(false);
    expect(await attempt()).toBe(verb === "DELETE" ? 204 : 200);
  },
);

test("admin clients are made by the Account Owner and by Account Admins, standard ones by developers, too", async () => {
  const { kore, owner } = await startWithOwner();
  const { actor: admin } = await actorOfRole(kore, owner, "account-admin");
  const developer = await Actor.with(kore, kore.developerCredentials);
  expect((await owner.createUnpublished(adminWith("Read"))).status).toBe(201);
  expect((await admin.createUnpublished(adminWith("Read"))).status).toBe(201);
  const refused = await developer.createUnpublished(adminWith("Read"));
  expect([refused.status, refused.body.message]).toEqual([403, expect.stringContaining("admin clients")]);
  expect((await developer.create()).status).toBe(201);
});

test("admin clients are edited by the Account Owner and by Account Admins only, even unlocked and their owner's", async () => {
  const { kore, owner } = await startWithOwner();
  const { actor: admin } = await actorOfRole(kore, owner, "account-admin");
  const { actor: developer, id } = await actorOfRole(kore, owner, "developer");
  for (const attempt of [
    developer.edit(id, { name: "Mine" }),
    developer.post(id, "disable"),
    developer.post(id, "renew-key"),
    developer.delete(id),
  ])
    expect((await attempt).status).toBe(403);
  expect((await admin.edit(id, { name: "Theirs" })).status).toBe(200);
  expect((await owner.edit(id, { name: "Ours" })).status).toBe(200);
});

test("a developer may not turn a client into an admin client, nor an admin client into another", async () => {
  const { kore, owner } = await startWithOwner();
  const developer = await Actor.with(kore, kore.developerCredentials);
  const standard = await developer.made();
  const admin = await owner.made(adminWith("Read"));
  expect((await developer.edit(standard.client_id, { client_type: "admin" })).status).toBe(403);
  expect((await developer.edit(admin.client_id, { client_type: "standard" })).status).toBe(403);
  expect((await owner.edit(standard.client_id, { client_type: "admin" })).body.client.client_type).toBe("admin");
  expect((await owner.edit(admin.client_id, { client_type: "standard" })).body.client.client_type).toBe("standard");
  expect((await developer.edit(admin.client_id, { name: "Standard now" })).status).toBe(200);
});

test("the owner of a client decides at once what its tokens allow", async () => {
  const { kore, owner } = await startWithOwner();
  const made = await owner.made(adminWith("Write"));
  const actor = await Actor.with(kore, keyOf(made));
  expect((await actor.createUnpublished(adminWith("Read"))).status).toBe(201);
  await owner.transfer(made.client_id, kore.examples.newOwner);
  expect((await actor.createUnpublished(adminWith("Read"))).status).toBe(403);
  expect((await actor.create()).body.client_owner).toBe(kore.examples.newOwner);
});

test("a client that passes to another owner is locked against the former one", async () => {
  const { kore } = await startWithOwner();
  const developer = await Actor.with(kore, kore.developerCredentials);
  const { client_id: id } = await developer.made({ ...ROBOT, locked: true });
  const heir = kore.portalUsers().find((user) => user.role === "account-admin")?.email ?? "";
  expect((await developer.transfer(id, heir.toUpperCase())).body.client.client_owner).toBe(heir);
  expect((await developer.edit(id, { name: "Still mine" })).status).toBe(403);
});

test("a client passes to portal users of its account only", async () => {
  const { kore, owner } = await startWithOwner({ accounts: { acme: { sims: 0 }, other: { sims: 0, name: "Other" } } });
  const { client_id: id, account_id: account } = await owner.made();
  const elsewhere = kore.portalUsers().find((user) => user.accountId !== account && user.role === "developer");
  for (const email of [elsewhere?.email, "nobody@nowhere.example", "", undefined])
    expect((await owner.transfer(id, email as string)).status).toBe(400);
  expect((await owner.get(id)).body.client.client_owner).toBe(kore.credentials.accountEmail);
});

test("only portal users of an account edit its clients", async () => {
  const { kore, owner } = await startWithOwner({ accounts: { acme: { sims: 0 }, other: { sims: 0, visible: false } } });
  const foreign = kore.clients().find((client) => client.accountId !== kore.examples.clientAccountId);
  expect((await owner.get(foreign?.id ?? "")).status).toBe(200); // any portal user may view clients
  const refused = await owner.edit(foreign?.id ?? "", { name: "Mine" });
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("portal user")]);
});
