import { afterEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { type Mutation, clientNamed, pingWith, tokenFor, write, written } from "../../support/clients.ts";

const ON = { KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on", PROVISIONING_SETTLE_MS: "100" };
const WORLD = { accounts: { acme: { sims: 1, name: "Acme" } }, clock: "real" } as const;

let app: TestApp;
afterEach(() => app.stop());

const named = (name: string) => clientNamed(app, name);

/** Creates a client and requests a token for it. */
async function client(more: object = {}) {
  const made = await written(app, "createClient", { name: "Depot", ...more });
  const { clientSecret: secret } = made;
  if (!made.client || !secret) throw new Error("no client was made");
  const { id } = made.client;
  return { id, secret, token: await tokenFor(app, id, secret) };
}

/** The scopes of a token. */
function claimsOf(token: string | null): Record<string, unknown> {
  return JSON.parse(Buffer.from((token ?? "").split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

describe("Credentials and tokens", () => {
  test("of a disabled client are suspended, and the same ones work again once it is enabled", async () => {
    app = await startApp(WORLD, ON);
    const { id, secret, token } = await client();
    await written(app, "disableClient", { id });
    expect(await tokenFor(app, id, secret)).toBeNull();
    expect(await pingWith(app, token)).toBe(403);
    await written(app, "enableClient", { id });
    expect(await pingWith(app, await tokenFor(app, id, secret))).toBe(200);
  });

  test("become invalid when the key is renewed, and the new secret works", async () => {
    app = await startApp(WORLD, ON);
    const { id, secret, token } = await client();
    const { clientSecret: next } = await written(app, "renewClientKey", { id, confirm: "Depot" });
    expect(next).not.toBe(secret);
    expect(await tokenFor(app, id, secret)).toBeNull();
    expect(await pingWith(app, token)).toBe(403);
    expect(await pingWith(app, await tokenFor(app, id, next ?? ""))).toBe(200);
  });

  test("become invalid when the client is deleted", async () => {
    app = await startApp(WORLD, ON);
    const { id, secret, token } = await client();
    await written(app, "deleteClient", { id, confirm: "Depot" });
    expect(await tokenFor(app, id, secret)).toBeNull();
    expect(await pingWith(app, token)).toBe(403);
  });

  test("keep the old scopes, type and lifetime when these are changed; new tokens have the new ones", async () => {
    app = await startApp(WORLD, ON);
    const { id, secret, token } = await client({ products: ["SUPER_SIM"] });
    const { requiresReauthorization } = await written(app, "updateClient", {
      id,
      type: "ADMIN",
      tokenLifetime: "TWENTY_FOUR_HOURS",
      products: ["PROGRAMMABLE_WIRELESS"],
      globalResources: [{ name: "API Clients", access: ["READ"] }],
    });
    expect(requiresReauthorization).toBe(true);
    expect(await pingWith(app, token)).toBe(200);
    expect(claimsOf(token)).toMatchObject({
      "client-type": "standard",
      scopes: { products: ["SuperSIM"], globalResources: [] },
    });
    const fresh = claimsOf(await tokenFor(app, id, secret));
    expect(fresh).toMatchObject({
      "client-type": "admin",
      scopes: {
        products: ["ProgrammableWireless"],
        globalResources: [{ resourceName: "API Clients", access: ["Read"] }],
      },
    });
    expect(Number(fresh.exp) - Number(fresh.iat)).toBe(24 * 3600);
  });

  test("stay as they are when only the name, the lock or the owner is changed", async () => {
    app = await startApp(WORLD, ON);
    const { id, secret, token } = await client();
    for (const [mutation, input] of [
      ["updateClient", { name: "Harbour" }],
      ["lockClient", {}],
      ["transferClientOwnership", { newOwner: app.kore.examples.newOwner }],
    ] as const) {
      expect(await written(app, mutation, { id, ...input })).toMatchObject({
        outcome: "DONE",
        requiresReauthorization: false,
      });
    }
    expect(await pingWith(app, token)).toBe(200);
    expect(await tokenFor(app, id, secret)).not.toBeNull();
  });
});

describe("A developer", () => {
  /** kore-graph with the credentials of a client whose owner is a developer. */
  async function startAsDeveloper(): Promise<void> {
    const probe = await startApp(WORLD, ON);
    const { clientId, clientSecret } = probe.kore.developerCredentials;
    await probe.stop();
    app = await startApp(WORLD, { ...ON, KORE_CLIENT_ID: clientId, KORE_CLIENT_SECRET: clientSecret });
  }
  const permitted = { outcome: "DONE" };
  const notPermitted = { outcome: "REJECTED", reason: "NOT_PERMITTED" };

  test("may make standard clients, not admin ones", async () => {
    await startAsDeveloper();
    expect(await written(app, "createClient", { name: "Depot" })).toMatchObject(permitted);
    expect(await written(app, "createClient", { name: "Office", type: "ADMIN" })).toMatchObject(notPermitted);
  });

  test("may edit standard clients, not admin ones, nor make them such", async () => {
    await startAsDeveloper();
    const { id } = named("Acme: Provisioning robot");
    expect(await written(app, "updateClient", { id, name: "Robot" })).toMatchObject(permitted);
    expect(await written(app, "updateClient", { id, type: "ADMIN" })).toMatchObject(notPermitted);
    expect(await written(app, "updateClient", { id: named("kore-graph").id, name: "Mine" })).toMatchObject(
      notPermitted,
    );
  });

  test("may edit a locked client only as its owner", async () => {
    await startAsDeveloper();
    const { id: own } = (await written(app, "createClient", { name: "Depot", isLocked: true })).client ?? {};
    expect(await written(app, "updateClient", { id: own, name: "Harbour" })).toMatchObject(permitted);
    const { id, name } = named("Acme: Fleet dashboard");
    expect(named(name)).toMatchObject({ locked: true });
    const edits: [Mutation, object][] = [
      ["updateClient", { name: "Mine" }],
      ["unlockClient", {}],
      ["enableClient", {}],
      ["disableClient", {}],
      ["renewClientKey", { confirm: name }],
      ["transferClientOwnership", { newOwner: app.kore.examples.newOwner }],
      ["deleteClient", { confirm: name }],
    ];
    for (const [mutation, input] of edits) {
      if (mutation === "transferClientOwnership" && named(name).owner === app.kore.examples.newOwner) continue;
      expect(await written(app, mutation, { id, ...input }), mutation).toMatchObject(notPermitted);
    }
  });

  test("unlike the account's owner, who may edit any client", async () => {
    app = await startApp(WORLD, ON);
    const { id, name } = named("Acme: Fleet dashboard");
    expect(await written(app, "updateClient", { id, name: `${name} 2` })).toMatchObject(permitted);
    expect(await written(app, "createClient", { name: "Office", type: "ADMIN" })).toMatchObject(permitted);
  });
});

describe("The client that kore-graph itself uses", () => {
  const observed = (degraded: string[], state: string) => ({
    status: 200,
    body: expect.objectContaining({
      status: "ready",
      degraded,
      credentials: { default: { connectivity: state, clients: state } },
    }) as unknown,
  });
  const READY = observed([], "accepted");
  /** Its ConnectivityPro credentials had been accepted before. */
  const SHUT_OUT = observed(["connectivity", "clients"], "refused");
  const ready = async () => {
    const reply = await fetch(`${app.url}/readyz`);
    return { status: reply.status, body: (await reply.json()) as unknown };
  };
  const REFUSED = {
    status: 503,
    body: {
      status: "misconfigured",
      reason: "KORE_CREDENTIALS_REFUSED",
      message: expect.stringContaining("needs new ones") as string,
      credentials: { default: { connectivity: "refused", clients: "refused" } },
    },
  };
  const read = () => app.graph.query<{ clients: unknown }>(`{ clients(first: 1) { nodes { id } } }`);

  test.each(["renewClientKey", "deleteClient", "disableClient"] as const)(
    "loses access by %s only after a warning",
    async (mutation) => {
      app = await startApp(WORLD, ON);
      const { id, name } = named("kore-graph");
      for (const confirm of [name, "kore-graph, which i use"]) {
        expect(await written(app, mutation, { id, confirm })).toMatchObject({
          outcome: "REJECTED",
          reason: "NOT_CONFIRMED",
          message: expect.stringContaining("confirm must be: kore-graph, which kore-graph itself uses") as string,
        });
      }
      expect(app.kore.requests()).toEqual([`GET /v1/clients/${id} ×2`]);
      expect(await ready()).toEqual(READY);

      const confirm = `${name}, which kore-graph itself uses`;
      expect(await written(app, mutation, { id, confirm })).toMatchObject({ outcome: "DONE" });
      expect(await ready()).toEqual(SHUT_OUT);
    },
  );

  test("is recognised in any case of its id", async () => {
    app = await startApp(WORLD, ON);
    const id = named("kore-graph").id.toUpperCase();
    app.kore.faults.add({ effect: "status", status: 500, method: "GET", path: `/v1/clients/${id}` });
    const { errors } = await write(app, "disableClient", { id }); // Its confirmation needs a read.
    expect(errors?.[0]?.extensions.code).toBe("KORE_UNAVAILABLE");
    expect(app.kore.requests()).toEqual([`GET /v1/clients/${id} ×3`]); // Reads are retried.
  });

  test("once deleted, leaves a running process that reports it, with few token requests", async () => {
    app = await startApp(WORLD, ON);
    const { id, name } = named("kore-graph");
    await written(app, "deleteClient", { id, confirm: `${name}, which kore-graph itself uses` });
    app.kore.clearLog();
    const replies = await Promise.all(Array.from({ length: 20 }, read));
    for (const { errors } of replies) expect(errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    for (let asked = 0; asked < 20; asked += 1) expect(await ready()).toEqual(REFUSED);
    expect(app.kore.log().length).toBeLessThanOrEqual(1);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });

  test("works again once it is enabled again", async () => {
    app = await startApp(WORLD, ON);
    const { id, name } = named("kore-graph");
    const { clientId, clientSecret } = app.kore.developerCredentials;
    await written(app, "disableClient", { id, confirm: `${name}, which kore-graph itself uses` });
    expect((await read()).errors?.[0]?.extensions.code).toBe("KORE_UNAUTHENTICATED");
    expect(await ready()).toEqual(REFUSED);

    app.kore.reset(); // As enabling it elsewhere would.
    expect(await tokenFor(app, clientId, clientSecret)).not.toBeNull();
    await expect.poll(async () => (await read()).errors, { timeout: 10_000, interval: 250 }).toBeUndefined();
    await expect.poll(ready, { timeout: 10_000 }).toEqual(READY);
  });

  test("fetches a new token when its own scopes are changed, since the old one keeps the old scopes", async () => {
    app = await startApp(WORLD, ON);
    const { id } = named("kore-graph");
    await written(app, "updateClient", { id, globalResources: [{ name: "API Clients", access: ["READ"] }] });
    expect(await written(app, "createClient", { name: "Depot" })).toMatchObject({ reason: "NOT_PERMITTED" });
    expect((await read()).errors).toBeUndefined();
  });

  test("with credentials that KORE refuses from the start runs, and is not ready", async () => {
    app = await startApp(WORLD, { ...ON, KORE_CLIENT_SECRET: "wrong" });
    expect((await write(app, "createClient", { name: "Depot" })).errors?.[0]?.extensions.code).toBe(
      "KORE_UNAUTHENTICATED",
    );
    expect(await ready()).toEqual(REFUSED);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });
});
