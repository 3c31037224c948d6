import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestApp, startApp } from "../../support/app.ts";
import { type Mutation, clientNamed, textOf, write, written } from "../../support/clients.ts";

const WORLD = { accounts: { acme: { sims: 1, name: "Acme" } }, clock: "real" } as const;
const RESOURCES = [{ name: "API Clients", access: ["READ"] }];

let app: TestApp;
beforeAll(async () => {
  app = await startApp(WORLD, { KORE_UNPUBLISHED_CLIENT_OPERATIONS: "on" });
  await app.graph.query("{ clients(first: 1) { nodes { id } } }"); // Fetches the token in advance.
});
afterAll(() => app.stop());
beforeEach(() => app.kore.clearLog());

const ofType = async (type: "ADMIN" | "STANDARD") => {
  const { client } = await written(app, "createClient", { name: `Of type ${type}`, type });
  app.kore.clearLog();
  return client?.id ?? "";
};

describe("A9.1 global resources for a client of type STANDARD", () => {
  const refused = { outcome: "REJECTED", reason: "ONLY_FOR_ADMIN", field: "globalResources" };

  test.each([{}, { type: null }, { type: "STANDARD" }, { type: "STANDARD", products: ["SUPER_SIM"], requestKey: "k" }])(
    "are REJECTED at its creation, without a request (%j)",
    async (more) => {
      const result = await written(app, "createClient", { name: "Depot", globalResources: RESOURCES, ...more });
      expect(result).toMatchObject({ ...refused, secretStatus: "NONE", clientSecret: null, client: null });
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test.each([{}, { name: "New", tokenLifetime: "ONE_HOUR" }])(
    "are REJECTED when it is to become one, without a request (%j)",
    async (more) => {
      const id = await ofType("ADMIN");
      const result = await written(app, "updateClient", { id, type: "STANDARD", globalResources: RESOURCES, ...more });
      expect(result).toMatchObject({ ...refused, requiresReauthorization: false });
      expect(app.kore.requests()).toEqual([]);
    },
  );

  test("are REJECTED when it is one, after a read and without a write", async () => {
    const id = await ofType("STANDARD");
    const result = await written(app, "updateClient", { id, globalResources: RESOURCES });
    expect(result).toMatchObject({ ...refused, client: { id, type: "STANDARD" }, requiresReauthorization: false });
    expect(app.kore.requests()).toEqual([`GET /v1/clients/${id} ×1`]);
    expect(
      app.logged().filter(({ audit }) => (audit as { clientId?: string } | undefined)?.clientId === id),
    ).toHaveLength(1);
  });

  test("are accepted when empty, or when the client is or becomes ADMIN", async () => {
    const made = await written(app, "createClient", { name: "None", type: "STANDARD", globalResources: [] });
    expect(made.outcome).toBe("DONE");
    const id = made.client?.id;
    expect(await written(app, "updateClient", { id, globalResources: [] })).toMatchObject({ outcome: "DONE" });
    expect(await written(app, "updateClient", { id, type: "ADMIN", globalResources: RESOURCES })).toMatchObject({
      outcome: "DONE",
    });
    expect(await written(app, "updateClient", { id, globalResources: RESOURCES })).toMatchObject({ outcome: "DONE" });
    expect(await written(app, "updateClient", { id, type: "STANDARD", globalResources: [] })).toMatchObject({
      outcome: "DONE",
    });
  });
});

describe("A9.2 isLocked: null can be sent", () => {
  const lockedAtKore = () =>
    app.kore
      .clients()
      .map(({ locked }) => locked)
      .at(-1);

  test.each([
    [{ isLocked: null }, null],
    [{ isLocked: true }, true],
    [{ isLocked: false }, false],
    [{}, false],
  ])("%j reaches KORE as locked: %j", async (input, locked) => {
    const { outcome } = await written(app, "createClient", { name: "Lock", ...input });
    expect(outcome).toBe("DONE");
    expect(lockedAtKore()).toBe(locked);
  });

  test("as a literal as well", async () => {
    const { data } = await app.graph.query(
      'mutation { createClient(input: { name: "Text", isLocked: null }) { outcome } }',
    );
    expect(data).toEqual({ createClient: { outcome: "DONE" } });
    expect(lockedAtKore()).toBeNull();
  });

  test("and is another input than false", async () => {
    expect(await written(app, "createClient", { name: "Key", isLocked: null, requestKey: "lock" })).toMatchObject({
      outcome: "DONE",
    });
    const { errors } = await write(app, "createClient", { name: "Key", isLocked: false, requestKey: "lock" });
    expect(errors?.[0]?.extensions.code).toBe("REQUEST_KEY_REUSED");
  });
});

describe("C5.2 writes of API clients", () => {
  const WRITES: [Mutation, more: () => object, requests: number][] = [
    ["createClient", () => ({ name: "Counted" }), 1],
    ["lockClient", () => ({}), 2],
    ["unlockClient", () => ({}), 2],
    ["updateClient", () => ({ tokenLifetime: "ONE_HOUR" }), 2],
    ["disableClient", () => ({}), 1],
    ["enableClient", () => ({}), 1],
    ["transferClientOwnership", () => ({ newOwner: app.kore.examples.newOwner }), 2],
    ["renewClientKey", () => ({ confirm: "Of type STANDARD" }), 2],
    ["deleteClient", () => ({ confirm: "Of type STANDARD" }), 2],
  ];
  const headers = (requestId: string) => ({ "x-request-id": requestId, "x-kore-graph-stats": "1" });
  const run = async (mutation: Mutation, input: object, requestId: string) => {
    const reply = await app.graph.post({ query: textOf(mutation), variables: { input } }, headers(requestId));
    return (await reply.json()) as {
      data: { written: { outcome: string } | null } | null;
      errors?: unknown;
      extensions?: { kore?: Record<string, number> };
    };
  };
  const auditOf = (requestId: string) =>
    app
      .logged()
      .filter(({ msg }) => msg === "audit")
      .map(({ requestId: logged, audit }) => ({ logged, ...(audit as { requestId?: string; operation: string }) }))
      .filter((record) => record.requestId === requestId || record.logged === requestId);

  test.each(WRITES)(
    "count in extensions.kore and have the request id in their record: %s",
    async (mutation, more, requests) => {
      const id = mutation === "createClient" ? undefined : await ofType("STANDARD");
      const requestId = `write-of-${mutation}`;
      const { data, extensions } = await run(mutation, { ...(id && { id }), ...more() }, requestId);
      // A change that is already satisfied is only a read, without a record.
      const isWritten = data?.written?.outcome === "DONE";
      expect(isWritten || mutation === "unlockClient").toBe(true);
      const asked = app.kore.log().filter(({ path }) => path.startsWith("/v1/clients")).length;
      expect(asked).toBeGreaterThanOrEqual(isWritten ? requests : 1);
      expect(extensions?.kore).toMatchObject({ requests: asked });
      expect(auditOf(requestId)).toMatchObject(
        isWritten ? [{ logged: requestId, requestId, operation: mutation }] : [],
      );
    },
  );

  test("count the search after a lost reply, with the operation's id in the record", async () => {
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: "/v1/clients", times: 1 });
    const { data, extensions } = await run("createClient", { name: "Lost" }, "lost-one");
    expect(data?.written?.outcome).toBe("ADOPTED");
    const asked = app.kore.log().filter(({ path }) => path.startsWith("/v1/clients")).length;
    expect(asked).toBe(2);
    expect(extensions?.kore).toMatchObject({ requests: asked });
    expect(auditOf("lost-one")).toMatchObject([{ requestId: "lost-one", outcome: "ADOPTED" }]);
  });

  test("that are not sent have a record with the request id", async () => {
    app.kore.faults.add({
      effect: "status",
      status: 429,
      retryAfter: 0,
      method: "POST",
      path: "/v1/clients",
      times: 1,
    });
    const { errors } = await run("createClient", { name: "Later" }, "unsent-one");
    expect(errors).toBeDefined();
    expect(auditOf("unsent-one")).toMatchObject([{ requestId: "unsent-one", outcome: "NOT_SENT" }]);
  });

  test("with an ambiguous outcome that a later operation resolves have the later one's id", async () => {
    const id = clientNamed(app, "Acme: Billing export").id;
    app.kore.faults.add({ effect: "drop", when: "after", method: "POST", path: `/v1/clients/${id}/lock`, times: 1 });
    const { data, extensions } = await run("lockClient", { id }, "found-one");
    expect(data?.written?.outcome).toBe("DONE");
    expect(extensions?.kore).toMatchObject({ requests: app.kore.log().length });
    expect(auditOf("found-one")).toMatchObject([{ operation: "lockClient", outcome: "DONE" }]);
  });
});
